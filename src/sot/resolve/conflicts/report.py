"""Bring the conflicts that were found into CONFLICTS: severity, customer, exposure, waiver, lasting id."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl

from sot.model.kinds import ConflictKind, Severity
from sot.model.run import Resolution
from sot.model.tables import CONFLICTS, conform
from sot.resolve.conflicts.lasting_ids import lasting_ids
from sot.rules.governance import Governance, Waivers

_ORDER = [severity.value for severity in (Severity.BLOCKER, Severity.WARNING, Severity.INFO)]


def report(
    parts: list[pl.DataFrame], customers: pl.DataFrame, governance: Governance, waivers: Waivers
) -> pl.DataFrame:
    """Give CONFLICTS, the weightiest first.

    `customers` is GOLDEN: the number of a customer is its row there.
    """
    table = pl.concat(parts)
    table = table.with_columns(_severities(table, governance))
    if (table["severity"] == "ignore").any():
        table = table.filter(pl.col("severity") != "ignore")
    named = customers.select(
        "golden_id", pl.col("name").alias("golden_name"), "exposure", "exposure_currency"
    )
    # Columns are put beside the table: a join would copy all of it.
    table = table.with_columns(column.gather(table["customer"]) for column in named)
    table = table.with_columns(lasting_ids(table))
    until = {name: waiver.until for name, waiver in waivers.by_conflict.items()}
    waived = pl.col("conflict_id").replace_strict(until, default=None, return_dtype=pl.String)
    rank = pl.col("severity").replace_strict(_ORDER, list(range(len(_ORDER))), return_dtype=pl.Int8)
    return conform(
        table.with_columns(waived.alias("waived_until"), rank.alias("rank")).sort(
            "rank", "kind", "exposure", "golden_id", "field", "conflict_id",
            descending=[False, False, True, False, False, False], nulls_last=True,
        ),
        CONFLICTS,
    )  # fmt: skip


def without_expired(resolution: Resolution, today: date) -> Resolution:
    """Take the waivers off that have run out; the last day still counts."""
    holds = pl.col("waived_until") >= today.isoformat()
    conflicts = resolution.conflicts.with_columns(pl.when(holds).then("waived_until").alias("waived_until"))
    return replace(resolution, conflicts=conflicts)


def _severities(table: pl.DataFrame, governance: Governance) -> pl.Series:
    about = table.select("kind", "field")
    kinds = about.unique()
    weights = [governance.severity(ConflictKind(kind), field) for kind, field in kinds.iter_rows()]
    kinds = kinds.with_columns(pl.Series("severity", weights, dtype=pl.String))
    return about.join(kinds, on=["kind", "field"], how="left", nulls_equal=True, maintain_order="left")[
        "severity"
    ]
