"""A table as it lies in a file: rows of text cells, before anybody knows which of them is the header."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import polars as pl

HEAD_ROWS = 60
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
    blank: int = 0


@dataclass(frozen=True)
class Grid:
    """One table of a file. `body(i, width)` gives the rows after row `i` of `head` (-1: all rows).

    Where the file itself names its columns (Parquet, JSON, databases) `head` holds that one row of names,
    and `named` is true.
    """

    head: list[list[str]]
    body: Callable[[int, int], Body]
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    named: bool = False
    warnings: tuple[str, ...] = field(default=())


def drop_blank(cells: pl.DataFrame, rows: pl.Series) -> tuple[pl.DataFrame, pl.Series, int]:
    """Leave out the rows in which every cell is empty; give the number of them, too."""
    if cells.width == 0 or cells.height == 0:
        return cells, rows, 0
    filled = cells.select(pl.any_horizontal(pl.all().is_not_null()))[:, 0]
    blank = cells.height - int(filled.sum())
    if not blank:
        return cells, rows, 0
    return cells.filter(filled), rows.filter(filled), blank
