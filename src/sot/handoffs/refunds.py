"""Refunds: what a customer paid too much, or by mistake, and was sent back, and debits that the bank returned."""

from __future__ import annotations

import polars as pl

_CENTS = 0.021
_WITHIN, _AGAIN = 180, 60
"""A refund comes so many days after the money at the latest; what was returned is paid again so many days later."""


def sent_back(table: pl.DataFrame, wrong: pl.DataFrame) -> pl.DataFrame:
    """Give (doc, refund, back): of what was paid wrongly what a refund to the customer sent back, to the cent.

    `wrong` has doc, party, currency, more (what is too much) and on (the day of the money). A refund serves once, the
    nearest document first.
    """
    refunds = table.filter(pl.col("kind") == "refund").select(
        "party", refund="doc", back="total", back_on="day", money="currency"
    )
    days = (pl.col("back_on") - pl.col("on")).dt.total_days()
    cents = (pl.col("more") * 100).round().cast(pl.Int64)
    # One customer may have many of both (walk-in sales): they meet by their cents.
    near = wrong.drop_nulls("party").with_columns(cents=pl.concat_list(cents + off for off in range(-2, 3)))
    fits = (
        near.explode("cents")
        .join(
            refunds.drop_nulls("party").with_columns(cents=(pl.col("back") * 100).round().cast(pl.Int64)),
            on=["party", "cents"],
        )
        .with_columns(days=days)
        .filter(
            ((pl.col("more") - pl.col("back")).abs() <= _CENTS)
            & pl.col("days").is_between(-_AGAIN, _WITHIN)
            & (pl.col("money") == pl.col("currency")).fill_null(True)
        )
        .sort(pl.col("days") < 0, pl.col("days").abs(), "doc", "refund")
        .select("doc", "refund", "back")
    )
    documents: set[int] = set()
    spent: set[int] = set()
    serves = []
    for doc, refund in fits.select("doc", "refund").iter_rows():
        serves.append(doc not in documents and refund not in spent)
        if serves[-1]:
            documents.add(doc)
            spent.add(refund)
    return fits.filter(pl.Series(serves, dtype=pl.Boolean))
