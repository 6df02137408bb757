"""The form in which exceptions are handed on until they become rows of the output."""

from __future__ import annotations

from datetime import date

import polars as pl

from sot.model.kinds import HandoffKind
from sot.model.tables import Schema

FINDINGS: Schema = {
    "kind": pl.String, "doc": pl.Int32, "others": pl.List(pl.Int32), "expected": pl.Float64, "found": pl.Float64,
    "difference": pl.Float64, "currency": pl.String, "days": pl.Int32, "why": pl.String,
}  # fmt: skip
"""One row per exception: `doc` is the document that it is about, `others` those that belong to it."""

NO_DOCUMENTS = pl.lit(None, pl.List(pl.Int32))
AMOUNTS = ("expected", "found", "difference")


def finding(
    table: pl.DataFrame,
    kind: HandoffKind,
    why: pl.Expr,
    *,
    days: pl.Expr | None = None,
    others: pl.Expr = NO_DOCUMENTS,
    currency: str = "currency",
    **amounts: pl.Expr,
) -> pl.DataFrame:
    """Give FINDINGS of one kind, one for each row of `table`; `amounts` are expected, found and difference."""
    if unknown := amounts.keys() - set(AMOUNTS):
        raise TypeError(f"amounts of an exception are {', '.join(AMOUNTS)}, not {', '.join(sorted(unknown))}")
    return table.select(
        pl.lit(str(kind)).alias("kind"),
        pl.col("doc").cast(pl.Int32),
        others.cast(pl.List(pl.Int32)).alias("others"),
        *(amounts.get(name, pl.lit(None)).cast(pl.Float64).round(2).alias(name) for name in AMOUNTS),
        pl.col(currency).alias("currency"),
        (days if days is not None else pl.lit(None)).cast(pl.Int32).alias("days"),
        why.alias("why"),
    )


def since(day: str, until: date) -> pl.Expr:
    """Give the days from a day to another."""
    return (pl.lit(until) - pl.col(day)).dt.total_days()


def money(column: str) -> pl.Expr:
    """Give an amount as text, with two decimals and its currency where that is known."""
    return pl.concat_str(
        pl.col(column).fill_null(0).cast(pl.Decimal(38, 2)).cast(pl.String),
        pl.when(pl.col("currency").is_not_null())
        .then(pl.concat_str(pl.lit(" "), "currency"))
        .otherwise(pl.lit("")),
    )


def text(*parts: str | pl.Expr) -> pl.Expr:
    """Put a sentence together; what is null is left out."""
    return pl.concat_str(
        [pl.lit(part) if isinstance(part, str) else part for part in parts], ignore_nulls=True
    )
