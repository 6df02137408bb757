"""Golden ids that last: a customer keeps its id by its members, from run to run."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl

from sot.cluster.decided_changes import decided
from sot.model.decisions import Constraints, no_constraints
from sot.model.tables import empty
from sot.workspace.golden_id_ledger import CHANGES, MEMBERS, Ledger

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Letters and digits that can't be taken for one another when they are read out."""
LENGTH = 10


@dataclass(frozen=True)
class Assignment:
    """golden_ids: (cluster, golden_id); members: the new ledger's; changes: the redirects of this run (CHANGES).

    Of each change, `decided` says whether decisions made it.
    """

    golden_ids: pl.DataFrame
    members: pl.DataFrame
    changes: pl.DataFrame


def assign(
    memberships: pl.DataFrame, records: pl.DataFrame, ledger: Ledger, constraints: Constraints | None = None
) -> Assignment:
    """Give every cluster its golden id: the one that most of its records had, else a new one.

    `memberships` needs uid and cluster (the smallest uid of its members), `records` uid, system and
    record_id. Of several clusters that hold records of one customer, the one with the most keeps its id; of
    several customers that became one cluster, the one with the most records gives its id. Ids are never used
    again for something else.
    """
    keys = records.sort("uid").select(pl.col("system", "record_id").gather(memberships["uid"]))
    keyed = memberships.select("uid", "cluster", *keys)
    known = keyed.join(ledger.members, on=["system", "record_id"], maintain_order="left")
    kept = _kept(known)
    first = keyed.filter(pl.col("uid") == pl.col("cluster")).sort("cluster")
    clusters = first.join(kept, on="cluster", how="left", maintain_order="left")
    fresh = clusters.filter(pl.col("golden_id").is_null())
    used = pl.concat([ledger.members["golden_id"], ledger.redirects["old"], ledger.redirects["new"]])
    new = fresh.select("cluster", _new_ids(fresh["system"], fresh["record_id"], used))
    golden_ids = pl.concat([clusters.drop_nulls("golden_id").select(new.columns), new]).sort("cluster")
    changes = _changes(known, golden_ids)
    changes = changes.with_columns(decided(changes, known, golden_ids, constraints or no_constraints()))
    return Assignment(golden_ids, _members(keyed, golden_ids, ledger, changes), changes)


def _kept(known: pl.DataFrame) -> pl.DataFrame:
    """Give (cluster, golden_id) of the clusters that keep an id.

    Where a cluster and an id meet nobody else, the case is clear; the rest is settled by the most shared
    records first, then by the smallest record, so that the order of nothing matters.
    """
    overlaps = known.group_by("cluster", "golden_id").agg(
        pl.len().alias("shared"), pl.col("uid").min().alias("first")
    )
    clear = (pl.len().over("cluster") == 1) & (pl.len().over("golden_id") == 1)
    return pl.concat(
        [overlaps.filter(clear).select("cluster", "golden_id"), settled(overlaps.filter(~clear))]
    )


def settled(contested: pl.DataFrame) -> pl.DataFrame:
    """Give (cluster, golden_id) of clusters and ids (shared, first) of which several meet; not every cluster has one.

    Pairs that no others connect do not tell of each other.
    """
    contested = contested.sort(["shared", "first", "golden_id"], descending=[True, False, False])
    clusters: dict[int, str] = {}
    taken: set[str] = set()
    for cluster, golden_id in contested.select("cluster", "golden_id").iter_rows():
        if cluster not in clusters and golden_id not in taken:
            clusters[cluster] = golden_id
            taken.add(golden_id)
    return pl.DataFrame(
        {"cluster": list(clusters), "golden_id": list(clusters.values())},
        schema={"cluster": contested.schema["cluster"], "golden_id": pl.String},
    )


def _changes(known: pl.DataFrame, golden_ids: pl.DataFrame) -> pl.DataFrame:
    """Give the CHANGES: where the records of an id went that are not under it any more."""
    moved = (
        known.rename({"golden_id": "old"})
        .join(golden_ids.rename({"golden_id": "new"}), on="cluster")
        .filter(pl.col("old") != pl.col("new"))
        .group_by("old", "new").agg(pl.len().alias("records"), pl.col("uid").min().alias("first"))
        .sort(["old", "records", "first"], descending=[False, True, False])
    )  # fmt: skip
    if not moved.height:
        return empty(CHANGES).drop("decided")
    gone = ~pl.col("old").is_in(golden_ids["golden_id"].implode())
    why = pl.when(gone & pl.col("old").is_first_distinct()).then(pl.lit("merged")).otherwise(pl.lit("split"))
    return moved.select("old", "new", why.alias("why")).sort("old", "new")


def _members(
    keyed: pl.DataFrame, golden_ids: pl.DataFrame, ledger: Ledger, changes: pl.DataFrame
) -> pl.DataFrame:
    """Give the new ledger's members; a record that is absent stays, so that it comes back to its customer."""
    present = keyed.join(golden_ids, on="cluster", how="left").select(list(MEMBERS))
    absent = ledger.members.join(present, on=["system", "record_id"], how="anti")
    went_on = changes.filter(pl.col("why") == "merged").select(pl.col("old").alias("golden_id"), "new")
    absent = absent.join(went_on, on="golden_id", how="left").with_columns(
        pl.coalesce("new", "golden_id").alias("golden_id")
    )
    return pl.concat([present, absent.select(list(MEMBERS))]).sort("system", "record_id")


def _new_ids(systems: pl.Series, record_ids: pl.Series, used: pl.Series) -> pl.Series:
    """Make an id out of each (system, record_id), other than those in `used` and than each other."""
    keys = pl.select(key=pl.concat_str(systems, record_ids, separator="\x1f"))
    made = keys.with_columns(golden_id=hashed(keys["key"]))
    again = 0
    while True:
        clash = made["golden_id"].is_in(used.implode()) | ~made["golden_id"].is_first_distinct()
        if not clash.any():
            return made["golden_id"]
        again += 1
        salted = hashed(made.filter(clash)["key"], again)
        positions = clash.arg_true()
        made = made.with_columns(made["golden_id"].scatter(positions, salted))


def hashed(keys: Iterable[str], again: int = 0) -> pl.Series:
    """Write 50 bits of the SHA-256 of every key in 10 signs of the alphabet, after a C; others each time `again`."""
    salt = f"\x1f{again}" if again else ""
    digests = b"".join([hashlib.sha256(f"{key}{salt}".encode()).digest()[:8] for key in keys])
    bits = np.frombuffer(digests, dtype=">u8").astype(np.uint64)
    shifts = np.arange(59, 59 - 5 * LENGTH, -5, dtype=np.uint64)
    signs = np.frombuffer(ALPHABET.encode(), dtype=np.uint8)[(bits[:, None] >> shifts) & np.uint64(31)]
    first = np.full((len(signs), 1), ord("C"), dtype=np.uint8)
    ids = np.ascontiguousarray(np.hstack([first, signs])).view(f"S{LENGTH + 1}").ravel()
    return pl.Series(ids.tolist(), dtype=pl.Binary).cast(pl.String)
