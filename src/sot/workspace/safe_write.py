"""Files and folders that appear as a whole: made under a name of their own, locked while at work, then renamed.

Everything unfinished is called `.NAME.XXXXXXXX.sot-part`. The process at work holds a lock on it; without a lock it is
what a killed process left (see `leftovers`).
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sot.errors import UsageError
from sot.workspace.interrupts import remember_written, uninterrupted

PART = ".sot-part"


def unwritable(path: Path, error: OSError) -> UsageError:
    """Give the error that `path` can't be written."""
    return UsageError(
        f"{path}: can't write there: {error.strerror or error}",
        "check the folder, its rights and the free space",
    )


def require_writable(folder: Path) -> None:
    """Make sure that files can be made in `folder`: a run that could not be remembered is better not begun."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise unwritable(folder, error) from error


def try_lock(handle: int) -> bool:
    """Lock an open file or folder for this process; False if another one has it. The lock ends with the handle."""
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def beside(path: Path, suffix: str) -> Path:
    """Give a new hidden name in the folder of `path`."""
    return path.parent / f".{path.name.lstrip('.')}.{secrets.token_hex(4)}{suffix}"


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is either the old one or the new one, never a half; UsageError if that can't be."""
    try:
        replace_file(path, data)
    except OSError as error:
        raise unwritable(path, error) from error


def replace_file(path: Path, data: bytes) -> None:
    """Put a new file in place of the old in one step; a link is followed, and the rights of the old file stay."""
    path = Path(os.path.realpath(path))
    part, handle = _new_file(path)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            with suppress(FileNotFoundError):
                os.fchmod(file.fileno(), path.stat().st_mode & 0o777)
            os.fsync(file.fileno())
            with uninterrupted():
                part.replace(path)
                remember_written(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _new_file(path: Path) -> tuple[Path, int]:
    """Make a locked file beside `path`, with the rights that the umask gives."""
    while True:
        part = beside(path, PART)
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
        if try_lock(handle) and part.exists():
            return part, handle
        os.close(handle)  # somebody tidied up between the two steps


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """Make a locked folder beside `path`, for a block; it goes with the block unless it was renamed."""
    while True:
        part = beside(path, PART)
        part.mkdir()
        try:
            handle = os.open(part, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            continue  # another process took it for what a killed one left
        if try_lock(handle) and part.exists():
            break
        os.close(handle)
    try:
        yield part
    finally:
        shutil.rmtree(part, ignore_errors=True)
        os.close(handle)


@contextmanager
def scratch_folder(inside: Path | None = None) -> Iterator[Path]:
    """Give a folder for what goes with the block: in the folder `inside`, or where the system keeps such files."""
    with new_folder((inside or Path(tempfile.gettempdir())) / "sot") as folder:
        folder.chmod(0o700)
        yield folder
