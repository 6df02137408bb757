"""Whether an account is in use: from a status column, else from marks in its name."""

from __future__ import annotations

import polars as pl

from sot.normalise.distinct import CELL, over_distinct
from sot.normalise.text import clean, fold, words
from sot.rules import Rulebook
from sot.rules.naming import Marks, Statuses


def with_status(records: pl.DataFrame, rules: Rulebook) -> pl.DataFrame:
    """Give `records` (with n_marks) with n_status."""
    known = rules.get("naming/statuses.yaml", Statuses)
    marks = rules.get("naming/marks.yaml", Marks).marks
    dead = sorted(name for name, mark in marks.items() if mark.inactive)

    def read(cells: pl.DataFrame) -> pl.DataFrame:
        folded = cells.with_columns(f=fold(clean(cells["status"]))).with_columns(f=words(pl.col("f")))
        standing = pl.when(pl.col("f").is_in(list(known.inactive))).then(pl.lit("inactive"))
        return folded.select(
            CELL, said=standing.when(pl.col("f").is_in(list(known.active))).then(pl.lit("active"))
        )

    records = over_distinct(records, ["status"], read)
    marked = pl.col("n_marks").list.eval(pl.element().is_in(dead)).list.any().fill_null(False)
    return records.with_columns(n_status=pl.when(marked).then(pl.lit("inactive")).otherwise("said")).drop(
        "said"
    )
