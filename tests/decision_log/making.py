"""Decisions and records for the tests, with as little to say as possible."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from sot.model.decisions import Decision, RecordKey
from sot.model.tables import NORMALISED, RECORDS


def key(name: str) -> RecordKey:
    """Make the key of record `name`: "crm:1", or "1" of system crm."""
    system, _, record_id = name.rpartition(":")
    return (system or "crm", record_id)


def decision(id_: str, verdict: str, *names: str, at: str = "2026-01-31T09:30:00Z", **more: Any) -> Decision:
    return Decision(id_, at, more.pop("steward", "ada"), verdict, tuple(map(key, names)), **more)


def records(names: Sequence[str], **columns: Sequence[Any]) -> pl.DataFrame:
    """Make a RECORDS + NORMALISED table with these records, uid by key, other columns empty."""
    keys = [key(name) for name in names]
    table = pl.DataFrame({"system": [k[0] for k in keys], "record_id": [k[1] for k in keys], **columns}).sort(
        "system", "record_id"
    )
    schema = {**RECORDS, **NORMALISED}
    return table.with_row_index("uid").select(
        pl.col(name).cast(kind) if name in (*table.columns, "uid") else pl.lit(None, dtype=kind).alias(name)
        for name, kind in schema.items()
    )
