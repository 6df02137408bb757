"""RECORDS out of understood tables: one row per account, every value as delivered."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sot.model.counts import counted
from sot.model.tables import ACCOUNT_FIELDS
from sot.read.columns.headers import ROW, Recipe
from sot.read.columns.system_names import named_system, own_system
from sot.read.columns.table import Table
from sot.read.records.currencies import in_headers
from sot.read.records.gather_lines import together
from sot.read.records.parse_columns import AMOUNTS, DATES, parse
from sot.read.records.record_ids import clean_ids, lost_ids

_NOT_THE_CUSTOMERS = frozenset(
    ("name", "status", "owner", "currency", "created_at", "updated_at", "balance", "revenue", "external_id")
)
"""Fields of a document that say nothing of its customer."""
_ABOVE = ("parent_id", "parent_name")
"""What is above a project is a project too."""

DATED, COUNTED = ("created_at", "updated_at"), ("balance", "revenue")
"""Fields of an account that are dates and amounts."""


def account_records(table: Table, parsed: list[pl.Series] | None = None) -> pl.DataFrame:
    """Give the records of an account list; fields that the table lacks are left away.

    `parsed` are its dates and amounts where it is known already how they are read.
    """
    fields = {name: recipe for name, recipe in table.fields.items() if name in ACCOUNT_FIELDS}
    if parsed is None:
        parsed = [*parse(table, DATES, DATED), *parse(table, AMOUNTS, COUNTED)]
    built = _records(table, fields, parsed)
    if (
        "currency" not in fields
        and {"balance", "revenue"} & fields.keys()
        and (currency := in_headers(table))
    ):
        built = built.with_columns(currency=pl.lit(currency))
    return together(table, built, "account")


def customer_rows(table: Table) -> pl.DataFrame:
    """Give one row for every row of a table of documents, with what it says of its customer."""
    others = (*_NOT_THE_CUSTOMERS, *(_ABOVE if table.source.object == "project" else ()))
    fields = {
        name: recipe for name, recipe in table.fields.items() if name in ACCOUNT_FIELDS and name not in others
    }
    if "account_name" in table.fields:
        fields["name"] = table.fields["account_name"]
    return _records(table, fields, [])


def customers_by_ids(table: Table) -> pl.DataFrame:
    """Give `customer_rows` of a table, with the id of the customer, where the rows have it, as that of the record."""
    rows = customer_rows(table)
    ids = clean_ids(table.cells("account_id"), table.ids)
    return rows.with_columns(ids.alias("record_id"))


def _records(table: Table, fields: Mapping[str, Recipe], parsed: list[pl.Series]) -> pl.DataFrame:
    values = [recipe.expression().alias(name) for name, recipe in fields.items()]
    return table.frame.select(*place(table), *values, *parsed).with_columns(systems(table), row_ids(table))


def place(table: Table) -> list[pl.Expr]:
    """Give the columns that say where a row comes from."""
    source = table.source
    origin = {
        "department": source.department,
        "object": source.object,
        "source": source.path,
        "sheet": source.sheet,
    }
    return [
        *(pl.lit(value, dtype=pl.String).alias(name) for name, value in origin.items()),
        pl.col(ROW).alias("row"),
    ]


def systems(table: Table) -> pl.Series:
    """Give the system of every row: the table's own, or what its system column says."""
    own = own_system(table)
    if table.system_column is None:
        return pl.repeat(own, table.frame.height, dtype=pl.String, eager=True).alias("system")
    named = table.frame[table.system_column].str.strip_chars()
    values = named.drop_nulls().unique()
    short = pl.Series([named_system(value) for value in values], dtype=pl.String)
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
            f"'{table.record_id}': a spreadsheet cut {counted(lost, 'id')} down to a few digits (1.21E+15); not "
            "used. Export again, and do not save the file from a spreadsheet"
        )
    return clean_ids(raw, table.ids).alias("record_id")
