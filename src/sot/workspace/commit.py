"""The moment a run becomes the run: output, golden ids and history change together, whatever is killed when.

All that is to change is written beside first. Then the folder `.sot-commit` appears in the project by one rename:
from there on the run is the run. What remains is renames and one line of history, each of which can be done
twice; the next command that opens the project goes on where a killed one ended.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sot.errors import SotError, UsageError
from sot.workspace import append_log, pending
from sot.workspace.interrupts import remember_written, uninterrupted
from sot.workspace.pending import JOURNAL, STEPS
from sot.workspace.project import HISTORY, LEDGER, REDIRECTS
from sot.workspace.safe_write import new_folder, replace_file, sync_folder, try_lock

_PATIENCE = 60.0


@dataclass(frozen=True)
class Change:
    """What a run changes: its folder, the files of the project by name, and the line of a file that grows."""

    partial: Path
    out: Path
    files: Mapping[str, bytes]
    grows: str
    line: bytes


def commit(project: Path, change: Change, before: Mapping[str, bytes]) -> None:
    """Make `change` happen as a whole; UsageError if the files of the project are not as they were `before`."""
    with _only_one(project):
        _finish(project)
        for name, content in before.items():
            if _content(project / name) != content:
                raise UsageError(
                    f"{project / name} was changed during this run, so nothing was changed",
                    "run it again",
                )
        with new_folder(project / JOURNAL) as staged, uninterrupted():
            pending.announce(change.partial, project)
            _stage(staged, change)
            staged.rename(project / JOURNAL)
            sync_folder(project)
            _finish(project)


def recover(project: Path) -> Path | None:
    """Finish what a killed run began to put in place; give the output folder, None if there is nothing to do."""
    if not (project / JOURNAL).is_dir():
        return None
    with _lock(project) as has:
        if not has:
            return None  # the run that has it is alive
        with uninterrupted():
            return _finish(project)


def _stage(staged: Path, change: Change) -> None:
    steps = {
        "partial": str(change.partial),
        "out": os.path.realpath(change.out),
        "files": sorted(change.files),
        "grows": change.grows,
        "line": change.line.decode(),
    }
    for name, data in {**change.files, STEPS: json.dumps(steps).encode()}.items():
        with (staged / name).open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())


def _finish(project: Path) -> Path | None:
    """Do every step that is not done yet."""
    journal = project / JOURNAL
    try:
        text = (journal / STEPS).read_text(encoding="utf-8")
    except FileNotFoundError:
        # All steps were done, and the folder alone was left.
        shutil.rmtree(journal, ignore_errors=True)
        return None
    steps = _checked(text, project)
    try:
        for name in steps["files"]:
            _put(journal / name, project / name)
        grows = project / steps["grows"]
        if steps["line"] or grows.exists():
            append_log.add_line_once(grows, steps["line"].encode())
        out = Path(steps["out"])
        pending.swap(Path(steps["partial"]), out)
    except OSError as error:
        raise SotError(
            f"the run is complete, but it could not be put in place: {error.filename or project}: {error.strerror}",
            "make room or fix the rights; the next sot command in this project finishes it",
        ) from error
    remember_written(out)
    (journal / STEPS).unlink()
    shutil.rmtree(journal, ignore_errors=True)
    return out


def _checked(text: str, project: Path) -> dict[str, Any]:
    """Give the steps of a journal; UsageError if sot did not write it here: a folder of somebody else could hold one.

    It may name the files of a project alone, and put a run in place of a run, or where nothing is.
    """
    foreign = UsageError(
        f"{project / JOURNAL} is not from a run of this project, so it was refused",
        "if you did not put it there, remove it",
    )
    try:
        steps: dict[str, Any] = json.loads(text)
        partial, out, grows = Path(steps["partial"]), Path(steps["out"]), steps["grows"]
        names, line = set(steps["files"]), steps["line"].encode()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise foreign from error
    if not names <= {LEDGER, REDIRECTS} or grows != HISTORY or line.count(b"\n") > 1:
        raise foreign
    if any((project / JOURNAL / name).is_symlink() for name in names) or not pending.is_of(
        partial, out, project
    ):
        raise foreign
    return steps


def _put(staged: Path, path: Path) -> None:
    """Move a file in place; where that is a link, what it points to."""
    if not staged.exists():
        return
    target = Path(os.path.realpath(path))
    if target.exists():
        staged.chmod(target.stat().st_mode & 0o777)
    try:
        staged.replace(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        replace_file(target, staged.read_bytes())
        staged.unlink()
    remember_written(path)


def _content(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


@contextmanager
def _lock(folder: Path) -> Iterator[bool]:
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        yield try_lock(handle)
    finally:
        os.close(handle)


@contextmanager
def _only_one(project: Path) -> Iterator[None]:
    """Hold the project alone, for the short time that a commit takes."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        with _lock(project) as has:
            if has:
                yield
                return
        if time.monotonic() > deadline:
            raise UsageError(f"{project}: another run is being put in place and does not finish", "end it")
        time.sleep(0.01)
