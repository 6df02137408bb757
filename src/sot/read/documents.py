"""DOCUMENTS out of understood tables: contacts, deals, projects, invoices and payments with their amounts and dates."""

from __future__ import annotations

import polars as pl

from sot.model.tables import DOCUMENT_FIELDS, DOCUMENTS
from sot.read.headers import fold
from sot.read.ids import clean_ids
from sot.read.records import COUNTED, DATED, id_form, parsed, place, row_ids, systems
from sot.read.table import Table
from sot.rules.systems import UnknownRules

_AMOUNTS = ("amount", "open_amount")
_DATES = ("date", "due_date", "end_date")


def documents(table: Table, unknown: UnknownRules) -> pl.DataFrame:
    """Give one row per document; rows that belong to one document (invoice lines) are put together."""
    frame = table.frame
    fields = {name: recipe for name, recipe in table.fields.items() if name in DOCUMENT_FIELDS}
    values = [recipe.expression().alias(name) for name, recipe in fields.items()]
    counted = {name: COUNTED[name] for name in _AMOUNTS if name in fields}
    dated = {name: DATED[name] for name in _DATES if name in fields}
    built = frame.select(
        *place(table), *values, *parsed(table, counted, "amount"), *parsed(table, dated, "date")
    )
    built = built.with_columns(systems(table), row_ids(table), _state(table, unknown))
    if "account_id" in fields:
        built = built.with_columns(clean_ids(built["account_id"], id_form(table)).alias("#link"))
    built = _together(table, built)
    missing = [
        pl.lit(None, dtype=kind).alias(name) for name, kind in DOCUMENTS.items() if name not in built.columns
    ]
    built = built.with_columns(missing)
    extra = ["#link"] if "#link" in built.columns else []
    return built.select(*(pl.col(name).cast(kind) for name, kind in DOCUMENTS.items()), *extra)


def _state(table: Table, unknown: UnknownRules) -> pl.Series:
    """Give the canonical hand-off status: by the rules of the system first, by the words of the status else."""
    kind = table.source.object or ""
    if kind == "payment":
        return pl.repeat("payment", table.frame.height, dtype=pl.String, eager=True).alias("state")
    by_rule = []
    for rule in table.shape.states if table.shape else ():
        column = next((name for name in table.frame.columns if fold(name) == fold(rule.column)), None)
        if column is not None:
            cell = pl.col(column).str.strip_chars().str.to_lowercase()
            hit = (
                cell.is_not_null()
                if "*" in rule.values
                else cell.is_in([value.lower() for value in rule.values])
            )
            by_rule.append(pl.when(hit).then(pl.lit(rule.state)))
    words: dict[str, str] = {}
    for state, listed in unknown.states.items():
        if state.startswith(f"{kind}_"):
            words |= dict.fromkeys(listed, state)
    by_word = pl.lit(None, dtype=pl.String)
    if "status" in table.fields and words:
        status = table.fields["status"].expression().str.strip_chars().str.to_lowercase()
        by_word = status.replace_strict(words, default=None, return_dtype=pl.String)
    return table.frame.with_columns(pl.coalesce(*by_rule, by_word).alias("#state"))["#state"].alias("state")


def _together(table: Table, built: pl.DataFrame) -> pl.DataFrame:
    """Put the rows of one document together: the first row's values, the lines' amounts added up where so ruled."""
    shape = table.shape
    keys = [
        name for name in table.frame.columns if shape and fold(name) in {fold(one) for one in shape.one_per}
    ]
    if not shape or not keys:
        return built
    key = table.frame.select(pl.struct(keys).alias("#key"))["#key"]
    built = built.with_columns(key)
    sums = [pl.col(COUNTED[name]).sum() for name in shape.total if COUNTED[name] in built.columns]
    summed = {COUNTED[name] for name in shape.total}
    first = [
        pl.col(name).drop_nulls().first() for name in built.columns if name != "#key" and name not in summed
    ]
    whole = built.sort("row").group_by("#key", maintain_order=True).agg(*first, *sums).drop("#key")
    more = built.height - whole.height
    if more:
        reason = f"further row of the same {table.source.object}"
        table.source.skipped[reason] = table.source.skipped.get(reason, 0) + more
    return whole
