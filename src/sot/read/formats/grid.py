"""A table as it lies in a file: rows of text cells, before anybody knows which of them is the header."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from sot.model.counts import counted
from sot.read.formats.xml_documents import Document

HEAD_ROWS = 200
"""How many rows from the top are looked at to find the header."""


@dataclass(frozen=True)
class Reject:
    """A row that could not be used."""

    row: int
    reason: str
    raw: str


@dataclass(frozen=True)
class Body:
    """The rows below a header: text columns c0, c1 …, beside them the physical row numbers (from 1)."""

    cells: pl.DataFrame
    rows: pl.Series
    rejects: tuple[Reject, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Grid:
    """One table of a file. `body(i, width)` gives the filled rows after row `i` of `head` (-1: all of them).

    Where the file itself names its columns (Parquet, JSON, databases) `head` holds that one row of names,
    and `named` is true.
    """

    head: list[list[str]]
    body: Callable[[int, int], Body]
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    named: bool = False
    first_row: int = 1
    """Physical number of the first row of `head`."""
    warnings: tuple[str, ...] = ()
    below: list[list[str]] = field(default_factory=list)
    """The first rows below the names, where the file itself names its columns."""
    documents: tuple[Document, ...] = ()
    """Where a file is a document, such as an electronic invoice: what it holds. Those of a folder are one table."""


@dataclass(frozen=True)
class _Rows:
    """The body of a sheet. A class and no inner function, so that a grid can come from another process."""

    cells: pl.DataFrame
    rows: pl.Series

    def __call__(self, header: int, width: int) -> Body:
        below = self.cells[header + 1 :]
        cells, rows = drop_blank(below.select(below.columns[:width]), self.rows[header + 1 :])
        return Body(
            cells, rows, warnings=_beyond(below.select(below.columns[width:]), self.rows[header + 1 :])
        )


@dataclass(frozen=True)
class _NamedRows:
    """The body of a table whose columns have names."""

    cells: pl.DataFrame
    rows: pl.Series

    def __call__(self, _header: int, _width: int) -> Body:
        return Body(*drop_blank(self.cells, self.rows))


def cell_grid(
    cells: pl.DataFrame, sheet: str | None = None, first_row: int = 1, rows: pl.Series | None = None
) -> Grid:
    """Give the grid of a frame whose rows are those of a sheet, from `first_row` on; `rows` numbers rows with gaps."""
    cells = cells.rename({old: f"c{i}" for i, old in enumerate(cells.columns)})
    cells = cells.with_columns(pl.when(pl.all() != "").then(pl.all()).name.keep())
    if rows is None:
        rows = pl.int_range(first_row, first_row + cells.height, dtype=pl.Int64, eager=True).alias("row")

    head = [[cell or "" for cell in row] for row in cells.head(HEAD_ROWS).rows()]
    return Grid(head=head, body=_Rows(cells, rows), sheet=sheet, first_row=first_row)


def named_grid(frame: pl.DataFrame, sheet: str | None = None) -> Grid:
    """Give the grid of a frame that knows its columns' names; every value becomes text."""
    columns = [_as_text(name, kind).alias(f"c{i}") for i, (name, kind) in enumerate(frame.schema.items())]
    cells = frame.select(columns).with_columns(pl.when(pl.all() != "").then(pl.all()).name.keep())

    rows = pl.int_range(1, cells.height + 1, dtype=pl.Int64, eager=True).alias("row")
    below = [[cell or "" for cell in row] for row in cells.head(HEAD_ROWS).rows()]
    return Grid(head=[frame.columns], body=_NamedRows(cells, rows), sheet=sheet, named=True, below=below)


def with_rejects(grid: Grid, rejects: Sequence[Reject]) -> Grid:
    """Give the grid with rows that could not be read."""
    return replace(grid, body=_Rejecting(grid.body, tuple(rejects)))


@dataclass(frozen=True)
class _Rejecting:
    """The body of a table some of whose rows could not be read."""

    body: Callable[[int, int], Body]
    rejects: tuple[Reject, ...]

    def __call__(self, header: int, width: int) -> Body:
        read = self.body(header, width)
        return replace(read, rejects=(*read.rejects, *self.rejects))


def _beyond(cells: pl.DataFrame, rows: pl.Series) -> tuple[str, ...]:
    """Report cells to the right of all columns, which belong to none: a note, say, far below the header."""
    if cells.width == 0 or cells.height == 0:
        return ()
    filled = cells.select(pl.any_horizontal(pl.all().is_not_null()))[:, 0]
    where = rows.filter(filled)
    if not where.len():
        return ()
    count = counted(where.len(), "row")
    return (f"cells behind the last column are left out: {count}, the first is row {where[0]}",)


def drop_blank(cells: pl.DataFrame, rows: pl.Series) -> tuple[pl.DataFrame, pl.Series]:
    """Leave out the rows in which every cell is empty."""
    if cells.width == 0 or cells.height == 0:
        return cells, rows
    filled = cells.select(pl.any_horizontal(pl.all().is_not_null()))[:, 0]
    return (cells, rows) if filled.all() else (cells.filter(filled), rows.filter(filled))


def _as_text(name: str, kind: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if kind == pl.String:
        return column
    if isinstance(kind, pl.List | pl.Array):
        return column.cast(pl.List(pl.String)).list.join("; ", ignore_nulls=True)
    if isinstance(kind, pl.Struct):
        return column.struct.json_encode()
    if kind.is_float():
        # A whole number is an id or a year far more often than a measure, so it is written without ".0".
        whole = (column == column.round()) & (column.abs() < 1e15)
        return (
            pl.when(whole)
            .then(column.cast(pl.Int64, strict=False).cast(pl.String))
            .otherwise(column.cast(pl.String))
        )
    return column.cast(pl.String, strict=kind != pl.Binary)
