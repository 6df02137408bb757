"""What a bill is for, in the words that bills of several months share: without months, numbers and signs."""

from __future__ import annotations

import polars as pl

_NEXT = " | "
"""What stands between the texts of the lines of one bill."""
_MONTHS = (
    r"\b(?:jan|feb|fév|fev|mar|mär|maa|mrz|apr|avr|abr|may|mai|maj|mei|mag|jun|juin|jul|juil|giu|lug|aug|aoû|aou|ago|sep|set|"
    r"okt|oct|ott|out|nov|dec|dez|déc|dic|gen|ene)\p{L}*\b"
)
"""Words that begin like a month, in the usual languages; what else begins so is left out with them."""
_MANY, _USUAL = 5, 0.05
"""A line that more bills have, and a larger share of them, says little (services, travel expenses)."""


def with_matter(table: pl.DataFrame) -> pl.DataFrame:
    """Add the column `matter` to documents: of a bill of several lines that of the first one that is not usual."""
    bills = table.filter(pl.col("kind") == "invoice").select("doc", "memo", "name", line="line_text")
    if bills["line"].str.contains(_NEXT, literal=True).any():
        bills = bills.drop("line").join(_telling(bills), on="doc", how="left", maintain_order="left")
    text = pl.concat_str([pl.col(name).fill_null("") for name in ("memo", "line", "name")], separator=" ")
    known = bills.select("doc", matter=_plain(text))
    return table.join(known, on="doc", how="left", maintain_order="left").with_columns(
        pl.col("matter").fill_null("")
    )


def _telling(bills: pl.DataFrame) -> pl.DataFrame:
    """Give (doc, line): the first line of each bill that is not usual; where all are, the first."""
    lines = bills.select("doc", line=pl.col("line").str.split(_NEXT)).explode("line", empty_as_null=True)
    lines = lines.drop_nulls("line").with_columns(plain=_plain(pl.col("line")), place=pl.int_range(pl.len()))
    usual = pl.len().over("plain") > max(_MANY, _USUAL * bills.height)
    return (
        lines.with_columns(usual=usual)
        .sort("doc", "usual", "place")
        .unique("doc", keep="first", maintain_order=True)
        .select("doc", "line")
    )


def _plain(text: pl.Expr) -> pl.Expr:
    return (
        text.str.to_lowercase()
        .str.replace_all(_MONTHS, " ")
        .str.replace_all(r"[^\p{L}]+", " ")
        .str.strip_chars()
    )
