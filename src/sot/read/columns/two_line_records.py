"""Records that take two lines each: with a second row of names below the first one, or with a text that goes on."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from sot.read.formats.grid import Body

_LEAST = 2
"""So many records at least show that every second line belongs to the one above it."""


def one_line_each(header: list[str], body: Body, labels: int) -> tuple[list[str], Body, int]:
    """Give header, rows and the number of rows of labels, with every record in one line."""
    cells, rows = body.cells[labels:], body.rows[labels:]
    if not _in_pairs(cells):
        return header, body, labels
    folded = None
    if labels == 1:
        folded = _fold_lines(cells, header, [cell or "" for cell in body.cells.row(0)])
    elif not labels:
        joined = _join_lines(cells)
        folded = None if joined is None else (header, joined)
    if folded is None:
        return header, body, labels
    again = (*body.warnings, "each record takes two lines; they are read as one")
    return folded[0], Body(folded[1], rows[::2], body.rejects, again), 0


def _fold_lines(
    cells: pl.DataFrame, header: Sequence[str], below: Sequence[str]
) -> tuple[list[str], pl.DataFrame] | None:
    """Give header and rows with both lines of each record beside each other, where `below` names the second lines.

    Every record then has something in a column that only its first line names, and its second line has nothing there.
    """
    names = [cell.strip() for cell in below[: cells.width]]
    named = [place for place, cell in enumerate(names) if cell]
    only = [place for place, cell in enumerate(header[: cells.width]) if cell.strip() and place not in named]
    if not only or not named:
        return None
    first, second = cells[::2], cells[1::2]
    keys = [first[first.columns[place]] for place in only]
    blank = all(second[second.columns[place]].null_count() == second.height for place in only)
    if not blank or not any(not key.null_count() for key in keys):
        return None
    added = second.select(pl.nth(place).alias(f"below {place}") for place in named)
    return [*header, *(names[place] for place in named)], pl.concat([first, added], how="horizontal")


def _join_lines(cells: pl.DataFrame) -> pl.DataFrame | None:
    """Give the rows of which each has a second line that holds no more than the rest of one of its texts."""
    if cells.width <= _LEAST:
        return None
    first, second = cells[::2], cells[1::2]
    filled = [name for name in cells.columns if second[name].count()]
    if len(filled) != 1 or second[filled[0]].null_count() or first[filled[0]].null_count():
        return None
    full = [name for name in cells.columns if name != filled[0] and not first[name].null_count()]
    if not full or not first[filled[0]].str.contains(r"\p{L}{2}").all():
        return None
    rest = second[filled[0]].str.strip_chars()
    return first.with_columns((pl.col(filled[0]).str.strip_chars() + " " + rest).alias(filled[0]))


def _in_pairs(cells: pl.DataFrame) -> bool:
    return cells.height >= 2 * _LEAST and cells.height % 2 == 0
