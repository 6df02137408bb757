"""What else a document could have been linked to: documents of its customer whose amounts or days come as near."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import polars as pl

_LIKE = 0.25
"""Amounts that differ by less than this share come into question."""

KEY = pl.concat_str("system", pl.lit(":"), "object", pl.lit(":"), "record_id")
"""A document as people write it: system:object:record_id."""


def candidates(
    documents: pl.DataFrame,
    own: dict[str, Any],
    kinds: Collection[str],
    without: Collection[str],
    most: int,
    off: float = 0.0,
) -> pl.DataFrame:
    """Give documents of these kinds, of the customer of `own`, that it could belong to, the nearest first.

    Their amounts differ by at most a quarter of its own, or by `off`; where either has no amount, days alone count.
    """
    if own["party"] is None:
        return documents.clear().with_columns(document=KEY)
    amounts = [own[name] for name in ("total", "net") if own[name]]
    apart = [(pl.col(name) - amount).abs() for name in ("total", "net") for amount in amounts]
    difference = pl.min_horizontal(*apart) if apart else pl.lit(None, pl.Float64)
    days = (pl.col("day") - pl.lit(own["day"], pl.Date)).dt.total_days().abs()
    mine = documents.filter((pl.col("party") == own["party"]) & pl.col("kind").is_in(list(kinds)))
    mine = mine.with_columns(document=KEY, off=difference, away=days).filter(
        ~pl.col("document").is_in(sorted(without))
    )
    limit = max(off, _LIKE * max(amounts, default=0.0))
    near = mine.filter((pl.col("off") <= limit).fill_null(True))
    return near.sort("off", "away", "document", nulls_last=True).head(most)
