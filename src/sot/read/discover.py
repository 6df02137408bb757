"""From the paths of a command line to understood tables: folders walked, archives opened, failures kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path, PurePath

from sot.errors import InputError
from sot.model import truth
from sot.model.addresses import is_database, shown
from sot.model.sources import InputSpec, Source
from sot.read.columns.headers import ROW
from sot.read.columns.table import Table, default_system
from sot.read.columns.table_reader import Reader
from sot.read.formats.database import database_grids
from sot.read.formats.dispatch import DATABASES, EXPORTS, grids_of, members, noted
from sot.read.formats.grid import Grid
from sot.read.ignore_file import NAME as IGNORE_FILE
from sot.read.ignore_file import IgnoreFile, ignore_files
from sot.rules.project import Settings, SourceSettings
from sot.rules.rulebook import shipped
from sot.workspace.project import ANSWERS, KEPT, MANIFEST

MISSING = "there is no such file or folder"
_OWN = "written by sot itself"
_LISTED = f"listed in {IGNORE_FILE}"
_TRUTH = "a truth that runs are measured against, by its header"
_REVIEW = "a workbook of sot review: take its answers with sot review --import"


@dataclass
class Opened:
    """What the paths gave: understood tables, a source for each and each failure, and what was left alone."""

    tables: list[Table] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    ignored: list[tuple[str, str]] = field(default_factory=list)


class Opener:
    """Opens paths one after the other; a file that can't be read is a source with its error."""

    def __init__(self, reader: Reader, settings: Settings) -> None:
        self.reader = reader
        self.settings = settings
        self.opened = Opened()

    def open(self, specs: Sequence[InputSpec]) -> Opened:
        """Open everything that `specs` name; a file that is named twice is read once."""
        seen: set[tuple[str, str | None]] = set()
        for spec in specs:
            for path, named in self._paths(spec):
                key = (path if is_database(path) else str(Path(path).resolve()), spec.system)
                if key not in seen:
                    seen.add(key)
                    self._file(path, spec.system, named)
        return self.opened

    def _paths(self, spec: InputSpec) -> Iterator[tuple[str, bool]]:
        """Give the files of a spec; whether the person named the very file is told beside each."""
        root = Path(spec.path)
        if is_database(spec.path) or not root.is_dir():
            yield spec.path, True
            return
        runs = {manifest.parent for manifest in root.rglob(MANIFEST)}
        self.opened.ignored += [(str(run), _OWN) for run in runs]
        ignoring = ignore_files(root)
        for path in sorted(root.rglob("*")):
            inner = path.relative_to(root).parts
            if path.is_dir() or any(part.startswith(".") for part in inner) or path.name.startswith("~$"):
                continue
            if runs & set(path.parents):
                continue
            reason = _no_export(path, ignoring)
            if reason is None:
                yield str(path), False
            else:
                self.opened.ignored.append((str(path), reason))

    def _file(self, path: str, system: str | None, named: bool) -> None:
        said = settings_for(shown(path), self.settings)
        if said.ignore:
            self.opened.ignored.append((shown(path), "ignored in sot.yaml"))
            return
        try:
            for place, sha, grids in self._grids(path, said):
                if any(grid.head[:1] and tuple(grid.head[0][: len(ANSWERS)]) == ANSWERS for grid in grids):
                    self.opened.ignored.append((place, _REVIEW))
                elif (
                    not named
                    and grids
                    and all(grid.head[:1] and tuple(grid.head[0]) in truth.HEADERS for grid in grids)
                ):
                    self.opened.ignored.append((place, _TRUTH))
                else:
                    self._tables(place, sha, grids, system, said, named)
        except InputError as error:
            message = error.message.removeprefix(f"{shown(path)}: ")
            self.opened.sources.append(Source(shown(path), system=system, error=message))

    def _grids(self, path: str, said: SourceSettings) -> Iterator[tuple[str, str | None, list[Grid]]]:
        """Give (path, hash, grids) for a file, or for each export in an archive."""
        if is_database(path) or PurePath(path.partition("#")[0]).suffix.lower() in DATABASES:
            yield shown(path), None, list(database_grids(path))
            return
        data = _bytes(path)
        inside = members(data)
        if inside is None:
            yield path, hashlib.sha256(data).hexdigest(), list(grids_of(data, path, said))
            return
        for name, content in inside[0]:
            own = settings_for(f"{path}/{name}", self.settings)
            grids = noted(grids_of(content, name, own), path, "zip")
            yield f"{path}/{name}", hashlib.sha256(content).hexdigest(), list(grids)
        if not inside[0]:
            raise InputError(f"{path}: there is no export in this archive")
        self.opened.ignored += [(f"{path}/{name}", reason) for name, reason in inside[1]]

    def _tables(
        self,
        path: str,
        sha: str | None,
        grids: list[Grid],
        system: str | None,
        said: SourceSettings,
        named: bool,
    ) -> None:
        found: list[Table] = []
        for grid in grids:
            source = Source(path, sheet=grid.sheet, system=system, sha256=sha)
            own = settings_for(f"{path}#{grid.sheet}", self.settings) if grid.sheet else SourceSettings()
            merged = SourceSettings.model_validate(_said(said) | _said(own))
            found += self.reader.understand(grid, source, merged)
        if not found:
            raise InputError(f"{path}: there is nothing in it")
        sound = [table for table in found if not table.source.error]
        for table in found:
            source = table.source
            self._name(table)
            if source.error and (sound or not (named or table.rules)):
                place = f"sheet {source.sheet}: " if source.sheet else ""
                self.opened.ignored.append((path, f"{place}{source.error}"))
                continue
            source.records = 0 if source.error else table.frame.height
            source.taken = table.taken
            source.rejected, source.frame = len(table.rejects), table.frame.select(*table.columns, ROW)
            source.headers, source.height = tuple(table.columns), table.frame.height
            self.opened.sources.append(source)
            self.opened.tables.append(table)

    def _name(self, table: Table) -> None:
        """Name an unknown system after its file, and give a system the department that the person said."""
        source = table.source
        if source.system is None and table.system_column is None:
            source.system = default_system(source.path)
        said = self.settings.systems.get(source.system or "")
        if said and said.department and not table.settings.department:
            source.department = said.department


def settings_for(path: str, settings: Settings) -> SourceSettings:
    """Give what the project file says of a path; of several patterns that fit, the later ones come on top."""
    merged: dict[str, object] = {}
    for pattern, said in settings.sources.items():
        exact = path == pattern or path.endswith(f"/{pattern}")
        if exact or fnmatch(path, pattern) or fnmatch(path, f"*/{pattern}"):
            merged |= _said(said)
    return SourceSettings.model_validate(merged)


def _no_export(path: Path, ignoring: Sequence[IgnoreFile]) -> str | None:
    """Say why a file of a folder is no export, if it is none."""
    if not path.exists():
        return "a link to nothing"
    if any(listed.covers(path) for listed in ignoring):
        return _LISTED
    if path.name in KEPT:
        return _OWN
    if path.parts[-3:-2] == ("rules",) and shipped().joinpath(*path.parts[-2:]).is_file():
        return "a rules file, not an export"
    return None if path.suffix.lower() in EXPORTS else "not a kind of export that sot reads"


def _said(settings: SourceSettings) -> dict[str, object]:
    return settings.model_dump(exclude_unset=True)


def _bytes(path: str) -> bytes:
    file = Path(path)
    if not file.exists():
        raise InputError(f"{path}: {MISSING}")
    try:
        return file.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: can't be read: {error.strerror}") from error
