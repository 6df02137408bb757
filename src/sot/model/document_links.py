"""Links between documents: which of them follow from others, and which ones a person is asked about."""

from __future__ import annotations

import polars as pl

THROUGH_PROJECT, THROUGH_DEAL, THROUGH_INVOICE = (
    "through the project",
    "through the deal",
    "through the invoice",
)
SERIES, DUPLICATE = "series", "duplicate"
FOLLOWING = (THROUGH_PROJECT, THROUGH_DEAL, THROUGH_INVOICE, SERIES, DUPLICATE)
"""Steps that make a link from another one: they are as sure as that, and the answer to that settles them."""


def is_link_question() -> pl.Expr:
    """Give the test whether a row of DOCUMENT_LINKS is in doubt, and in doubt by itself."""
    return pl.col("doubt") & ~pl.col("step").is_in(FOLLOWING)
