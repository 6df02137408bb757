"""From the paths of a command line to understood tables: folders walked, archives opened, failures kept."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from sot.errors import InputError
from sot.model import truth
from sot.model.addresses import is_database, is_lake, is_server, shown
from sot.model.sources import InputSpec, Source
from sot.read.columns.companions import Companions, in_doubt, is_nothing
from sot.read.columns.headers import ROW
from sot.read.columns.system_names import name_systems, whole_name
from sot.read.columns.table import Table
from sot.read.columns.table_reader import Reader
from sot.read.formats.contents import (
    MISSING,
    Contents,
    Part,
    contents_of,
    is_database_file,
    is_plain_text,
    settings_for,
)
from sot.read.formats.grid import named_grid
from sot.read.formats.lake_tables import is_lake_table
from sot.read.gather_documents import Waiting, gather
from sot.read.isolation import worker
from sot.read.on_engine.lake import Lake
from sot.read.walk import NO_FILE, Walk
from sot.rules.project import Settings, SourceSettings
from sot.workspace.project import ANSWERS

NO_SCHEME = "sot reads postgresql://, sqlite:// and duckdb:// addresses, and files"
MOST_COLUMNS = 4_096
"""A table of more columns is no export, and understanding one takes milliseconds for each column."""
_TRUTH = "a truth file, by its header"
_REVIEW = "a workbook of sot review: take its answers with sot review --import"


@dataclass
class Opened:
    """What the paths gave: understood tables, a source for each and each failure, and what was left alone."""

    tables: list[Table] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    ignored: list[tuple[str, str]] = field(default_factory=list)
    unreadable: list[tuple[str, str]] = field(default_factory=list)
    """What the person did not name itself and could not be read, with reasons."""


class Opener:
    """Opens paths one after the other; a file that can't be read is a source with its error."""

    def __init__(self, reader: Reader, settings: Settings, lake: Lake) -> None:
        self.reader = reader
        self.settings = settings
        self.lake = lake
        self.opened = Opened()
        self.understood: list[Table] = []
        self._waiting: list[tuple[Part, str | None, SourceSettings, bool]] | None = []
        """Parts with a table in doubt, which are understood again when all others are."""
        self._doubtful: list[Table] = []
        self._documents: list[Waiting] = []
        """Files that are documents, which wait for the others of their folder."""

    def open(self, specs: Sequence[InputSpec]) -> Opened:
        """Open everything that `specs` name; a file that is named twice is read once."""
        seen: set[tuple[str, str | None]] = set()
        for spec in specs:
            for path, named in self._paths(spec):
                key = (path if is_database(path) or is_lake(path) else str(Path(path).resolve()), spec.system)
                if key not in seen:
                    seen.add(key)
                    self._file(path, spec.system, named)
        gathered = gather(self._documents, self.reader.catalogue.known_of)
        self.opened.ignored += gathered.left
        for each in gathered.parts:
            self._part(each.part, each.system, each.settings, each.named)
        self._take_waiting()
        self._name()
        return self.opened

    def _take_waiting(self) -> None:
        """Understand the tables in doubt, with what the others hold."""
        waiting, self._waiting = self._waiting or [], None
        ends = self.reader.unknown.company_words
        doubtful, self._doubtful = self._doubtful, []
        # What was nothing at first may tell others apart once it is understood: payments name invoices.
        again = any(map(is_nothing, doubtful))
        self.reader.companions = Companions.of([*self.opened.tables, *doubtful], ends)
        if again:
            doubtful = [
                table for part, system, settings, _ in waiting
                for table in self._understood(part, system, settings)[0]
            ]  # fmt: skip
            self.reader.companions = Companions.of([*self.opened.tables, *doubtful], ends)
        for part, system, settings, named in waiting:
            self._part(part, system, settings, named)

    def _waits(self, tables: Sequence[Table]) -> bool:
        vocabulary = self.reader.guesser.vocabulary
        return any(in_doubt(table, vocabulary) for table in tables)

    def _paths(self, spec: InputSpec) -> Iterator[tuple[str, bool]]:
        """Give the files of a spec, each with whether the person named it itself."""
        root = Path(spec.path)
        if is_database(spec.path) or not root.is_dir() or is_lake_table(root):
            yield spec.path, True
            return
        walk = Walk()
        files = list(walk.files(root))
        self.opened.ignored += walk.left
        self.opened.unreadable += walk.failed
        for path in files:
            yield str(path), False

    def _file(self, path: str, system: str | None, named: bool) -> None:
        settings = settings_for(shown(path), self.settings)
        if settings.ignore:
            self.opened.ignored.append((shown(path), "ignored in sot.yaml"))
            return
        try:
            contents = self._in_lake(path, settings) if is_lake(path) else self._contents(path)
            self.opened.ignored += contents.left
            for place, error in contents.failed:
                where = f"{shown(path)}#{place}" if is_database_file(path) else place
                self._fail(where, system, error, named and not contents.parts)
        except InputError as error:
            self._fail(shown(path), system, error.message.removeprefix(f"{shown(path)}: "), named)
            return
        for part in contents.parts:
            if any(grid.documents for grid in part.grids):
                self._documents.append(Waiting(part, system, settings, named))
            else:
                self._part(part, system, settings, named)

    def _part(self, part: Part, system: str | None, settings: SourceSettings, named: bool) -> None:
        """Take one file, or one member of an archive; whatever is wrong with it, the others are taken too."""
        heads = [tuple(grid.head[0]) if grid.head else () for grid in part.grids]
        if any(head[: len(ANSWERS)] == ANSWERS for head in heads):
            self.opened.ignored.append((part.place, _REVIEW))
            return
        if not named and heads and all(head in truth.HEADERS for head in heads):
            self.opened.ignored.append((part.place, _TRUTH))
            return
        try:
            self._tables(part, system, settings, named)
        except InputError as error:
            self._fail(part.place, system, error.message.removeprefix(f"{part.place}: "), named)
        except BaseException as error:  # panics of libraries in Rust are no Exception
            if named or isinstance(error, KeyboardInterrupt | SystemExit | MemoryError):
                raise
            detail = " ".join(str(error).split())[:200]
            self._fail(
                part.place,
                system,
                f"sot failed on it, please report this: {type(error).__name__}: {detail}",
                named,
            )

    def _fail(self, path: str, system: str | None, error: str, named: bool) -> None:
        """Keep what can't be read: as an error where the person named it, else as one that is reported."""
        if named:
            self.opened.sources.append(Source(path, system=system, error=error))
        else:
            self.opened.unreadable.append((path, error))

    def _in_lake(self, path: str, settings: SourceSettings) -> Contents:
        """Give a table that an engine reads: of a large account list the sample that tells what its columns hold."""
        rows, more = self.lake.sample(path)
        if more and self.lake.preview:
            sample = replace(named_grid(rows), warnings=(f"a sample: the first {rows.height:,} rows",))
            return Contents([Part(shown(path), None, [sample])])
        if more:
            tables = self.reader.understand(named_grid(rows), Source(shown(path)), settings)
            if any(table.source.object != "account" or table.source.error for table in tables):
                rows = self.lake.whole(path)
        return Contents([Part(shown(path), None, [named_grid(rows)])])

    def _contents(self, path: str) -> Contents:
        """Give what a file holds. Delimited text is read here, all else in a process with bounds."""
        if is_server(path):
            return contents_of(path, None, self.settings)
        if is_database_file(path) or Path(path).is_dir():
            return worker().read(path, None, self.settings)
        data = _bytes(path)
        if is_plain_text(path, data):
            return contents_of(path, data, self.settings)
        return worker().read(path, data, self.settings)

    def _tables(self, part: Part, system: str | None, settings: SourceSettings, named: bool) -> None:
        path = part.place
        tables, wide = self._understood(part, system, settings)
        if self._waiting is not None and self._waits(tables):
            self._waiting.append((part, system, settings, named))
            self._doubtful += tables
            return
        if not tables:
            raise InputError(f"{path}: {'; '.join(wide) or 'there is nothing in it'}")
        self.opened.unreadable += [(path, reason) for reason in wide]
        self.understood += tables
        sound = [table for table in tables if not table.source.error]
        for table in tables:
            source = table.source
            if source.error and (sound or not (named or table.rules)):
                place = f"sheet {source.sheet}: " if source.sheet else ""
                self.opened.ignored.append((path, f"{place}{source.error}"))
                continue
            if source.error and not named:
                self.opened.unreadable.append((source.place, source.error))
                continue
            source.records = 0 if source.error else table.frame.height
            source.taken = table.taken
            source.rejected, source.frame = len(table.rejects), table.frame.select(*table.columns, ROW)
            source.headers, source.height = tuple(table.columns), table.frame.height
            self.opened.sources.append(source)
            self.opened.tables.append(table)

    def _understood(
        self, part: Part, system: str | None, settings: SourceSettings
    ) -> tuple[list[Table], list[str]]:
        """Give the tables of a file, and what is wrong with the sheets that are too wide for one."""
        path = part.place
        tables: list[Table] = []
        wide: list[str] = []
        for grid in part.grids:
            width = max(map(len, grid.head), default=0)
            if width > MOST_COLUMNS:
                place = f"sheet {grid.sheet}: " if grid.sheet else ""
                wide.append(f"{place}it has {width:,} columns; sot reads at most {MOST_COLUMNS:,}")
                continue
            source = Source(path, sheet=grid.sheet, system=system, sha256=part.sha256, files=part.files)
            own = settings_for(f"{path}#{grid.sheet}", self.settings) if grid.sheet else SourceSettings()
            merged = SourceSettings.model_validate(_said(settings) | _said(own))
            tables += self.reader.understand(grid, source, merged)
        return tables, wide

    def _name(self) -> None:
        """Name the unknown systems, and give systems the departments that the person said."""
        name_systems(self.understood)
        for table in self.understood:
            system, whole = table.source.system or "", whole_name(table.source.path)
            settings = self.settings.systems.get(system)
            if system != whole and whole in self.settings.systems and table.rules is None:
                table.warn(
                    f"sot.yaml has settings for the system '{whole}'; this export is of '{system}': rename it there"
                )
            if settings and settings.department and not table.settings.department:
                table.source.department = settings.department


def _said(settings: SourceSettings) -> dict[str, object]:
    return settings.model_dump(exclude_unset=True)


def _bytes(path: str) -> bytes:
    """Read a file, if it is one: a pipe or device might never end."""
    file = Path(path)
    try:
        if not stat.S_ISREG(file.stat().st_mode):
            raise InputError(f"{path}: {NO_FILE}")
        return file.read_bytes()
    except FileNotFoundError as error:
        if "://" in path:
            raise InputError(f"{shown(path)}: {NO_SCHEME}") from None
        raise InputError(f"{path}: {MISSING}") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise InputError(f"{path}: can't be read: {reason}") from error
