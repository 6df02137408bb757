"""Customers whose documents refer to each other, as one group."""

from __future__ import annotations

import polars as pl


def joined_families(table: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """Customers whose documents refer to each other are looked at together, as those of one group are."""
    of = table.select("doc", "family")
    pairs = links.join(of, left_on="l", right_on="doc").join(of, left_on="r", right_on="doc", suffix="_r")
    pairs = (
        pairs.filter(pl.col("family") != pl.col("family_r"))
        .select("family", "family_r")
        .unique()
        .sort("family", "family_r")
    )
    joined: dict[int, int] = {}

    def root(family: int) -> int:
        while family in joined:
            family = joined[family]
        return family

    for first, second in pairs.iter_rows():
        low, high = sorted((root(first), root(second)))
        if low != high:
            joined[high] = low
    return table.with_columns(family=pl.col("family").replace({family: root(family) for family in joined}))
