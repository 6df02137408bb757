"""Which part of a whole an invoice says that it bills: "30 % on order", "2/3", "Rate 1 von 4"."""

from __future__ import annotations

import re

import polars as pl

from sot.rules.handoffs import LinkingRules

_TEXTS = ("memo", "line_text", "name", "reference")
_PERCENT = r"(\d{1,2}(?:[.,]\d{1,2})?)\s?%"
_OF = r"\b\d{1,2}\s?(?:/|of|von|de|sur|di|van)\s?(\d{1,2})\b"
_NUMBER = r"\b(\d{1,2})\s?(?:/|of|von|de|sur|di|van)\s?\d{1,2}\b"
_ANY = rf"\d\s?%|{_NUMBER}"
_MOST = 60
_MONTH = (
    r"(?i)\b(?:jan(?:uary|uar|vier|uari|v|eiro)?|enero|gennaio|feb(?:ruary|ruar|ruari|br|rero|braio)?|février|fevereiro|"
    r"mar(?:ch|s|zo|ço|t)?|märz|mrz|maart|apr(?:il|ile)?|avr(?:il)?|abr(?:il)?|may|mai|mayo|maio|maggio|mei|maj|"
    r"jun(?:e|i|io|ho)?|juin|giugno|jul(?:y|i|io|ho)?|juil(?:let)?|luglio|aug(?:ust|ustus|usti)?|août|ago(?:sto)?|"
    r"sep(?:t|tember|tembre|tiembre)?|setembro|settembre|o[ck]t(?:ober|obre|ubre)?|outubro|ottobre|"
    r"nov(?:ember|embre|iembre|embro)?|d[eé]c(?:ember|embre)?|dez(?:ember|embro)?|dic(?:iembre|embre)?)\b"
)
_OF_A_MONTH = rf"{_MONTH}\W{{0,2}}(?:20)?\d\d\b"
"""What was done in a month of a year is a part of a whole; of a month alone a text may speak for other reasons."""


def said_parts(table: pl.DataFrame) -> pl.Series:
    """Give the shares of a whole that the texts of each document name, as a list: empty where they name none."""
    text = pl.concat_str([pl.col(name).fill_null("") for name in _TEXTS], separator=" ").str.to_lowercase()
    rows = table.select(text=text, place=pl.int_range(pl.len(), dtype=pl.Int32))
    # Few documents name any share: the costly patterns are tried on those alone that could.
    rows = rows.filter(pl.col("text").str.contains(_ANY))
    shares = (
        pl.col("text")
        .str.extract_all(_PERCENT)
        .list.eval(
            pl.element().str.extract(_PERCENT, 1).str.replace(",", ".", literal=True).cast(pl.Float64) / 100
        )
    )
    whole, number = (
        pl.col("text").str.extract(pattern, 1).cast(pl.Int32, strict=False) for pattern in (_OF, _NUMBER)
    )
    equal_part = pl.when((whole >= 2) & (whole <= _MOST) & (number >= 1) & (number <= whole)).then(1 / whole)
    listed = pl.concat_list(shares, equal_part.cast(pl.Float64)).list.drop_nulls()
    shares_by_row = rows.select(
        "place", said=listed.list.eval(pl.element().filter(pl.element().is_between(0, 1, "none")))
    )
    everywhere = pl.DataFrame({"place": pl.int_range(table.height, dtype=pl.Int32, eager=True)})
    none = pl.lit([], dtype=pl.List(pl.Float64))
    return everywhere.join(shares_by_row, on="place", how="left", maintain_order="left")["said"].fill_null(
        none
    )


def says_part(rules: LinkingRules) -> pl.Expr:
    """Give whether the texts of a bill call it a part of something: a milestone, a deposit, the hours of a month."""
    words = "|".join(re.escape(word) for word in rules.part_words)
    named = _text().str.contains(rf"(?:^|\W)(?:{words})(?:\W|\d|$)")
    return (pl.col("kind") == "invoice") & (named | _text().str.contains(_OF_A_MONTH))


def _text() -> pl.Expr:
    return pl.concat_str(
        [pl.col(name).fill_null("") for name in _TEXTS[:3]], separator=" "
    ).str.to_lowercase()


def credited_in_part(table: pl.DataFrame) -> pl.Expr:
    """Whether a bill of the customer in `table` is credited in part: then all go by what was written, too."""
    # Few customers have one: looking for them takes less than grouping all documents.
    customers = table.filter((pl.col("credited") > 0) & pl.col("live"))["party"].unique()
    return pl.col("party").is_in(customers.implode(), nulls_equal=True)
