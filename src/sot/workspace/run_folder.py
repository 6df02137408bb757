"""The folder of a run: known by its manifest, written beside, and put in place as a whole."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from sot.errors import UsageError
from sot.model.addresses import is_address
from sot.workspace.interrupts import remember_written, uninterrupted
from sot.workspace.path_hints import looked_for
from sot.workspace.safe_write import new_folder

MANIFEST = "manifest.json"
OUTPUTS = frozenset(
    f"{name}.csv"
    for name in (
        "bi_mapping", "bi_reconciliation", "conflicts", "crosswalk", "data_model", "golden_customers", "handoff_links",
        "handoffs", "rejects", "related", "review_queue",
    )
) | {"handoffs.ocel.json", "report.html", "workbook.xlsx"}  # fmt: skip
"""The files at the top of a run's folder; all others are in one of these folders."""
OUTPUT_FOLDERS = ("fixes", "tables")
JUNK = frozenset(("thumbs.db", "desktop.ini", ".ds_store"))
"""Files that systems leave in every folder that somebody looks at."""
LOCK_FILES = ("~$", ".~lock.")
"""How the names of files begin that office programs leave beside an open one."""
_OTHERWISE = "choose another folder with --out"


def is_junk(name: str) -> bool:
    """Tell a file that a system or an office program left, and nobody made."""
    return name.lower() in JUNK or name.startswith(LOCK_FILES)


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """Give the manifest of the run in `folder`; None where there is none that sot wrote."""
    if not (folder / MANIFEST).is_file():  # a pipe of that name would be waited for
        return None
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    wanted = {"sot": str, "format": int, "digest": str, "outputs": dict, "rules": dict, "inputs": list}
    if not isinstance(manifest, dict):
        return None
    return manifest if all(isinstance(manifest.get(key), kind) for key, kind in wanted.items()) else None


def own_files(folder: Path) -> frozenset[str] | None:
    """Give the files of the run in `folder`, by their paths from there; None if it holds no run.

    What a manifest names and no run writes is not among them: somebody else made it.
    """
    manifest = read_manifest(folder)
    if manifest is None:
        return None
    return frozenset([*(name for name in manifest["outputs"] if _is_output(name)), MANIFEST])


def _is_output(name: str) -> bool:
    parts = name.split("/")
    return name in OUTPUTS or (len(parts) > 1 and parts[0] in OUTPUT_FOLDERS and ".." not in parts)


def run_digest(out: Path) -> str:
    """Give the digest of the finished run in `out`, by which the history knows it; "" where there is none."""
    manifest = read_manifest(out)
    return "" if manifest is None else str(manifest["digest"])


def unfinished(run: Path) -> UsageError:
    """Give the error that `run` contains no finished run, with the runs that lie near it."""
    if run.exists():
        return UsageError(
            f"{run} contains no finished run", "run sot dedupe first, or name its output folder"
        )
    near = looked_for(run, "finished run", lambda folder: (folder / MANIFEST).is_file())
    return UsageError(
        f"{run}: there is no such folder, so no finished run",
        f"{near}\nif there is none yet, run sot dedupe first",
    )


@contextmanager
def output_folder(out: Path, otherwise: str = _OTHERWISE) -> Iterator[Path]:
    """Give a folder to write into; it becomes `out` as a whole when the block ends well.

    `out` may be new, empty or an earlier run; anything else is never touched (UsageError, whose hint says what to do
    `otherwise`). Only `commit` replaces an earlier run, and then nothing is left to do here.
    """
    require_replaceable(out, otherwise)
    target = Path(os.path.realpath(out))
    with ExitStack() as stack:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            partial = stack.enter_context(new_folder(target))
        except OSError as error:
            raise UsageError(f"{out}: can't write there: {error.strerror}", otherwise) from error
        yield partial
        if partial.exists():
            with uninterrupted():
                partial.replace(target)  # which does so if there is nothing, or an empty folder
                remember_written(out)


def require_replaceable(out: Path, otherwise: str = _OTHERWISE) -> None:
    """Refuse (UsageError) a folder that holds anything but a run of sot."""
    if is_address(str(out)):
        raise UsageError(f"{out} is an address, not a folder", otherwise)
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out} is a file, not a folder", otherwise)
    if not out.is_dir():
        return
    there = {path.relative_to(out).as_posix() for path in out.rglob("*") if not _is_plain_folder(path)}
    foreign = sorted(name for name in there - (own_files(out) or frozenset()) if not is_junk(Path(name).name))
    if foreign:
        shown = ", ".join(foreign[:3]) + (f" and {len(foreign) - 3:,} more" if len(foreign) > 3 else "")
        raise UsageError(
            f"{out} contains files that are not from an earlier run, so it is kept: {shown}",
            f"move them away, or {otherwise}",
        )


def require_apart(out: Path, project: Path) -> None:
    """Refuse (UsageError) an output folder that holds the project: it is replaced as a whole, and the project stays."""
    if Path(os.path.realpath(project)).is_relative_to(os.path.realpath(out)):
        raise UsageError(f"{out} contains the project itself, so a run can't replace it", _OTHERWISE)


def _is_plain_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()
