"""Money at stake: added up per currency, never across currencies."""

from __future__ import annotations

import polars as pl


def amounts(table: pl.DataFrame) -> dict[str, float]:
    """Add up the columns exposure and exposure_currency per currency; "" is an unknown one."""
    summed = (
        table.filter(pl.col("exposure").is_not_null())
        .group_by(pl.col("exposure_currency").fill_null(""))
        .agg(pl.col("exposure").sum().round(2))
        .sort("exposure_currency")
    )
    return {currency: amount for currency, amount in summed.iter_rows() if amount}
