"""Grouped reports: the customer stands in the first row of its group alone, and holds for the rows below it."""

from __future__ import annotations

import re

import polars as pl

from sot.model.counts import counted
from sot.read.columns.table import Table

_KEYS = ("account_name", "account_id")
_FEW_GROUPS = 2
_MOSTLY_FILLED = 0.95
_NO_CHANCE = 6
"""So many names are not in order by chance; fewer are groups where most rows lack one."""
_FIRST_COLUMNS = 4
_TOTALS = "total or note"
_ARROW = r"\s[↑↓]$"
"""How Salesforce marks the columns by which a report is grouped."""


def fill_groups(table: Table) -> None:
    """Fill gaps from above where a report names each group once: in columns marked as groups, or of the customer.

    Without a mark, the customers must be in order, or the report must have had totals. In a list that names the
    customer in every row the names of customers with several rows would come again. Groups can hold groups: below a
    stage, each customer is named once.
    """
    figures = table.source.object == "bi_table" and table.shape is None
    columns = _marked(table)
    if not columns and (table.is_document or figures) and table.frame.height > _FEW_GROUPS:
        columns = _leading(table, ("name",) if figures else _KEYS)
    heads = _heads(table, columns)
    for column in columns:
        gaps = table.frame[column].null_count()
        table.frame = table.frame.with_columns(pl.col(column).forward_fill())
        cells = counted(gaps, "empty cell is", "empty cells are")
        table.warn(f"'{column}': {cells} filled from above: the list names each group once")
    if heads is not None and heads.any():
        table.frame = table.frame.filter(~heads)
        table.skip("heads the rows below it", int(heads.sum()))


def _heads(table: Table, columns: list[str]) -> pl.Series | None:
    """Say which rows hold the name of a group alone, above a row of that group: they are no documents."""
    others = [name for name in table.columns if name not in columns]
    if not columns or not others or not table.is_document:
        return None
    bare = table.frame.select(bare=pl.all_horizontal(pl.col(name).is_null() for name in others))["bare"]
    return bare & ~bare.shift(-1, fill_value=True)


def take_heads(table: Table) -> None:
    """Give the customer of a row of its own to the rows below it, where no other row of the table names one."""
    recipe = table.fields.get("account_name")
    if not table.is_document or recipe is None or len(recipe.columns) != 1 or not table.frame.height:
        return
    column = recipe.columns[0]
    if column not in table.columns or table.frame[column][0] is None:
        return
    alone = pl.all_horizontal(pl.col(name).is_null() for name in table.columns if name != column)
    heads = table.frame.select(heads=alone)["heads"]
    count = int(heads.sum())
    if count < _FEW_GROUPS or count != table.frame[column].count() or heads[-1]:
        return
    table.frame = table.frame.with_columns(pl.col(column).forward_fill()).filter(~heads)
    table.skip("heads the rows below it", count)


def _marked(table: Table) -> list[str]:
    """Give the columns that the report marks as its groups, where rows between their names lack them."""
    marked = [name for name in table.columns if re.search(_ARROW, name.strip())]
    return [name for name in marked if _has_runs(table.frame[name])]


def _has_runs(values: pl.Series) -> bool:
    """Tell gaps between names from a column in order of which the first or last cells are empty."""
    if not values.len() or values[0] is None:
        return False
    return bool((values.is_null() & values.is_not_null().shift(-1, fill_value=False)).any())


def _leading(table: Table, keys: tuple[str, ...]) -> list[str]:
    """Give the customer's columns that name each group once, else the columns before one whose groups hold these."""
    first = table.columns[:_FIRST_COLUMNS]
    own = [recipe.columns for recipe in map(table.fields.get, keys) if recipe is not None]
    wanted = [columns[0] for columns in own if len(columns) == 1 and columns[0] in first]
    if _TOTALS not in table.source.skipped:
        return [name for name in wanted if _in_order(table.frame[name])]
    alone = [name for name in wanted if _names_each_once(table.frame, name, [])]
    if alone or not wanted:
        return alone
    last = max(wanted, key=first.index)
    above: list[str] = []
    for column in first[: first.index(last) + 1]:
        if _names_each_once(table.frame, column, above):
            above.append(column)
    return above if last in above else []


def _in_order(values: pl.Series) -> bool:
    """Tell names that come once each and in order, with gaps between them, from a list that lacks a few customers."""
    named = _folded(values.drop_nulls())
    ordered = named.is_sorted() or named.is_sorted(descending=True)
    telling = named.len() >= _NO_CHANCE or values.null_count() >= named.len()
    return (
        _has_runs(values)
        and _FEW_GROUPS < named.len() <= _MOSTLY_FILLED * values.len()
        and named.n_unique() == named.len()
        and ordered
        and telling
    )


def _names_each_once(frame: pl.DataFrame, column: str, above: list[str]) -> bool:
    """Tell whether `column` has a name in the first row of each group of the columns `above` it, and none twice."""
    values = frame[column]
    if not _FEW_GROUPS <= values.count() <= _MOSTLY_FILLED * values.len():
        return False
    groups = frame.select(*(pl.col(name).forward_fill() for name in above), _folded(values).alias(column))
    named = groups.drop_nulls(column)
    begins = groups.group_by(above, maintain_order=True).first() if above else groups.head(1)
    return not begins[column].has_nulls() and named.n_unique() == named.height


def _folded(values: pl.Series) -> pl.Series:
    return values.str.strip_chars().str.to_lowercase()
