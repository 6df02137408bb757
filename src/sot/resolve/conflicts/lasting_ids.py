"""The ids of conflicts: a hash of what a conflict is about, so that it stays the same conflict until it is gone."""

from __future__ import annotations

import hashlib

import polars as pl

FEW = 20_000
"""So few ids are made in Python: to import the database, which makes many quicker, takes longer."""


def lasting_ids(table: pl.DataFrame) -> pl.Series:
    """Give the id of each conflict of `table`: a hash of what it is about, not of its values."""
    about = table.select(
        about=pl.concat_str("kind", "golden_id", "field", "record_ids", separator="\x1f", ignore_nulls=True)
    )
    if about.height <= FEW:
        digests = [hashlib.md5(text.encode(), usedforsecurity=False).hexdigest() for text in about["about"]]
        return pl.Series("conflict_id", [f"k-{digest[:14]}" for digest in digests], dtype=pl.String)
    import duckdb

    # Without a folder for temporary files: its default is one in the current folder.
    with duckdb.connect(config={"temp_directory": ""}) as database:
        database.register("conflicts", about.to_arrow())
        hashed = database.sql("SELECT 'k-' || left(md5(about), 14) AS conflict_id FROM conflicts")
        ids: pl.Series = hashed.pl()["conflict_id"]
    return ids
