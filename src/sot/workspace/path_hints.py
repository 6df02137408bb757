"""Where a path that is not there was looked for, and what stands there that comes near it."""

from __future__ import annotations

import glob
import shlex
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from pathlib import Path

Is = Callable[[Path], bool]

MOST = 3
"""So many names are told."""
LIKE = 0.65
"""How alike a name must be to the one that was looked for."""
_PATTERN = "*?["


def looked_for(path: str | Path, what: str, is_one: Is) -> str:
    """Say where `path` was looked for, and what comes near it.

    Near is what has a like name, or the very name in a folder around, or else what there is of the kind: `is_one`
    tells whether a path is `what`.
    """
    wanted = Path(path)
    if wanted.is_symlink():
        return f"{wanted} is a link to {wanted.readlink()}, which does not exist"
    folder = _nearest(wanted)
    if folder.is_file():
        return f"{folder} is a file, not a folder"
    where = f"looked in {folder.resolve()}"
    if any(mark in wanted.name for mark in _PATTERN):
        return f"{where}, where nothing matches the pattern"
    first, *rest = wanted.relative_to(folder).parts
    near = ([] if rest else _elsewhere(folder, first)) or _alike(folder, first)
    if near:
        return f"{where}; did you mean {_listed(near)}?"
    if rest:
        return f"{where}, where there is no folder {first}"
    there = [entry for entry in _inside(folder) if is_one(entry)]
    if not there:
        return f"{where}, where there is no {what}"
    return f"{where}, where there {'is' if len(there) == 1 else 'are'} {_listed(there)}"


def _nearest(wanted: Path) -> Path:
    """Give the last part of the path that there is."""
    return next((parent for parent in wanted.parents if parent.exists()), Path())


def _alike(folder: Path, name: str) -> list[Path]:
    named = {entry.name.casefold(): entry for entry in _inside(folder)}
    by_stem = {Path(low).stem: entry for low, entry in reversed(named.items())}
    low = name.casefold()
    close = [named[key] for key in get_close_matches(low, named, MOST, LIKE)]
    close += [by_stem[key] for key in get_close_matches(Path(low).stem, by_stem, MOST, LIKE)]
    return list(dict.fromkeys(close))[:MOST]


def _elsewhere(folder: Path, name: str) -> list[Path]:
    """Give what has the very name, one folder further down or beside."""
    escaped = glob.escape(name)
    return sorted([*folder.glob(f"*/{escaped}"), *(folder / "..").glob(escaped)])[:MOST]


def _inside(folder: Path) -> list[Path]:
    try:
        return sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))
    except OSError:
        return []


def _listed(paths: Iterable[Path]) -> str:
    shown = [shlex.quote(f"{path}/" if path.is_dir() else str(path)) for path in paths]
    more = f" and {len(shown) - MOST:,} more" if len(shown) > MOST else ""
    return ", ".join(shown[:MOST]) + more
