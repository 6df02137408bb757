"""Records that name another system's id: an external id that is the record id of another system."""

from __future__ import annotations

import polars as pl

from sot.graphs import connected

c = pl.col

LEAST_SHARE = 0.5
"""So many of the external ids of one system must be record ids of another, that they are taken for its ids."""


def references(records: pl.DataFrame) -> pl.DataFrame:
    """Give, by uid, `reference` (a number for the records that name one another) and `refers` (1: names one).

    Every record of a system whose ids are named has a reference, its own if nobody names it: who names another record
    of that system is not it. Other records have none.
    """
    named = records.select("uid", "system", id="external_id").drop_nulls("id")
    own = records.select(target="uid", owner="system", id="record_id")
    found = named.join(own, on="id").filter(c("system") != c("owner"))
    found = found.filter(pl.len().over("uid", "owner") == 1)
    share = c("uid").n_unique().over("system", "owner") / c("system").replace_strict(
        dict(named.group_by("system").len().iter_rows()), return_dtype=pl.Float64, default=1.0
    )
    found = found.filter(share >= LEAST_SHARE).select("uid", "target", "owner")
    group = pl.Series(connected(records.height, found["uid"].to_numpy(), found["target"].to_numpy()))
    refers = records["uid"].is_in(found["uid"].implode())
    known = refers | records["system"].is_in(found["owner"].unique().implode())
    return records.select(
        "uid",
        reference=pl.when(known).then(group + 1),
        refers=refers.cast(pl.Int8),
    )
