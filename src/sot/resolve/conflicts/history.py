"""Conflicts about how a customer came about: doubtful links, size, decisions, its past."""

from __future__ import annotations

from collections import defaultdict

import polars as pl

from sot.model.decisions import Constraints, RecordKey
from sot.model.kinds import ConflictKind
from sot.model.run import Clustering
from sot.resolve.conflicts.table import FOUND, found
from sot.resolve.texts import KEY, joined, saying

SHOWN_RECORDS = 200
"""So many records of an oversized cluster are written out."""


def weak_bridges(members: pl.DataFrame, questions: pl.DataFrame) -> pl.DataFrame:
    """Find the customers that hang together by a link in doubt."""
    keys = members.select("uid", "cluster", KEY.alias("key"))
    links = (
        questions.filter(pl.col("kind") == "doubtful_link")
        .sort("uid_l", "uid_r")
        .join(keys, left_on="uid_l", right_on="uid", maintain_order="left")
        .join(keys, left_on="uid_r", right_on="uid", suffix="_r", maintain_order="left")
        .filter(pl.col("cluster") == pl.col("cluster_r"))
    )
    percent = (pl.col("match_probability") * 100).round(1).cast(pl.String)
    text = pl.concat_str("key", pl.lit(" ~ "), "key_r", pl.lit(" ("), percent, pl.lit(" %)"))
    ends = pl.concat([links.select("cluster", "key"), links.select("cluster", pl.col("key_r").alias("key"))])
    return found(
        ConflictKind.WEAK_BRIDGE,
        links.select("cluster").unique(maintain_order=True),
        joined(links.with_columns(text.alias("link")), "link", " | ", "values"),
        joined(ends.sort("cluster", "key"), "key", "|", "record_ids"),
    )


def oversized(members: pl.DataFrame, clusters: pl.DataFrame, limit: int) -> pl.DataFrame:
    """Find the customers of more records than a customer can have."""
    large = clusters.filter(pl.col("size") > limit).sort("cluster").select("cluster", "size")
    rows = members.filter(pl.col("cluster").is_in(large["cluster"].implode())).sort("cluster", "uid")
    counts = rows.group_by("cluster", "system").len("records").sort("cluster", "system")
    counts = counts.with_columns(saying(pl.col("records").cast(pl.String) + " records").alias("said"))
    shown = rows.filter(pl.int_range(pl.len()).over("cluster") < SHOWN_RECORDS).with_columns(KEY.alias("key"))
    return found(
        ConflictKind.OVERSIZED_CLUSTER,
        large.select("cluster", pl.format("more than {} records", pl.lit(str(limit))).alias("rule")),
        joined(counts, "said", " | ", "values"),
        joined(shown, "key", "|", "record_ids"),
    )


def changed_ids(members: pl.DataFrame, clustering: Clustering) -> pl.DataFrame:
    """Find the customers that were two in the run before, or one that are two now; see `sot.ledger`."""
    changes = clustering.redirects.select("old", "new", "why").sort("old", "new")
    ids = clustering.clusters.select("cluster", "golden_id")
    keys = members.sort("cluster", "uid").select("cluster", KEY.alias("key"))
    tables = []
    for kind, why, stays, goes in (
        (ConflictKind.CUSTOMERS_MERGED, "merged", "new", "old"),
        (ConflictKind.CUSTOMER_SPLIT, "split", "old", "new"),
    ):
        rows = changes.filter(pl.col("why") == why).join(
            ids, left_on=stays, right_on="golden_id", maintain_order="left"
        )
        touched = rows.select("cluster").unique(maintain_order=True)
        if why == "split":
            parts = pl.concat(
                [rows.select("cluster", goes), rows.select("cluster", pl.col(stays).alias(goes))]
            )
            of_parts = parts.join(ids.rename({"cluster": "part"}), left_on=goes, right_on="golden_id")
            records = (
                of_parts.select("cluster", "part").unique().join(keys, left_on="part", right_on="cluster")
            )
        else:
            records = keys.join(touched, on="cluster", how="semi")
        text = pl.concat_str("old", pl.lit(" → "), "new")
        tables.append(
            found(
                kind,
                touched,
                joined(rows.with_columns(text.alias("change")), "change", " | ", "values"),
                joined(records.sort("cluster", "key"), "key", "|", "record_ids"),
            )
        )
    return pl.concat(tables)


def contradictions(members: pl.DataFrame, constraints: Constraints) -> pl.DataFrame:
    """Report the decisions that can't all hold; the first of their records names the customer."""
    rows = []
    for ids in constraints.contradictions:
        decisions = [constraints.decisions[name] for name in sorted(ids) if name in constraints.decisions]
        keys = sorted({key for decision in decisions for key in decision.records})
        values = " | ".join(
            f"{decision.id}={decision.verdict} ({decision.steward})" for decision in decisions
        )
        rows.append({"values": values, "record_ids": _listed(keys), "key": _listed(keys[:1])})
    table = pl.DataFrame(rows, schema={"values": pl.String, "record_ids": pl.String, "key": pl.String})
    where = members.select("cluster", KEY.alias("key"))
    return found(
        ConflictKind.CONTRADICTORY_DECISIONS, table.join(where, on="key", how="left", maintain_order="left")
    )


def orphans(constraints: Constraints) -> pl.DataFrame:
    """Report the decisions about records that no export holds any more."""
    lost: dict[str, set[RecordKey]] = defaultdict(set)
    for decision, key in constraints.orphans:
        lost[decision].add(key)
    rows = []
    for name in sorted(lost):
        known = constraints.decisions.get(name)
        said = f"{name}={known.verdict} ({known.steward})" if known else name
        rows.append({"values": said, "record_ids": _listed(sorted(lost[name]))})
    schema = {"values": pl.String, "record_ids": pl.String}
    return found(ConflictKind.ORPHAN_DECISION, pl.DataFrame(rows, schema=schema)) if rows else _none()


def _listed(keys: list[RecordKey]) -> str:
    return "|".join(f"{system}:{record_id}" for system, record_id in keys)


def _none() -> pl.DataFrame:
    return pl.DataFrame(schema=dict(FOUND))
