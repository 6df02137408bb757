"""Conflicts about how a customer came about: doubtful links, size, decisions, its past."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import numpy as np
import polars as pl

from sot.model.decisions import Constraints, RecordKey
from sot.model.kinds import ConflictKind
from sot.resolve.cell_text import KEY, joined, saying
from sot.resolve.conflicts.table import found, nothing
from sot.resolve.members import Members

SHOWN_RECORDS = 200
"""So many records of an oversized cluster are written out."""


def weak_bridges(members: Members, questions: pl.DataFrame) -> pl.DataFrame:
    """Find the customers that hang together by a link in doubt."""
    links = questions.filter("joined").sort("uid_l", "uid_r")
    ends = [members.at(members.of(links[uid]), KEY.alias("key")) for uid in ("uid_l", "uid_r")]
    links = links.hstack(ends[0]).hstack(ends[1].select(pl.all().name.suffix("_r")))
    links = links.filter(pl.col("customer") == pl.col("customer_r"))
    percent = (
        (pl.col("match_probability").cast(pl.Float64) * 100).round(1).cast(pl.String).str.strip_suffix(".0")
    )
    text = pl.concat_str("key", pl.lit(" ~ "), "key_r", pl.lit(" ("), percent, pl.lit(" %)"))
    keys = pl.concat(
        [links.select("customer", "key"), links.select("customer", pl.col("key_r").alias("key"))]
    )
    return found(
        ConflictKind.WEAK_BRIDGE,
        links.select("customer").unique(maintain_order=True),
        joined(links.with_columns(text.alias("link")), "link", " | ", "values"),
        joined(keys.sort("customer", "key"), "key", "|", "record_ids"),
    )


def oversized(members: Members, limit: int) -> pl.DataFrame:
    """Find the customers of more records than a customer can have."""
    sizes = np.diff(members.starts, append=members.height)
    large = np.flatnonzero(sizes > limit)
    rows = members.at(np.flatnonzero(np.isin(members.customer, large)), "system", "record_id")
    counts = rows.group_by("customer", "system").len("records").sort("customer", "system")
    counts = counts.with_columns(saying(pl.col("records").cast(pl.String) + " records").alias("said"))
    shown = rows.filter(pl.int_range(pl.len()).over("customer") < SHOWN_RECORDS)
    return found(
        ConflictKind.OVERSIZED_CLUSTER,
        pl.DataFrame({"customer": large}).with_columns(pl.lit(f"more than {limit} records").alias("rule")),
        joined(counts, "said", " | ", "values"),
        joined(shown.with_columns(KEY.alias("key")), "key", "|", "record_ids"),
    )


def merged_customers(members: Members, changes: pl.DataFrame) -> pl.DataFrame:
    """Find the customers that were several in the run before; `changes` are the redirects of this run.

    What decisions joined is no news, here and in `split_customers`.
    """
    rows = _changes(members, changes, "merged", "new")
    return _told(ConflictKind.CUSTOMERS_MERGED, rows, _records(members, rows.select("customer")))


def split_customers(members: Members, changes: pl.DataFrame) -> pl.DataFrame:
    """Find the customers that were one with another in the run before; the records are those of all parts."""
    rows = _changes(members, changes, "split", "old")
    parts = rows.join(_numbers(members), left_on="new", right_on="golden_id", suffix="_part")
    pairs = pl.concat(
        [
            parts.select(pl.col("customer_part").alias("customer"), pl.col("customer").alias("whole")),
            rows.select("customer", pl.col("customer").alias("whole")),
        ]
    ).unique()
    return _told(ConflictKind.CUSTOMER_SPLIT, rows, _records(members, pairs))


def _changes(members: Members, changes: pl.DataFrame, why: str, of: str) -> pl.DataFrame:
    wanted = changes.filter((pl.col("why") == why) & ~pl.col("decided")).sort("old", "new")
    return wanted.join(_numbers(members), left_on=of, right_on="golden_id", maintain_order="left")


def _numbers(members: Members) -> pl.DataFrame:
    return pl.DataFrame({"golden_id": members.golden_id, "customer": np.arange(members.customers)})


def _records(members: Members, wanted: pl.DataFrame) -> pl.DataFrame:
    asked = np.isin(members.customer, wanted["customer"].drop_nulls().to_numpy())
    rows = members.at(np.flatnonzero(asked), "system", "record_id").join(wanted, on="customer")
    keys = rows.select("whole" if "whole" in wanted.columns else "customer", KEY.alias("key"))
    return keys.rename({"whole": "customer"}, strict=False).sort("customer", "key")


def _told(kind: ConflictKind, rows: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
    change = pl.concat_str("old", pl.lit(" → "), "new")
    return found(
        kind,
        rows.select("customer").unique(maintain_order=True),
        joined(rows.with_columns(change.alias("change")), "change", " | ", "values"),
        joined(records, "key", "|", "record_ids"),
    )


def contradictions(members: Members, constraints: Constraints) -> pl.DataFrame:
    """Report the decisions that can't all hold; the first of their records names the customer."""
    rows = []
    for ids in constraints.contradictions:
        decisions = [constraints.decisions[name] for name in sorted(ids) if name in constraints.decisions]
        keys = sorted({key for decision in decisions for key in decision.records})
        values = " | ".join(f"{made.id}={made.verdict} ({made.steward})" for made in decisions)
        rows.append({"values": values, "record_ids": _listed(keys), "key": _listed(keys[:1])})
    if not rows:
        return nothing()
    schema = {"values": pl.String, "record_ids": pl.String, "key": pl.String}
    where = members.records.select("customer", KEY.alias("key"))
    return found(
        ConflictKind.CONTRADICTORY_DECISIONS,
        pl.DataFrame(rows, schema=schema).join(where, on="key", how="left", maintain_order="left"),
    )


def orphans(constraints: Constraints, stale: Iterable[str]) -> pl.DataFrame:
    """Report the decisions about records that no export holds any more, and those on values that are gone."""
    lost: dict[str, set[RecordKey]] = defaultdict(set)
    for decision, key in constraints.orphans:
        lost[decision].add(key)
    for decision in stale:
        lost[decision].update(constraints.decisions[decision].records)
    rows = []
    for name in sorted(lost):
        known = constraints.decisions.get(name)
        text = f"{name}={known.value or known.verdict} ({known.steward})" if known else name
        rows.append({"values": text, "record_ids": _listed(sorted(lost[name]))})
    if not rows:
        return nothing()
    return found(ConflictKind.ORPHAN_DECISION, pl.DataFrame(rows))


def _listed(keys: list[RecordKey]) -> str:
    return "|".join(f"{system}:{record_id}" for system, record_id in keys)
