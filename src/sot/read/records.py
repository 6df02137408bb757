"""RECORDS out of understood tables: one row per account, every value as delivered."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sot.model.tables import ACCOUNT_FIELDS
from sot.read.forms import sample
from sot.read.headers import Recipe, fold
from sot.read.ids import clean_ids, lost_ids
from sot.read.table import Table, default_system
from sot.read.values import amounts, date_order, dates, decimal_mark

DATED = {
    "created_at": "created_on", "updated_at": "updated_on",
    "date": "dated_on", "due_date": "due_on", "end_date": "ended_on",
}  # fmt: skip
"""Date field: the column that holds it parsed."""
COUNTED = {
    "balance": "balance_amount", "revenue": "revenue_amount",
    "amount": "amount_value", "open_amount": "open_amount_value",
}  # fmt: skip
"""Amount field: the column that holds it parsed."""

_NOT_THE_CUSTOMERS = frozenset(
    ("name", "status", "owner", "currency", "created_at", "updated_at", "balance", "revenue", "external_id")
)
"""Fields of a document that say nothing of its customer."""


def account_records(table: Table) -> pl.DataFrame:
    """Give the records of an account list; fields that the table lacks are left away."""
    fields = {name: recipe for name, recipe in table.fields.items() if name in ACCOUNT_FIELDS}
    built = _records(table, fields, ("created_at", "updated_at"), ("balance", "revenue"))
    return together(table, built, "account")


def customer_rows(table: Table) -> pl.DataFrame:
    """Give one row for every row of a table of documents, with what it says of its customer."""
    fields = {
        name: recipe
        for name, recipe in table.fields.items()
        if name in ACCOUNT_FIELDS and name not in _NOT_THE_CUSTOMERS
    }
    if "account_name" in table.fields:
        fields["name"] = table.fields["account_name"]
    return _records(table, fields, (), ())


def _records(
    table: Table, fields: Mapping[str, Recipe], dated: tuple[str, ...], counted: tuple[str, ...]
) -> pl.DataFrame:
    values = [recipe.expression().alias(name) for name, recipe in fields.items()]
    parsed = [
        *parsed_dates(table, [n for n in dated if n in fields]),
        *parsed_amounts(table, [n for n in counted if n in fields]),
    ]
    return table.frame.select(*place(table), *values, *parsed).with_columns(systems(table), row_ids(table))


def place(table: Table) -> list[pl.Expr]:
    """Give the columns that say where a row comes from."""
    source = table.source
    said = {
        "department": source.department,
        "object": source.object,
        "source": source.path,
        "sheet": source.sheet,
    }
    return [
        *(pl.lit(value, dtype=pl.String).alias(name) for name, value in said.items()),
        pl.col("#row").alias("row"),
    ]


def systems(table: Table) -> pl.Series:
    """Give the system of every row: the table's own, or what its system column says."""
    own = table.source.system or default_system(table.source.path)
    if table.system_column is None:
        return pl.repeat(own, table.frame.height, dtype=pl.String, eager=True).alias("system")
    named = table.frame[table.system_column].str.strip_chars()
    values = named.drop_nulls().unique()
    short = pl.Series([default_system(value) for value in values], dtype=pl.String)
    return (
        named.replace_strict(values, short, default=own, return_dtype=pl.String)
        .fill_null(own)
        .alias("system")
    )


def row_ids(table: Table) -> pl.Series:
    """Give the id of every row in its system's form; null where there is none to trust."""
    if table.record_id is None:
        return pl.Series("record_id", [None] * table.frame.height, dtype=pl.String)
    raw = table.frame[table.record_id]
    lost = lost_ids(raw)
    if lost:
        table.warn(
            f"'{table.record_id}': a spreadsheet cut {lost} ids down to a few digits (1.21E+15); they are not used. "
            "Export again, and do not save the file from a spreadsheet"
        )
    return clean_ids(raw, table.ids).alias("record_id")


def parsed_dates(table: Table, names: list[str]) -> list[pl.Expr]:
    """Give the dates of the fields `names`, by the order of day and month that their columns or the file show."""
    columns = _columns(table, names)
    values = {column: sample(table.frame[column]) for column in columns.values()}
    shown = {date_order(one) for one in values.values()} - {None}
    by_file = shown.pop() if len(shown) == 1 else None
    order = (
        table.settings.dates
        or (by_file if by_file != "both" else None)
        or (table.rules.dates if table.rules else None)
    )
    found = []
    for name, column in columns.items():
        parsed = dates(column, values[column], order)
        if parsed.warning:
            table.warn(parsed.warning)
        found.append(parsed.expression.alias(DATED[name]))
    return found


def parsed_amounts(table: Table, names: list[str]) -> list[pl.Expr]:
    """Give the numbers of the fields `names`, by the decimal mark that their columns or the file show."""
    columns = _columns(table, names)
    values = {column: sample(table.frame[column]) for column in columns.values()}
    shown = {decimal_mark(one) for one in values.values()} - {None}
    by_file = shown.pop() if len(shown) == 1 else None
    mark = (
        table.settings.decimal
        or (by_file if by_file != "both" else None)
        or (table.rules.decimal if table.rules else None)
    )
    found = []
    for name, column in columns.items():
        parsed = amounts(column, values[column], mark)
        if parsed.warning:
            table.warn(parsed.warning)
        found.append(parsed.expression.alias(COUNTED[name]))
    return found


def _columns(table: Table, names: list[str]) -> dict[str, str]:
    """Give field: column; where a field takes the first of several columns, they are put into one first."""
    found = {}
    for name in names:
        recipe = table.fields[name]
        if len(recipe.columns) > 1:
            table.frame = table.frame.with_columns(recipe.expression().alias(f"#{name}"))
            found[name] = f"#{name}"
        else:
            found[name] = recipe.columns[0]
    return found


def together(table: Table, built: pl.DataFrame, what: str) -> pl.DataFrame:
    """Put the rows of one thing together (invoice lines, contact persons), by the rules of its table.

    The first row's values hold; amounts are added up where the rules say so; a thing is done when all its rows are.
    """
    shape = table.shape
    wanted = {fold(one) for one in shape.one_per} if shape else set()
    keys = [name for name in table.columns if fold(name) in wanted]
    if not shape or not keys:
        return built
    built = built.with_columns(table.frame.select(pl.struct(keys).alias("#key"))["#key"])
    known = built.filter(~pl.all_horizontal(pl.col("#key").struct.unnest().is_null()))
    summed = {COUNTED[name] for name in shape.total}
    values = [name for name in built.columns if name not in ("#key", "state", *summed)]
    whole = (
        known.sort("row")
        .group_by("#key", maintain_order=True)
        .agg(
            *(pl.col(name).drop_nulls().first() for name in values),
            *(pl.col(name).sum() for name in sorted(summed) if name in built.columns),
            *([_state_of_all(what)] if "state" in built.columns else []),
        )
        .drop("#key")
        .select(name for name in built.columns if name != "#key")
    )
    alone = built.filter(pl.all_horizontal(pl.col("#key").struct.unnest().is_null())).drop("#key")
    table.skip(f"further row of the same {what}", known.height - whole.height)
    return pl.concat([whole, alone])


def _state_of_all(what: str) -> pl.Expr:
    state = pl.col("state")
    one = pl.when(state.n_unique() == 1).then(state.first())
    return (one.otherwise(pl.lit("project_open")) if what == "project" else state.drop_nulls().first()).alias(
        "state"
    )
