"""Which merged and split customers follow from decisions, so that nobody is warned of what stewards did themselves."""

from __future__ import annotations

from itertools import combinations

import polars as pl

from sot.graphs import connected
from sot.model.decisions import Constraints, Decision
from sot.model.kinds import Verdict

_KEY = ("system", "record_id")
_ENDS = {"uid_l": pl.Int32, "uid_r": pl.Int32}


def decided(
    changes: pl.DataFrame, known: pl.DataFrame, golden_ids: pl.DataFrame, constraints: Constraints
) -> pl.Series:
    """Say of each of the `changes` (old, new, why) whether decisions made it.

    `known` has the records that had a golden id before: uid, system, record_id, cluster, golden_id. Customers were
    merged by decisions if accepted pairs connect them, and one was split by decisions if a rejected pair was torn
    apart. A decision that was taken back counts as its opposite.
    """
    if not changes.height or not constraints.decisions:
        return pl.Series("decided", [False] * changes.height, dtype=pl.Boolean)
    now = known.join(golden_ids.rename({"golden_id": "new"}), on="cluster").rename({"golden_id": "old"})
    back = _taken_back(constraints, now)
    joining = _pairs(pl.concat([constraints.must.select(list(_ENDS)), back["joining"]]), now)
    parting = _pairs(pl.concat([constraints.cannot.select(list(_ENDS)), back["parting"]]), now)
    merged = _connected(joining.filter(pl.col("cluster") == pl.col("cluster_r")))
    torn = parting.filter((pl.col("old") == pl.col("old_r")) & (pl.col("cluster") != pl.col("cluster_r")))
    parts = pl.concat([torn.select("old", "new"), torn.select("old", new="new_r")]).unique()
    by_merge = changes.join(merged, on=["old", "new"], how="semi").with_columns(why=pl.lit("merged"))
    by_split = changes.join(parts, on=["old", "new"], how="semi")
    made = pl.concat([by_merge, by_split]).select("old", "new").unique().with_columns(decided=pl.lit(True))
    marked = changes.join(made, on=["old", "new"], how="left", maintain_order="left")
    return marked["decided"].fill_null(False)


def _pairs(pairs: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """Give the pairs of records with the customers of both, before and now; `_r` marks those of the second."""
    ends = now.select("uid", "cluster", "old", "new")
    left = pairs.join(ends, left_on="uid_l", right_on="uid")
    return left.join(ends, left_on="uid_r", right_on="uid", suffix="_r")


def _connected(joining: pl.DataFrame) -> pl.DataFrame:
    """Give (old, new): the customers before that pairs connect to the one whose id the customer has now."""
    moved = joining.filter(pl.col("old") != pl.col("old_r"))
    if moved.is_empty():
        return pl.DataFrame(schema={"old": pl.String, "new": pl.String})
    names = pl.concat([moved["old"], moved["old_r"]]).unique().sort()
    numbers = pl.DataFrame({"name": names, "number": pl.int_range(len(names), eager=True)})
    ends = [
        moved[side].replace_strict(numbers["name"], numbers["number"], return_dtype=pl.Int64)
        for side in ("old", "old_r")
    ]
    label = connected(len(names), ends[0].to_numpy(), ends[1].to_numpy())
    groups = numbers.with_columns(group=pl.Series(label))
    pairs = groups.select("group", old="name").join(groups.select("group", new="name"), on="group")
    return pairs.filter(pl.col("old") != pl.col("new")).select("old", "new")


def _taken_back(constraints: Constraints, now: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Give the pairs of records of decisions that were revoked: `joining` those that parted, and the other way."""
    revoked = {made.revokes for made in constraints.decisions.values() if made.revokes}
    gone = [made for name, made in constraints.decisions.items() if name in revoked and made.field is None]
    keys = sorted({key for made in gone for key in made.records})
    wanted = pl.DataFrame(keys, schema=dict.fromkeys(_KEY, pl.String), orient="row")
    records = now.join(wanted, on=_KEY, how="semi").select(*_KEY, "uid")
    uids = {(system, record): uid for system, record, uid in records.iter_rows()}

    def table(made: list[Decision]) -> pl.DataFrame:
        pairs = [
            (uids[a], uids[b])
            for decision in made
            for a, b in combinations(decision.records, 2)
            if a in uids and b in uids
        ]
        return pl.DataFrame(pairs, schema=_ENDS, orient="row")

    return {
        "joining": table([made for made in gone if made.verdict in (Verdict.DIFFERENT, Verdict.RELATED)]),
        "parting": table([made for made in gone if made.verdict == Verdict.SAME]),
    }
