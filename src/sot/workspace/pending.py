"""A whole run that waits to be put in place: it lies beside the output folder, and says which project it is of.

`.NAME.XXXXXXXX.sot-new` is the run, `.sot-old` the one that it replaces, and the file `.sot-project` names the
project. As long as that project has a journal that is not done, nobody removes them.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from sot.errors import UsageError
from sot.workspace.run_folder import read_manifest, require_replaceable
from sot.workspace.safe_write import PART

_ANNOUNCED = re.compile(rf"\..+\.[0-9a-f]{{8}}{re.escape(PART)}")
JOURNAL, STEPS = ".sot-commit", "steps.json"
NEW, OLD, POINTER = ".sot-new", ".sot-old", ".sot-project"


def announce(partial: Path, project: Path) -> None:
    """Make a finished folder one that waits, before the journal of its project says so."""
    _other(partial, POINTER).write_text(str(project), encoding="utf-8")
    partial.rename(_other(partial, NEW))


def swap(partial: Path, out: Path) -> None:
    """Put the run that was announced as `partial` in the place of `out`; may be done again, from any step on."""
    new, old = _other(partial, NEW), _other(partial, OLD)
    if new.exists():
        if out.exists():
            out.rename(old)
        new.rename(out)
    shutil.rmtree(old, ignore_errors=True)
    _other(partial, POINTER).unlink(missing_ok=True)


def is_of(partial: Path, out: Path, project: Path) -> bool:
    """Tell whether what was announced as `partial` is a run of `project` that may be put in the place of `out`."""
    beside = partial.is_absolute() and partial.parent == out.parent
    if not beside or not _ANNOUNCED.fullmatch(partial.name) or project.is_relative_to(out):
        return False
    new = _other(partial, NEW)
    if not new.exists():
        return True  # it is in its place already
    try:
        pointer = Path(_other(partial, POINTER).read_text(encoding="utf-8"))
        require_replaceable(out)
    except (OSError, ValueError, UsageError):
        return False
    return pointer == project and not new.is_symlink() and read_manifest(new) is not None


def is_waiting(path: Path) -> bool:
    """Tell whether `path` belongs to a run that the journal of its project is about to put in place."""
    pointer = path.with_suffix(POINTER)
    try:
        project = Path(pointer.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return (project / JOURNAL / STEPS).is_file() or not project.is_dir()


def _other(partial: Path, suffix: str) -> Path:
    return partial.with_name(partial.name.removesuffix(PART) + suffix)
