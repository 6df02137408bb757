"""RECORDS out of understood tables: one row per account, every value as delivered."""

from __future__ import annotations

import polars as pl

from sot.model.tables import ACCOUNT_FIELDS
from sot.read.forms import sample
from sot.read.headers import Recipe
from sot.read.ids import clean_ids, lost_ids
from sot.read.table import Table, default_system
from sot.read.values import Parsed, amounts, dates, file_evidence
from sot.rules.systems import IdForm

DATED = {
    "created_at": "created_on",
    "updated_at": "updated_on",
    "date": "dated_on",
    "due_date": "due_on",
    "end_date": "ended_on",
}
COUNTED = {
    "balance": "balance_amount",
    "revenue": "revenue_amount",
    "amount": "amount_value",
    "open_amount": "open_amount_value",
}


def place(table: Table) -> list[pl.Expr]:
    """Give the columns that say where a row comes from."""
    source = table.source
    return [
        pl.lit(source.department, dtype=pl.String).alias("department"),
        pl.lit(source.object, dtype=pl.String).alias("object"),
        pl.lit(source.path, dtype=pl.String).alias("source"),
        pl.lit(source.sheet, dtype=pl.String).alias("sheet"),
        pl.col("#row").cast(pl.Int64).alias("row"),
    ]


def systems(table: Table) -> pl.Series:
    """Give the system of every row: the table's own, or what its system column says."""
    if table.system_column is None:
        return pl.repeat(table.source.system, table.frame.height, dtype=pl.String, eager=True).alias("system")
    named = table.frame[table.system_column].str.strip_chars()
    values = named.unique().drop_nulls()
    short = pl.Series([default_system(value) for value in values], dtype=pl.String)
    fallback = default_system(table.source.path)
    return (
        named.replace_strict(values, short, default=fallback, return_dtype=pl.String)
        .fill_null(fallback)
        .alias("system")
    )


def id_form(table: Table) -> IdForm:
    """Give the id form of the table's system."""
    return table.rules.ids if table.rules else IdForm()


def row_ids(table: Table) -> pl.Series:
    """Give the id of every row in its system's form; null where there is none to trust."""
    if table.record_id is None:
        return pl.Series("record_id", [None] * table.frame.height, dtype=pl.String)
    raw = table.frame[table.record_id]
    lost = lost_ids(raw)
    if lost:
        table.source.warnings.append(
            f"{table.record_id}: a spreadsheet has cut {lost} ids to a few digits (1.2E+15); they are not used as ids. "
            "Export again and open the file as text"
        )
    return clean_ids(raw, id_form(table)).alias("record_id")


def parsed(table: Table, names: dict[str, str], kind: str) -> list[pl.Expr]:
    """Give the parsed twins of the date (`kind` date) or amount fields that the table has."""
    columns = {name: recipe for name, recipe in table.fields.items() if name in names and recipe.how == "one"}
    found = []
    single = {name: recipe.columns[0] for name, recipe in columns.items()}
    days = list(single.values()) if kind == "date" else []
    sums = list(single.values()) if kind == "amount" else []
    order, mark = file_evidence(table.frame, days, sums)
    hint_order = table.settings.dates or order or (table.rules.dates if table.rules else None)
    hint_mark = table.settings.decimal or mark or (table.rules.decimal if table.rules else None)
    for name, column in single.items():
        values = sample(table.frame[column])
        result: Parsed = (
            dates(column, values, hint_order) if kind == "date" else amounts(column, values, hint_mark)
        )
        if result.warning:
            table.source.warnings.append(result.warning)
        found.append(result.expression.alias(names[name]))
    return found


def account_records(table: Table) -> pl.DataFrame:
    """Give the records of an account list; fields that the table lacks are left away."""
    fields = {name: recipe for name, recipe in table.fields.items() if name in ACCOUNT_FIELDS}
    return _build(table, fields)


def document_customers(table: Table) -> pl.DataFrame:
    """Give one record for every row of a document table, named after its customer."""
    skip = {"name", "status", "owner", "currency", "created_at", "updated_at"}
    fields = {
        name: recipe for name, recipe in table.fields.items() if name in ACCOUNT_FIELDS and name not in skip
    }
    if "account_name" in table.fields:
        fields["name"] = table.fields["account_name"]
    return _build(table, fields)


def _build(table: Table, fields: dict[str, Recipe]) -> pl.DataFrame:
    frame = table.frame
    values = [recipe.expression().alias(name) for name, recipe in fields.items()]
    dated = {name: DATED[name] for name in ("created_at", "updated_at") if name in fields}
    counted = {name: COUNTED[name] for name in ("balance", "revenue") if name in fields}
    built = frame.select(
        *place(table), *values, *parsed(table, dated, "date"), *parsed(table, counted, "amount")
    )
    return built.with_columns(systems(table), row_ids(table))
