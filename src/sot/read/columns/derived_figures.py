"""Figures that follow from others of their table: a total of the columns beside it, a balance after each row."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from sot.read.columns.cell_patterns import sample_of, share
from sot.read.columns.companions import make_up, number_of
from sot.read.columns.rows_of_sums import numbers
from sot.read.columns.table import Table

_CENT = 0.011
_PARTS, _ROWS = 3, 3
"""A total is of so many columns at least; fewer rows show nothing."""
_NEARLY, _PAIR = 0.95, 2
_FEW_STEPS = 0.2
_OFF = 0.1


def sums_up_customers(frame: pl.DataFrame, names: Sequence[str]) -> bool:
    """Tell a summary with one row for each label: its last column of numbers totals all others (by age, by month).

    Its rows are no documents: nothing but the label says what they are, and no label comes twice.
    """
    if frame.height < _ROWS or len(names) <= _PARTS:
        return False
    filled = [name for name in names if frame[name].count()]
    texts = [name for name in filled if share(sample_of(frame, name), "amount") < _NEARLY]
    figures = [name for name in filled if name not in texts]
    if len(texts) != 1 or len(figures) <= _PARTS or frame[texts[0]].n_unique() < frame.height:
        return False
    *parts, total = figures
    amounts = numbers(frame, figures)
    if total not in amounts.columns or len(amounts.columns) <= _PARTS:
        return False
    parts = [name for name in parts if name in amounts.columns]
    looked = amounts.select(
        same=(pl.sum_horizontal(parts) - pl.col(total)).abs() < _CENT,
        several=pl.sum_horizontal(pl.col(name) != 0 for name in parts) > 1,
    )
    return _most(looked["same"]) and bool(looked["several"].any())


def forget_running(table: Table) -> None:
    """Take no balance after each row for what is open of a document: it is the last one and the amount of its row."""
    rest, amount = table.fields.get("open_amount"), table.fields.get("amount")
    if rest is None or amount is None or table.shape is not None or table.frame.height < _ROWS:
        return
    columns = [*rest.columns, *amount.columns]
    if len(columns) != _PAIR or len(set(columns)) != _PAIR:
        return
    known = numbers(table.frame, columns)
    if known.width < len(columns):
        return
    balance, step = (pl.col(name) for name in columns)
    looked = known.select(
        begins=(balance - step).abs() < _CENT,
        down=(balance - balance.shift(1) - step).abs() < _CENT,
        up=(balance - balance.shift(-1) - step).abs() < _CENT,
    )
    steps = looked.filter(~pl.col("begins"))
    if steps.height < max(_ROWS, _FEW_STEPS * known.height):
        return
    if _most(steps["down"].fill_null(False)) or _most(steps["up"].fill_null(False)):
        del table.fields["open_amount"]
        table.source.confidence.pop("open_amount", None)
        table.warn(f"'{columns[0]}' is the balance after each row, so it is not what is open of a document")


def _most(values: pl.Series) -> bool:
    return int(values.sum()) >= _NEARLY * max(values.len(), 1)


def made_up(
    rows: pl.DataFrame, net: str, tax: str, total: str, columns: Sequence[str]
) -> tuple[str, str] | None:
    """Give the field and its column that net and tax make up a total with, where what is called so does not.

    The field is empty where all is as it is called, and None is given where nothing adds up.
    """
    others = [column for column in columns if column not in (net, tax, total)]
    cells = rows.select(number_of(column).alias(column) for column in {net, tax, total, *others})
    if make_up(cells, net, tax, total, _OFF):
        return "", total
    for name, parts in (("amount", (net, tax, None)), ("net_amount", (None, tax, total))):
        for column in others:
            low, high, whole = (part or column for part in parts)
            if make_up(cells, low, high, whole, _OFF):
                return name, column
    return None
