"""DOCUMENTS out of understood tables: contacts, deals, projects, invoices and payments."""

from __future__ import annotations

import polars as pl

from sot.model.tables import DOCUMENT_FIELDS, DOCUMENTS
from sot.read.columns.table import Table
from sot.read.records.accounts import place, row_ids, systems
from sot.read.records.amount_parts import complete
from sot.read.records.currencies import with_currency
from sot.read.records.document_types import TYPED, take_types, with_types
from sot.read.records.gather_lines import together
from sot.read.records.parse_columns import AMOUNTS, DATES, parse
from sot.read.records.payment_numbers import refer_to_invoices
from sot.read.records.record_ids import clean_ids
from sot.read.records.states import settle, stated

LINK = "#link"
"""The account's id as the document has it, in the form of the system's ids."""

_AMOUNTS = ("amount", "open_amount", "net_amount", "tax_amount", "paid_amount")
_DATES = ("date", "due_date", "end_date", "created_date", "start_date", "planned_end_date")


def documents(table: Table) -> pl.DataFrame:
    """Give one row per document, with LINK beside the columns of DOCUMENTS."""
    take_types(table)
    fields = {name: recipe for name, recipe in table.fields.items() if name in DOCUMENT_FIELDS}
    values = [recipe.expression().alias(name) for name, recipe in fields.items()]
    parsed = [*parse(table, AMOUNTS, _AMOUNTS), *parse(table, DATES, _DATES)]
    built = table.frame.select(*place(table), *values, *parsed)
    built = built.with_columns(systems(table), row_ids(table))
    built = refer_to_invoices(with_types(table, built))
    built = built.with_columns(stated(table, built), _link(table, built))
    built = together(table, built, table.source.object or "row")
    built = settle(complete(table, with_currency(table, built)))
    if table.record_id is None:
        built = built.with_columns(_numbers(built).alias("record_id"))
    elif table.shape is None and table.source.object in TYPED and "number" not in built.columns:
        built = built.with_columns(pl.col("record_id").alias("number"))
    lacking = {name: kind for name, kind in DOCUMENTS.items() if name not in built.columns}
    built = built.with_columns(pl.lit(None, dtype=kind).alias(name) for name, kind in lacking.items())
    return built.select(*(pl.col(name).cast(kind) for name, kind in DOCUMENTS.items()), LINK)


def _numbers(built: pl.DataFrame) -> pl.Expr:
    """Where documents have no id, their number is what they are known by."""
    return pl.coalesce("record_id", "number") if "number" in built.columns else pl.col("record_id")


def _link(table: Table, built: pl.DataFrame) -> pl.Series:
    if "account_id" not in table.fields:
        return pl.Series(LINK, [None] * built.height, dtype=pl.String)
    # Of several associated companies the first is the primary one.
    first = built["account_id"].str.split(";").list.first()
    return clean_ids(first, table.ids).alias(LINK)
