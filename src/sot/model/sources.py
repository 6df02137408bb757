"""What was read: one `Source` per file or sheet, and the `Import` that all of them make together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

OWN = "written by sot itself"
"""Why a file is left alone that needs nobody's attention."""


@dataclass(frozen=True)
class InputSpec:
    """One PATH argument: where the export is and, if the person said so, of which system."""

    path: str
    system: str | None = None


@dataclass
class Source:
    """How one file or sheet was understood.

    `frame` holds the data rows as text under their own headers (duplicates made unique as `X#2`), with the
    physical row number in the column `#row`; it is None where `error` says why nothing could be read, and after
    `forget` and `put_aside`. `headers` are the headers and `height` is the count of those rows.
    `rows` counts the filled rows below the header: each is a record, rejected or skipped.
    `used` is `fields` without the columns that only would have filled gaps, where this file has none.
    `derived` are the fields that are taken out of parts of cells, or of cells put together; they are no plain columns.
    `taken` are the columns of which something is taken: of the map, the id and the system.
    `files` are the paths and hashes of the files that are one table, where there are several (electronic invoices).
    `locale` holds what the values themselves decided: dates (day-first …) and decimal (point, comma).
    """

    path: str
    sheet: str | None = None
    system: str | None = None
    department: str = "unknown"
    object: str | None = None
    variant: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    header_row: int | None = None
    record_id: str | None = None
    fields: dict[str, str] = field(default_factory=dict)
    used: dict[str, str] = field(default_factory=dict)
    derived: frozenset[str] = frozenset()
    taken: frozenset[str] = frozenset()
    confidence: dict[str, float] = field(default_factory=dict)
    locale: dict[str, str] = field(default_factory=dict)
    rows: int = 0
    records: int = 0
    skipped: dict[str, int] = field(default_factory=dict)
    rejected: int = 0
    warnings: list[str] = field(default_factory=list)
    error: str | None = None
    sha256: str | None = None
    files: tuple[tuple[str, str | None], ...] = ()
    headers: tuple[str, ...] = ()
    height: int = 0
    frame: pl.DataFrame | None = None
    aside: Path | None = None

    @property
    def place(self) -> str:
        """The path, with the sheet in brackets."""
        return f"{self.path} [{self.sheet}]" if self.sheet else self.path

    @property
    def unused(self) -> list[str]:
        """The columns of which nothing is taken, on one line each."""
        if self.error:
            return []
        return [" ".join(name.split()) for name in self.headers if name not in self.taken]

    def forget(self) -> None:
        """Let go of the rows as they were read: in a large run they are memory that nobody looks at again."""
        self.frame = None

    def put_aside(self, path: Path) -> None:
        """Let go of the rows, which are in a Parquet file at `path` from now on."""
        self.frame, self.aside = None, path

    def rows_at(self, numbers: pl.Series) -> pl.DataFrame | None:
        """Give the rows with these physical numbers as they were read; None if there are no rows any more."""
        wanted = pl.col("#row").is_in(numbers.implode())
        if self.frame is not None:
            return self.frame.filter(wanted)
        return None if self.aside is None else pl.scan_parquet(self.aside).filter(wanted).collect()


@dataclass(frozen=True)
class Import:
    """Everything that was read: sources, RECORDS, DOCUMENTS and REJECTS (see model.tables)."""

    sources: tuple[Source, ...]
    records: pl.DataFrame
    documents: pl.DataFrame
    rejects: pl.DataFrame
    ignored: tuple[tuple[str, str], ...] = ()
    """Files of a folder that were left alone, each with the reason."""
    unreadable: tuple[tuple[str, str], ...] = ()
    """What lies in a folder or archive and can't be read, each with the reason; the others are read all the same."""
    paths: tuple[str, ...] = ()
    """The paths that were named, as they may be shown."""
    on_engine: bool = False
    """Whether the records are on the engine; `records` holds what they are found by alone: uid, key, name, number."""


def with_warnings(sources: tuple[Source, ...], warnings: Mapping[str, str]) -> tuple[Source, ...]:
    """Give the sources, the first of each system with the `warnings` of that system."""
    first = {source.system: i for i, source in reversed(list(enumerate(sources)))}
    return tuple(
        replace(source, warnings=[*source.warnings, warnings[system]])
        if (system := source.system or "") in warnings and first[source.system] == i
        else source
        for i, source in enumerate(sources)
    )
