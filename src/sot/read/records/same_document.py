"""One document in two exports of its system (a list of invoices and a list of all transactions) counts once."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from sot.read.columns.table import Table

_NAMELESS = ["system", "object", "document_type", "#number", "dated_on", "#amount"]
_KEY = [*_NAMELESS, "#name"]
_OF, _FILE = ["system", "object"], ["source", "sheet"]
_AT = "#at"
_ENDED = ("invoice_void", "invoice_draft")
"""What one export says of a document whatever another says: a ledger lists a cancelled invoice as settled."""
_TEXTS = ("memo", "line_text", "reference", "order_ref", "deal_ref", "project_ref", "invoice_ref")
"""Of these columns all different values stay."""


def once(document_tables: Sequence[pl.DataFrame], tables: Sequence[Table]) -> pl.DataFrame:
    """Put all documents together; of the same one in several files the fullest row stays, its gaps filled.

    The same are those of one number, customer, date and amount, whatever id each export has for them (a ledger
    numbers its entries). Two such rows of one file stay two: a repeated number may be a mistake that somebody
    should see.
    """
    whole = pl.concat(document_tables, how="diagonal_relaxed").with_row_index(_AT)
    typed = whole.filter(pl.col("object").is_in(["invoice", "payment"]) & pl.col("record_id").is_not_null())
    # Most systems have one export of an object: what has no other file to be in is not looked at.
    places = typed.select(*_OF, *_FILE).unique().filter(pl.len().over(_OF) > 1)
    typed = typed.join(places, on=_OF, how="semi", nulls_equal=True, maintain_order="left")
    keyed = typed.with_columns(
        pl.coalesce("number", "record_id").alias("#number"),
        pl.col("account_name").str.strip_chars().str.to_lowercase().alias("#name"),
        pl.col("amount_value").abs().alias("#amount"),
        # The list of the documents speaks before a ledger, whose entries have numbers of their own.
        (pl.col("number").is_null() | (pl.col("number") == pl.col("record_id"))).alias("#own"),
        pl.sum_horizontal(pl.col(pl.String).is_not_null()).alias("#filled"),
    ).filter(pl.col("#amount").is_not_null() & (pl.len().over(_NAMELESS) > 1))
    if not keyed.height:
        return whole.drop(_AT)
    # An export that has the customer's id alone goes with the one that has the name.
    names = pl.col("#name").drop_nulls()
    only = pl.when(names.n_unique() == 1).then(names.first()).over(_NAMELESS)
    keyed = keyed.with_columns(pl.coalesce("#name", only).alias("#name")).filter(pl.len().over(_KEY) > 1)
    several = pl.struct(_FILE).n_unique().over(_KEY) > 1
    again = pl.struct(_FILE).is_duplicated().over(_KEY)
    twins = keyed.filter(several & ~again)
    if not twins.height:
        return whole.drop(_AT)
    twins = twins.sort(
        ["#own", "#filled", "source", "sheet", "row"], descending=[True, True, False, False, False]
    )
    values = [name for name in whole.columns if name not in (*_KEY, _AT, "source", "sheet", "row")]
    ended = pl.col("state").filter(pl.col("state").is_in(_ENDED)).first()
    merged = twins.group_by(_KEY, maintain_order=True).agg(
        pl.col(_AT, "source", "sheet", "row").first(),
        ended.alias("#ended"),
        *(
            pl.col(name).drop_nulls().unique(maintain_order=True).str.join(" | ").replace("", None)
            if name in _TEXTS
            else pl.col(name).drop_nulls().first()
            for name in values
        ),
    )
    merged = merged.with_columns(pl.coalesce("#ended", "state").alias("state"))
    _count(twins.join(merged.select(_AT), on=_AT, how="anti"), tables)
    rest = whole.join(twins.select(_AT), on=_AT, how="anti")
    return pl.concat([rest, merged.select(whole.columns)]).sort(_AT).drop(_AT)


def _count(gone: pl.DataFrame, tables: Sequence[Table]) -> None:
    by_place = {(table.source.path, table.source.sheet): table for table in tables}
    for (path, sheet), rows in gone.group_by(["source", "sheet"], maintain_order=True):
        table = by_place[str(path), sheet if sheet is None else str(sheet)]
        table.source.records -= rows.height
        table.skip("the same document is in another file", rows.height)
