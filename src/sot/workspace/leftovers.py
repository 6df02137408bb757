"""What killed processes left behind: found by its name and its missing lock, and removed."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from sot.workspace.pending import NEW, OLD, POINTER, is_waiting
from sot.workspace.safe_write import PART, try_lock

_NAME = re.compile(rf"\..+\.[0-9a-f]{{8}}(?:{'|'.join(map(re.escape, (PART, NEW, OLD, POINTER)))})\Z")


def remove_leftovers(folders: Iterable[Path]) -> list[str]:
    """Remove what lies in `folders` and in that of temporary files, and give the names of it."""
    removed: list[str] = []
    for folder in dict.fromkeys([*(given.resolve() for given in folders), Path(tempfile.gettempdir())]):
        with suppress(OSError):
            removed += [str(path) for path in _unfinished(folder) if _remove(path)]
    return removed


def _unfinished(folder: Path) -> list[Path]:
    with os.scandir(folder) as entries:
        return sorted(Path(entry.path) for entry in entries if _NAME.match(entry.name) and _is_own(entry))


def _is_own(entry: os.DirEntry[str]) -> bool:
    plain = entry.is_dir(follow_symlinks=False) or entry.is_file(follow_symlinks=False)
    return plain and entry.stat(follow_symlinks=False).st_uid == os.geteuid()


def _remove(path: Path) -> bool:
    """Remove a file or folder that no process has locked, and no journal waits for."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        if is_waiting(path) or not try_lock(handle):
            return False
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    except OSError:
        return False
    finally:
        os.close(handle)
    return True
