"""What a person can do about exports that can't be read, or in which there is no customer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path, PurePath

from sot.errors import InputError
from sot.model.counts import counted
from sot.model.sources import Import, Source
from sot.read.formats.contents import MISSING
from sot.read.formats.dispatch import EXPORTS
from sot.workspace.path_hints import looked_for

_MOST = 10
"""So many files are told, each with what is the matter with it."""
_COLUMNS = 6

INSPECT = "preview each file with: sot inspect PATH"


def advice(failures: Iterable[tuple[str, str | None]], otherwise: str | None = INSPECT) -> str | None:
    """Say what to do about files, path and error, that can't be read: of what is not there, where it was looked for.

    `otherwise` is what to do about the others.
    """
    failed = [(path, error) for path, error in failures if error]
    lost = [path for path, error in failed if error == MISSING]
    hints = [looked_for(path, "export", _is_export) for path in lost[:_MOST]]
    if len(hints) > 1:
        hints = [f"{path}: {reason}" for path, reason in zip(lost, hints, strict=False)]
    if otherwise and len(lost) < len(failed):
        hints.append(otherwise)
    return "\n".join(hints) or None


def no_customer(imported: Import, named: Sequence[str]) -> InputError:
    """Give the error that there is no customer: what was read of each file, and what was left alone and why."""
    names = ", ".join(sorted({source.path for source in imported.sources} or set(named)))
    if not imported.sources and not imported.ignored and not imported.unreadable:
        return InputError(f"there is no export in {names}", "name exports, or a folder that contains some")
    lines = [f"  {source.place}: {_held(source)}" for source in imported.sources]
    lines += [f"  {path}: {reason}" for path, reason in (*imported.unreadable, *imported.ignored)]
    left = [f"  and {len(lines) - _MOST:,} more"] if len(lines) > _MOST else []
    bare = bool(imported.sources) and all(source.height == 0 for source in imported.sources)
    return InputError(
        "\n".join([f"no customer records found in {names}", *lines[:_MOST], *left]),
        "export again, with rows: check the filter and the period of the export" if bare else INSPECT,
    )


def _held(source: Source) -> str:
    """Say what was read of a file: how many rows, and why they are no customers."""
    if not source.height:
        more = f" and {len(source.headers) - _COLUMNS:,} more" if len(source.headers) > _COLUMNS else ""
        return f"0 rows below the columns {', '.join(source.headers[:_COLUMNS])}{more}"
    read = f"{counted(source.height, 'row')} read as {(source.object or 'data without customers').replace('_', ' ')}"
    skipped = [f"{counted(count, 'row')} left out: {why}" for why, count in sorted(source.skipped.items())]
    return "; ".join([read, *skipped])


def _is_export(path: Path) -> bool:
    names = (file.name for file in path.glob("*")) if path.is_dir() else (path.name,)
    return any(PurePath(name).suffix.lower() in EXPORTS for name in names)
