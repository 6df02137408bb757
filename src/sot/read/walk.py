"""The files of a folder that could be exports, and what is left alone there and why."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from sot.model.sources import OWN
from sot.read.formats.dispatch import EXPORTS
from sot.read.formats.lake_tables import is_lake_table
from sot.read.ignore_file import NAME as IGNORE_FILE
from sot.read.ignore_file import IgnoreFile, ignore_files
from sot.rules.rulebook import shipped
from sot.workspace.project import KEPT
from sot.workspace.run_folder import is_junk, own_files

NO_FILE = "a pipe, socket or device, which is never opened"
NO_NAME = "its name is not UTF-8: rename it"
_LISTED = f"listed in {IGNORE_FILE}"
_HIDDEN = "hidden: its name begins with a dot"
_SCHEMA = ".schema.json"
_JUNK = "left by a system or an office program"


class Walk:
    """Goes through a folder and those in it, linked ones too; each once."""

    def __init__(self) -> None:
        self.left: list[tuple[str, str]] = []
        self.failed: list[tuple[str, str]] = []
        self._seen: set[str] = set()
        self._ignoring: Sequence[IgnoreFile] = ()

    def files(self, root: Path) -> Iterator[Path]:
        """Give the files that could be exports, and folders that are one table; `left` and `failed` hold the rest."""
        self._ignoring = ignore_files(root)
        yield from self._folder(root, frozenset())

    def _folder(self, folder: Path, own: frozenset[Path]) -> Iterator[Path]:
        real = os.path.realpath(folder)
        if real in self._seen:
            return
        self._seen.add(real)
        try:
            entries = sorted(folder.iterdir())
        except OSError as error:
            self.failed.append((str(folder), f"this folder can't be read: {error.strerror}"))
            return
        names = own_files(folder)
        if names is not None:
            self.left.append((str(folder), OWN))
            own |= {folder / name for name in names}
        for path in entries:
            reason = self._reason(path, own)
            if path in own or path.name == IGNORE_FILE:
                continue
            if reason is not None:
                self.left.append((printable(path), reason))
            elif path.is_dir() and not is_lake_table(path):
                yield from self._folder(path, own)
            else:
                yield path

    def _reason(self, path: Path, own: frozenset[Path]) -> str | None:
        """Say why a file or folder is left alone, if it is."""
        if path in own:
            return OWN
        if printable(path) != str(path):
            return NO_NAME
        if path.name.startswith("."):
            return _JUNK if is_junk(path.name) else _HIDDEN
        try:
            mode = path.stat().st_mode
        except FileNotFoundError:
            return "a link to nothing"
        except OSError as error:
            return f"can't be opened: {error.strerror}"
        if stat.S_ISDIR(mode):
            return None
        if any(listed.covers(path) for listed in self._ignoring):
            return _LISTED
        return NO_FILE if not stat.S_ISREG(mode) else _no_export(path)


def _no_export(path: Path) -> str | None:
    if is_junk(path.name):
        return _JUNK
    if path.name in KEPT:
        return OWN
    if path.parts[-3:-2] == ("rules",) and _of_rules(path):
        return "a rules file, not an export"
    return None if path.suffix.lower() in EXPORTS else "not a kind of export that sot reads"


def _of_rules(path: Path) -> bool:
    """Tell a rules file that takes the place of a shipped one, and the schema that editors check it by."""
    folder, name = path.parts[-2:]
    ruled = (name, f"{name.removesuffix(_SCHEMA)}.yaml") if name.endswith(_SCHEMA) else (name,)
    return any(shipped().joinpath(folder, file).is_file() for file in ruled)


def printable(path: Path) -> str:
    """Give a path as text that can be written, also where its bytes are no UTF-8."""
    return os.fsencode(path).decode("utf-8", errors="replace")
