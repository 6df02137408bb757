"""Small sets of records with their customers, normalised by the real stage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import polars as pl

from sot.cluster.golden_ids import assign
from sot.model.decisions import Constraints, no_constraints
from sot.model.run import Clustering, Resolution
from sot.model.tables import (
    CLUSTERS,
    DOCUMENTS,
    MEMBERSHIPS,
    QUESTIONS,
    RECORDS,
    RELATED,
    Schema,
    conform,
    empty,
)
from sot.normalise import normalise
from sot.resolve import resolve
from sot.rules import Rulebook
from sot.rules.project import Settings
from sot.workspace.golden_id_ledger import Ledger, no_ledger

DEPARTMENTS = {
    "salesforce": "crm",
    "hubspot": "crm",
    "xero": "finance",
    "netsuite": "finance",
    "asana": "project",
}

Row = Mapping[str, Any]

RULES = Rulebook()
"""The shipped rules, read once for all tests."""


def table(schema: Schema, rows: Sequence[Row]) -> pl.DataFrame:
    """Make a table of `schema`; columns that a row does not name are empty."""
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=dict(schema))


def record(key: str, group: str, name: str | None = None, **more: Any) -> dict[str, Any]:
    """Make a record `system:id` that belongs to the customer `group`."""
    system, _, record_id = key.partition(":")
    department = DEPARTMENTS.get(system, "unknown")
    if isinstance(updated := more.pop("updated", None), str):
        more["updated_on"] = datetime.fromisoformat(updated)
    return {
        "system": system, "record_id": record_id, "department": department, "object": "account",
        "name": name, "group": group, **more,
    }  # fmt: skip


def read(rows: Sequence[Row]) -> tuple[pl.DataFrame, pl.Series]:
    """Give the records as `read` and `normalise` would, and the group of each."""
    ordered = sorted(rows, key=lambda row: (row["system"], row["record_id"]))
    numbered = [{**row, "uid": uid, "source": "x.csv", "row": uid} for uid, row in enumerate(ordered)]
    return normalise(table(RECORDS, numbered), RULES), pl.Series([row["group"] for row in ordered])


def clustered(
    records: pl.DataFrame, groups: pl.Series, ledger: Ledger | None = None, doubtful: Sequence[str] = ()
) -> Clustering:
    """Cluster the records as their groups say; `doubtful` are keys of records linked by doubt."""
    members = records.select("uid", "system", "record_id").with_columns(groups.alias("group"))
    members = members.with_columns(pl.col("uid").min().over("group").alias("cluster"))
    given = assign(members, records, ledger or no_ledger())
    doubt = pl.concat_str("system", pl.lit(":"), "record_id").is_in(list(doubtful))
    single = pl.len().over("cluster") == 1
    linked = (
        pl.when(single).then(pl.lit("single")).when(doubt).then(pl.lit("doubt")).otherwise(pl.lit("model"))
    )
    members = (
        members.join(given.golden_ids, on="cluster")
        .sort("uid")
        .with_columns(linked.alias("linked_by"), pl.lit(0.95).alias("match_probability"))
    )
    status = (
        pl.when((pl.col("linked_by") == "doubt").any()).then(pl.lit("needs_review")).otherwise(pl.lit("auto"))
    )
    clusters = members.group_by("cluster", "golden_id").agg(
        pl.len().alias("size"), pl.col("match_probability").min(), status.alias("status")
    )
    return Clustering(
        conform(members, MEMBERSHIPS), conform(clusters.sort("cluster"), CLUSTERS), empty(RELATED),
        empty(QUESTIONS), given.members, given.changes,
    )  # fmt: skip


def resolved(
    rows: Sequence[Row],
    documents: Sequence[Row] = (),
    constraints: Constraints | None = None,
    settings: Settings | None = None,
    rules: Rulebook | None = None,
) -> Resolution:
    """Normalise, cluster as given and resolve."""
    records, groups = read(rows)
    return resolve(
        records, table(DOCUMENTS, documents), clustered(records, groups), constraints or no_constraints(),
        settings or Settings(), rules or RULES,
    )  # fmt: skip


def customer(found: Resolution, name_part: str = "") -> dict[str, Any]:
    """Give the one golden customer whose name holds `name_part`."""
    rows = found.golden.filter(pl.col("name").fill_null("").str.contains(name_part, literal=True))
    assert rows.height == 1, rows
    return rows.row(0, named=True)


def origin(found: Resolution, field: str) -> dict[str, Any]:
    """Give the provenance of a field, where only one customer has it."""
    rows = found.provenance.filter(pl.col("field") == field).collect()
    assert rows.height == 1, rows
    return rows.row(0, named=True)


def conflicts(found: Resolution, kind: str, field: str | None = None) -> list[dict[str, Any]]:
    """Give the conflicts of a kind (about a field)."""
    rows = found.conflicts.filter(pl.col("kind") == kind)
    if field is not None:
        rows = rows.filter(pl.col("field") == field)
    return rows.rows(named=True)
