"""The side of an account in a column beside the amounts: debit and credit, Soll and Haben, Dr and Cr."""

from __future__ import annotations

import polars as pl

from sot.read.columns.cell_patterns import sample_of
from sot.read.columns.headers import words
from sot.read.columns.table import Table

_MOST = 0.9


def on_its_side(table: Table, column: str, amounts: pl.Series) -> pl.Series:
    """Give amounts that the column beside `column` calls credit as negative ones; of a payment, those called debit."""
    sides = _sides_beside(table, column)
    if sides is None or bool((amounts < 0).any()):
        return amounts
    other = "debit" if table.source.object == "payment" else "credit"
    marked = table.frame[sides].replace_strict(
        _known(table, table.frame[sides]), default=None, return_dtype=pl.String
    )
    table.within.add(sides)
    return pl.select(pl.when(marked == other).then(-amounts).otherwise(amounts).alias(amounts.name))[
        amounts.name
    ]


def on_side(table: Table, column: str, side: str) -> pl.Series | None:
    """Tell which rows the column beside `column` puts on a side; None where no such column is there."""
    sides = _sides_beside(table, column)
    if sides is None:
        return None
    cells = table.frame[sides]
    table.within.add(sides)
    marked = cells.replace_strict(_known(table, cells), default=None, return_dtype=pl.String)
    return (marked == side).fill_null(False)


def _sides_beside(table: Table, column: str) -> str | None:
    """Give the neighbour of a column whose cells say no more than a side."""
    if column not in table.columns:
        return None
    at = table.columns.index(column)
    taken = table.taken
    for place in (at + 1, at - 1):
        if not 0 <= place < len(table.columns) or table.columns[place] in taken:
            continue
        values = sample_of(table.frame, table.columns[place])
        if values.len() and len(_known(table, values)) >= _MOST * values.len():
            return table.columns[place]
    return None


def _known(table: Table, values: pl.Series) -> dict[str, str]:
    sides = {phrase: side for side, listed in table.unknown.sides.items() for phrase in listed}
    marked = {value: sides.get(" ".join(words(value))) for value in values.drop_nulls().unique()}
    return {value: side for value, side in marked.items() if side is not None}
