"""Conflicts that a person settles by choosing a value: what the review asks, and what a run counts."""

from __future__ import annotations

import polars as pl

from sot.model.kinds import VALUE_KINDS, Severity


def is_value_question() -> pl.Expr:
    """Give the test whether a row of CONFLICTS is open, of one field, more than information, and not decided.

    A value that a steward has fixed is no question; that the other systems hold another one is left to be corrected.
    """
    return (
        pl.col("kind").is_in(VALUE_KINDS)
        & (pl.col("severity") != Severity.INFO)
        & pl.col("waived_until").is_null()
        & pl.col("field").is_not_null()
        & ~pl.col("rule").str.starts_with("locked").fill_null(False)
    )
