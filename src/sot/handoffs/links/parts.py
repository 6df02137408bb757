"""Which part of a whole an invoice says that it bills: "30 % on order", "2/3", "Rate 1 von 4"."""

from __future__ import annotations

import polars as pl

_TEXTS = ("memo", "line_text", "name", "reference")
_PERCENT = r"(\d{1,2}(?:[.,]\d{1,2})?)\s?%"
_OF = r"\b\d{1,2}\s?(?:/|of|von|de|sur|di|van)\s?(\d{1,2})\b"
_NUMBER = r"\b(\d{1,2})\s?(?:/|of|von|de|sur|di|van)\s?\d{1,2}\b"
_MOST = 60


def said_parts() -> pl.Expr:
    """Give the shares of a whole that the texts of a document name, as a list: empty where it names none."""
    text = pl.concat_str([pl.col(name).fill_null("") for name in _TEXTS], separator=" ").str.to_lowercase()
    shares = text.str.extract_all(_PERCENT).list.eval(
        pl.element().str.extract(_PERCENT, 1).str.replace(",", ".", literal=True).cast(pl.Float64) / 100
    )
    whole, number = (text.str.extract(pattern, 1).cast(pl.Int32, strict=False) for pattern in (_OF, _NUMBER))
    equal_part = pl.when((whole >= 2) & (whole <= _MOST) & (number >= 1) & (number <= whole)).then(1 / whole)
    listed = pl.concat_list(shares, equal_part.cast(pl.Float64))
    return listed.list.drop_nulls().list.eval(pl.element().filter((pl.element() > 0) & (pl.element() < 1)))
