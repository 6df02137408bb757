"""Values that a steward has fixed: which field of which record must survive."""

from __future__ import annotations

import polars as pl

from sot.model.decisions import Constraints


def locks(records: pl.DataFrame, constraints: Constraints) -> pl.DataFrame:
    """Give (uid, locks): the fields whose value on this record a steward has fixed."""
    return pl.DataFrame(schema={"uid": pl.Int32, "locks": pl.List(pl.String)})
