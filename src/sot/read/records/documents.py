"""DOCUMENTS out of understood tables: contacts, deals, projects, invoices and payments."""

from __future__ import annotations

import polars as pl

from sot.model.tables import DOCUMENT_FIELDS, DOCUMENTS
from sot.read.columns.headers import INNER
from sot.read.columns.table import Table
from sot.read.records.accounts import place, row_ids, systems, together
from sot.read.records.parse_columns import AMOUNTS, DATES, parse
from sot.read.records.record_ids import clean_ids

LINK = "#link"
"""The account's id as the document has it, in the form of the system's ids."""

_AMOUNTS = ("amount", "open_amount", "net_amount", "tax_amount", "paid_amount")
_DATES = ("date", "due_date", "end_date", "created_date", "start_date", "planned_end_date")


def documents(table: Table) -> pl.DataFrame:
    """Give one row per document, with LINK beside the columns of DOCUMENTS."""
    fields = {name: recipe for name, recipe in table.fields.items() if name in DOCUMENT_FIELDS}
    values = [recipe.expression().alias(name) for name, recipe in fields.items()]
    parsed = [*parse(table, AMOUNTS, _AMOUNTS), *parse(table, DATES, _DATES)]
    built = table.frame.select(*place(table), *values, *parsed)
    built = built.with_columns(systems(table), row_ids(table), _state(table))
    built = built.with_columns(_link(table, built))
    built = together(table, built, table.source.object or "row")
    if table.record_id is None:
        built = built.with_columns(_numbers(built).alias("record_id"))
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


def _state(table: Table) -> pl.Series:
    """Give the canonical hand-off status: by the rules of the system, else by the words of the status."""
    kind = table.source.object or ""
    if kind == "payment":
        return pl.repeat("payment", table.frame.height, dtype=pl.String, eager=True).alias("state")
    by_rule = []
    for rule in table.shape.states if table.shape else ():
        column = table.column(rule.column)
        if column is not None:
            cell = pl.col(column).str.strip_chars().str.to_lowercase()
            any_text = "*" in rule.values
            hit = cell.is_not_null() if any_text else cell.is_in([value.lower() for value in rule.values])
            by_rule.append(pl.when(hit).then(pl.lit(rule.state)))
    stated = pl.coalesce(*by_rule, _by_words(table, kind))
    return table.frame.with_columns(stated.alias(f"{INNER}state"))[f"{INNER}state"].alias("state")


def _by_words(table: Table, kind: str) -> pl.Expr:
    words = {
        word: state
        for state, listed in table.unknown.states.items()
        if state.startswith(f"{kind}_")
        for word in listed
    }
    if "status" not in table.fields or not words:
        return pl.lit(None, dtype=pl.String)
    status = table.fields["status"].expression().str.strip_chars().str.to_lowercase()
    return status.replace_strict(words, default=None, return_dtype=pl.String)
