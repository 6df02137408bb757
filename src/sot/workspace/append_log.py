"""Files that only grow by whole lines: one writer at a time, and what a crash left unfinished is set aside."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sot.errors import UsageError
from sot.workspace.interrupts import remember_written, uninterrupted
from sot.workspace.safe_write import replace_file

LOCK_PATIENCE = 10.0
"""Seconds that a writer waits for another one; a write takes milliseconds, so longer means that one hangs."""


def content(handle: int) -> bytes:
    """Read the whole file behind a handle that `locked` gave."""
    with os.fdopen(os.dup(handle), "rb") as file:
        file.seek(0)
        return file.read()


@contextmanager
def locked(path: Path, patience: float | None = None) -> Iterator[int]:
    """Open `path` for appending as its only writer; anew if it was replaced while waiting for the lock.

    UsageError if another writer holds it for longer than `patience` seconds (LOCK_PATIENCE if not given).
    """
    import fcntl

    deadline = time.monotonic() + (LOCK_PATIENCE if patience is None else patience)
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        try:
            while not _try_lock(fcntl, handle):
                if time.monotonic() > deadline:
                    raise UsageError(
                        f"{path}: another program is writing to it and does not finish",
                        "stop it, then try again",
                    )
                time.sleep(0.005)
            if _is_at(path, handle):
                yield handle
                return
        finally:
            os.close(handle)


def _try_lock(fcntl: Any, handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_at(path: Path, handle: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(handle))
    except FileNotFoundError:
        return False


def add_lines(path: Path, handle: int, whole: bytes, torn: bytes, lines: bytes) -> None:
    """Add `lines` to a locked file that holds `whole` and an unfinished line `torn`, which is set aside.

    Several lines appear together, or none of them.
    """
    if torn:
        set_aside(path, torn)
    unended = bool(whole) and not whole.endswith(b"\n")
    if torn or unended or lines.count(b"\n") > 1:
        replace_file(path, whole + (b"\n" if unended else b"") + lines)
    elif lines:
        with uninterrupted():
            write_at_end(handle, lines)
            remember_written(path)


def write_at_end(handle: int, body: bytes) -> None:
    """Add `body` at the end; when this returns it is on the disk, and if it fails nothing of it is there."""
    size = os.fstat(handle).st_size
    try:
        written = 0
        while written < len(body):
            written += os.write(handle, body[written:])
        os.fsync(handle)
    except OSError:
        os.ftruncate(handle, size)
        raise


def set_aside(path: Path, torn: bytes) -> None:
    """Keep an unfinished line beside the file, in PATH.torn."""
    with path.with_name(path.name + ".torn").open("ab") as file:
        file.write(torn + b"\n")
        file.flush()
        os.fsync(file.fileno())


def add_line_once(path: Path, line: bytes) -> None:
    """Add a line at the end, unless the file has it; what a crash left unfinished there is set aside first."""
    with locked(path) as handle:
        data = content(handle)
        if line and line.strip() in {known.strip() for known in data.split(b"\n")}:
            line = b""
        whole, _, torn = data.rpartition(b"\n")
        if _is_json(torn):
            whole, torn = data, b""
        elif whole or data.startswith(b"\n"):
            whole += b"\n"
        add_lines(path, handle, whole, torn, line)


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True
