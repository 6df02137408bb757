"""Series: the same amount of one customer, billed again and again at a steady interval."""

from __future__ import annotations

import polars as pl

from sot.rules.handoffs import Series

_STEADY = 0.75
"""So many of the intervals must be of one length; a month that was left out is no end of a series."""


def series(table: pl.DataFrame, rules: Series) -> pl.DataFrame:
    """Give (doc, series): the invoices that belong to a series, and its number, which is its first document.

    Invoices recur by amount, or by text where the amount changes.
    """
    billed = table.filter(
        (pl.col("kind") == "invoice") & pl.col("day").is_not_null() & pl.col("party").is_not_null()
    ).with_columns(text=_text())
    by_amount = _steady(billed.filter(pl.col("total") > 0), ["party", "currency", "total"], rules)
    rest = billed.join(by_amount, on="doc", how="anti", maintain_order="left").filter(pl.col("text") != "")
    by_text = _steady(rest, ["party", "currency", "text"], rules)
    return pl.concat([by_amount, by_text]).sort("doc")


def _text() -> pl.Expr:
    """Give the words of an invoice without numbers and names of months."""
    words = pl.concat_str(
        [pl.col(name).fill_null("") for name in ("line_text", "memo", "name")], separator=" "
    )
    months = r"(?i)\b(?:jan|feb|mar|mär|apr|may|mai|jun|jul|aug|sep|okt|oct|nov|dec|dez)\p{L}*\b"
    return (
        words.str.to_lowercase()
        .str.replace_all(months, "")
        .str.replace_all(r"[^\p{L}]+", " ")
        .str.strip_chars()
    )


def _steady(billed: pl.DataFrame, by: list[str], rules: Series) -> pl.DataFrame:
    ordered = billed.sort(*by, "day", "doc").with_columns(size=pl.len().over(by))
    ordered = ordered.filter(pl.col("size") >= rules.invoices).with_columns(
        gap=pl.col("day").diff().over(by).dt.total_days()
    )
    regular = [
        pl.col("gap").is_between(least, most).sum().over(by) for least, most in rules.intervals.values()
    ]
    steady = pl.max_horizontal(regular) >= _STEADY * (pl.col("size") - 1)
    return ordered.filter(steady).select("doc", series=pl.col("doc").min().over(by))
