"""Exceptions of two runs held against each other: those that are new, those that are gone, those that grew."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

_GREW_AMOUNT, _GREW_SHARE = 1.0, 0.01
"""An exception grew if its money did by more than the larger of the two; its days grow by themselves."""


@dataclass(frozen=True)
class ExceptionChange:
    """Rows of EXCEPTIONS, most money first; of those that grew `was` is the difference of before."""

    new: pl.DataFrame
    gone: pl.DataFrame
    grown: pl.DataFrame


def exception_change(before: pl.DataFrame, after: pl.DataFrame) -> ExceptionChange:
    """Hold EXCEPTIONS of two runs against each other; an exception is the same by its kind and document."""
    then = before.select("finding_id", was="difference")
    both = after.join(then, on="finding_id")
    now, was = pl.col("difference").fill_null(0).abs(), pl.col("was").fill_null(0).abs()
    grew = now - was > pl.max_horizontal(pl.lit(_GREW_AMOUNT), _GREW_SHARE * was)
    return ExceptionChange(
        new=_ordered(after.join(before, on="finding_id", how="anti")),
        gone=_ordered(before.join(after, on="finding_id", how="anti")),
        grown=_ordered(both.filter(grew)),
    )


def _ordered(table: pl.DataFrame) -> pl.DataFrame:
    money = pl.col("difference").fill_null(0).abs()
    return table.sort(money, "finding_id", descending=[True, False])
