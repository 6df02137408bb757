"""Rows that belong to one thing put together: the lines of an invoice, the tasks of a project, contact persons."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from itertools import combinations

import polars as pl

from sot.read.columns.companions import number_of
from sot.read.columns.headers import ALL, fold, words
from sot.read.columns.table import Table
from sot.read.columns.timesheets import projects_of_hours
from sot.read.records.parse_columns import COUNTED

GATHERED = ("deal_ref", "project_ref", "order_ref", "invoice_ref", "reference", "memo", "line_text")
"""Fields of which all values are kept; of others the first row's holds."""
_KEY = "#key"
_MOST, _SOME = 0.9, 0.5
_TAX, _CENT, _LOOKED = 0.25, 0.01, 8
"""Of a total at most so much is tax."""


def together(table: Table, built: pl.DataFrame, what: str) -> pl.DataFrame:
    """Put the rows of one thing together, by the rules of its table, or where an unknown table shows lines.

    The first row's values hold; references and texts are all kept; amounts are added up where the rules say so,
    or where they differ from line to line; done is what all rows call done.
    """
    keys = _keys(table, built)
    if keys is None:
        return built
    built = built.with_columns(keys.alias(_KEY))
    empty = pl.all_horizontal(pl.col(_KEY).struct.unnest().is_null())
    known = built.filter(~empty)
    summed = _summed(table, known)
    values = [name for name in built.columns if name not in (_KEY, "state", *summed)]
    whole = (
        known.sort("row")
        .group_by(_KEY, maintain_order=True)
        .agg(
            *(_gathered(name) if name in GATHERED else pl.col(name).drop_nulls().first() for name in values),
            *(_sum(name) for name in sorted(summed)),
            *([_state_of_all(what)] if "state" in built.columns else []),
        )
        .drop(_KEY)
        .select(name for name in built.columns if name != _KEY)
    )
    alone = built.filter(empty).drop(_KEY)
    table.skip(f"further row of the same {what}", known.height - whole.height)
    return pl.concat([whole, alone])


def _keys(table: Table, built: pl.DataFrame) -> pl.Series | None:
    """Give what tells one thing from the next in each row, None where every row is one of its own."""
    shape = table.shape
    wanted = {fold(name) for name in shape.one_per} if shape else set()
    keys = [name for name in table.columns if fold(name) in wanted]
    if keys:
        return table.frame.select(pl.struct(keys).alias(_KEY))[_KEY]
    number = "number" if "number" in built.columns else "record_id"
    if not shape and table.source.object == "project":
        return projects_of_hours(table)
    if shape or table.source.object != "invoice":
        return None
    phrases = [frozenset(words(phrase)) for phrase in table.unknown.lines]
    if not any(phrase <= frozenset(words(name)) for name in table.columns for phrase in phrases):
        return None
    names = [
        name for name in (number, "account_name", "#link", "date", "document_type") if name in built.columns
    ]
    # A line without a number is a thing of its own.
    numbered = pl.when(pl.col(number).is_not_null())
    return built.select(pl.struct(numbered.then(pl.col(name)).alias(name) for name in names).alias(_KEY))[
        _KEY
    ]


def _summed(table: Table, known: pl.DataFrame) -> set[str]:
    """Give the amounts to add up: those of the rules, else those that are not the same on all lines of an invoice."""
    if table.shape:
        ruled = {COUNTED[name] for name in table.shape.total} & set(known.columns)
        return ruled | _of_lines(known, ruled)
    amounts = [name for name in COUNTED.values() if name in known.columns]
    several = known.filter(pl.len().over(_KEY) > 1)
    if not several.height or not amounts:
        return set()
    products = _products(table, known, amounts)
    same = several.group_by(_KEY).agg(pl.col(amounts).drop_nulls().n_unique() <= 1)
    differing = {name for name in amounts if int(same[name].sum()) < _MOST * same.height}
    if products is None:
        return differing
    return differing | {name for name in amounts if _is_of_line(known, name, products)}


def _is_of_line(known: pl.DataFrame, name: str, products: pl.Series) -> bool:
    """Tell an amount of lines, at most a tax above their products; totals that all lines repeat are larger."""
    rows = known.select(_KEY, amount=name).with_columns(products.alias("product"))
    rows = rows.filter(pl.len().over(_KEY) > 1).drop_nulls("amount")
    within = pl.col("amount").abs() <= pl.col("product").abs() / (1 - _TAX) + _CENT
    return int(rows.select(within.sum()).item()) >= _MOST * rows.height


def _products(table: Table, known: pl.DataFrame, amounts: Sequence[str]) -> pl.Series | None:
    """Give the quantity times the price of each row, if that is one of the amounts in nearly all of them."""
    if known.height != table.frame.height:
        return None
    free = [name for name in table.columns if name not in table.taken]
    numbers = table.frame.select(number_of(name).alias(name) for name in free)
    numbers = numbers.select(name for name in free if numbers[name].count() >= _MOST * numbers.height)
    for quantity, price in combinations(numbers.columns[:_LOOKED], 2):
        product = numbers[quantity] * numbers[price]
        several = (numbers[quantity] != 1).any() and (numbers[price] != 1).any()
        if several and any(
            int(((known[name] - product).abs() < _CENT).sum()) >= _MOST * known.height for name in amounts
        ):
            return product
    return None


def _of_lines(known: pl.DataFrame, ruled: AbstractSet[str]) -> set[str]:
    """Give the net amount where each line has its own, beside a total that all lines of an invoice repeat.

    A column that the rules take for the net amount of the whole may be that of the line, as people choose columns.
    """
    net, total = COUNTED["net_amount"], COUNTED["amount"]
    if net in ruled or total in ruled or not {net, total} <= set(known.columns):
        return set()
    each = known.group_by(_KEY).agg(
        lines=pl.len(),
        least=pl.col(net).sum(),
        first=pl.col(net).drop_nulls().first(),
        whole=pl.col(total).drop_nulls().first(),
        steady=pl.col(total).drop_nulls().n_unique() == 1,
    )
    several = each.filter((pl.col("lines") > 1) & pl.col("steady"))
    # All lines together are at most the total and at least most of it (the rest is tax); one alone is far less.
    adds_up = pl.col("least").is_between((1 - _TAX) * pl.col("whole"), pl.col("whole") + _CENT)
    short = pl.col("first") < (1 - _TAX) * pl.col("whole")
    per_line = several.filter(adds_up & short).height
    return {net} if several.height and per_line >= _SOME * several.height else set()


def _gathered(name: str) -> pl.Expr:
    return pl.col(name).drop_nulls().unique(maintain_order=True).str.join(ALL).replace("", None).alias(name)


def _sum(name: str) -> pl.Expr:
    return pl.when(pl.col(name).count() > 0).then(pl.col(name).sum().round(4)).alias(name)


def _state_of_all(what: str) -> pl.Expr:
    state = pl.col("state")
    common = pl.when(state.n_unique() == 1).then(state.first())
    return (
        common.otherwise(pl.lit("project_open")) if what == "project" else state.drop_nulls().first()
    ).alias("state")
