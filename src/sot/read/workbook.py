"""Workbooks: the tables on the sheets of XLSX, XLS, XLSB and ODS files, every cell as text."""

from __future__ import annotations

from collections.abc import Iterator

import fastexcel
import polars as pl

from sot.errors import InputError
from sot.read.grid import HEAD_ROWS, Body, Grid, drop_blank


def read_workbook(data: bytes, only: str | None = None) -> Iterator[Grid]:
    """Give a grid for every visible sheet that holds something; `only` names the one sheet that is wanted."""
    try:
        book = fastexcel.read_excel(data)
    except Exception as error:  # fastexcel raises its own and Rust panics alike
        raise InputError(
            f"this workbook can't be opened: {error}", "save it again as .xlsx, without a password"
        ) from error
    names = [name for name in book.sheet_names if only is None or name == only]
    if not names:
        raise InputError(f"there is no sheet '{only}'; sheets are {', '.join(book.sheet_names)}")
    for name in names:
        sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
        if (sheet.visible != "visible" and only is None) or sheet.width == 0:
            continue
        cells = sheet.to_polars()
        if cells.height:
            yield _grid(cells, name)


def _grid(cells: pl.DataFrame, name: str) -> Grid:
    cells = cells.rename({old: f"c{i}" for i, old in enumerate(cells.columns)})
    cells = cells.with_columns(pl.when(pl.all() != "").then(pl.all()).name.keep())
    rows = pl.int_range(1, cells.height + 1, dtype=pl.Int64, eager=True).alias("row")

    def body(header: int, width: int) -> Body:
        below = cells[header + 1 :].select(cells.columns[:width])
        kept, numbers, blank = drop_blank(below, rows[header + 1 :])
        return Body(kept, numbers, blank=blank)

    head = [[cell or "" for cell in row] for row in cells.head(HEAD_ROWS).rows()]
    return Grid(head=head, body=body, sheet=name)
