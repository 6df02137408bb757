"""Payments that a list of invoices and payments shows under the number of the invoice that they pay."""

from __future__ import annotations

import polars as pl

from sot.read.columns.headers import ALL

_MOST = 0.8
"""So many numbers of payments must be those of invoices of the list."""
_FEWEST = 3


def refer_to_invoices(built: pl.DataFrame) -> pl.DataFrame:
    """Let the number of a payment be what it refers to, where nearly all are numbers of invoices of the same list."""
    if not {"number", "object"} <= set(built.columns):
        return built
    paid = pl.col("object") == "payment"
    numbers = built.filter(~paid)["number"].drop_nulls().unique()
    parts = pl.col("number").str.extract_all(r"[^\s,;|&+]+")
    asked = built.filter(paid).select(each=parts).drop_nulls()
    held = asked.select(pl.col("each").list.eval(pl.element().is_in(numbers.implode()).all()).list.first())
    if asked.height < _FEWEST or held["each"].sum() < _MOST * asked.height:
        return built
    named = parts.list.join(ALL)
    given = pl.col("invoice_ref") if "invoice_ref" in built.columns else pl.lit(None, dtype=pl.String)
    same = paid & (pl.col("record_id") == pl.col("number"))
    return built.with_columns(
        invoice_ref=pl.when(paid).then(pl.coalesce(given, named)).otherwise(given),
        record_id=pl.when(same).then(None).otherwise("record_id"),
        number=pl.when(paid).then(None).otherwise("number"),
    )
