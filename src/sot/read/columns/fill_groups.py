"""Grouped reports: the customer stands in the first row of its group alone, and holds for the rows below it."""

from __future__ import annotations

import polars as pl

from sot.model.counts import counted
from sot.read.columns.table import Table

_KEYS = ("account_name", "account_id")
_FEW_GROUPS = 2
_MOSTLY_FILLED = 0.95
_FIRST_COLUMNS = 4
_TOTALS = "total or note"


def fill_groups(table: Table) -> None:
    """Fill the gaps of a customer column from above, where the table names each customer once, in order or with totals.

    In a list that names the customer in every row the names of customers with several rows would come again.
    """
    figures = table.source.object == "bi_table" and table.shape is None
    if not (table.is_document or figures) or table.frame.height <= _FEW_GROUPS:
        return
    for field in ("name",) if figures else _KEYS:
        recipe = table.fields.get(field)
        if (
            recipe is None
            or len(recipe.columns) != 1
            or recipe.columns[0] not in table.columns[:_FIRST_COLUMNS]
        ):
            continue
        column = recipe.columns[0]
        values = table.frame[column]
        if _names_each_once(values, totalled=_TOTALS in table.source.skipped):
            table.frame = table.frame.with_columns(pl.col(column).forward_fill())
            cells = counted(values.null_count(), "empty cell is", "empty cells are")
            table.warn(f"'{column}': {cells} filled from above: the list names each group once")


def _names_each_once(values: pl.Series, totalled: bool) -> bool:
    named = values.drop_nulls()
    if values[0] is None or named.len() < _FEW_GROUPS or named.len() > _MOSTLY_FILLED * values.len():
        return False
    folded = named.str.strip_chars().str.to_lowercase()
    ordered = folded.is_sorted() or folded.is_sorted(descending=True)
    return folded.n_unique() == folded.len() and (totalled or (ordered and named.len() > _FEW_GROUPS))
