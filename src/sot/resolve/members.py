"""The records as members of their customers, with what the cascade needs to know of each."""

from __future__ import annotations

import polars as pl

from sot.model.tables import ACCOUNT_FIELDS


def members(records: pl.DataFrame, memberships: pl.DataFrame, locks: pl.DataFrame) -> pl.DataFrame:
    """Give one row per record in the order of uid, with cluster and golden_id, and

    clean   1 where no mark such as "do not use" stands in the name
    live    2 for a clean account that is not inactive, 1 for a clean inactive one, 0 for a marked one
    filled  how many canonical fields hold something
    locks   the fields whose value on this record a steward has fixed
    """
    clean = (pl.col("n_marks").list.len().fill_null(0) == 0) & pl.col("n_name").is_not_null()
    live = pl.when(~clean).then(0).when(pl.col("n_status") == "inactive").then(1).otherwise(2)
    filled = pl.sum_horizontal(pl.col(name).is_not_null().cast(pl.Int32) for name in ACCOUNT_FIELDS)
    return (
        records.join(memberships.select("uid", "cluster", "golden_id"), on="uid", how="left")
        .join(locks, on="uid", how="left")
        .sort("uid")
        .with_columns(
            clean.cast(pl.Int8).alias("clean"), live.cast(pl.Int8).alias("live"), filled.alias("filled")
        )
    )
