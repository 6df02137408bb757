"""A hand-made run: records and their golden ids in, a whole `Run` that keeps the contracts out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from sot.model.decisions import no_constraints
from sot.model.run import Clustering, Matching, Resolution, Run
from sot.model.sources import Import, Source
from sot.model.tables import (
    CLUSTERS,
    CONFLICTS,
    CORRECTIONS,
    DOCUMENTS,
    GOLDEN,
    MEMBERSHIPS,
    MERGES,
    NORMALISED,
    PAIRS,
    PROVENANCE,
    QUESTIONS,
    RECORDS,
    REJECTS,
    RELATED,
    Schema,
)
from sot.rules.project import Settings

Row = Mapping[str, Any]


def table(schema: Schema, rows: Sequence[Row], **extra: pl.DataType | type[pl.DataType]) -> pl.DataFrame:
    """Give a table of `schema` (and `extra` columns) out of rows that name only what matters."""
    whole = dict(schema) | extra
    unknown = {name for row in rows for name in row} - set(whole)
    assert not unknown, f"no such columns: {unknown}"
    return pl.DataFrame([{name: row.get(name) for name in whole} for row in rows], schema=whole)


def make_run(
    records: Sequence[Row],
    *,
    pairs: Sequence[Row] = (),
    questions: Sequence[Row] = (),
    related: Sequence[Row] = (),
    conflicts: Sequence[Row] = (),
    rejects: Sequence[Row] = (),
    exposure: Mapping[str, tuple[float, str]] | None = None,
    merges: Sequence[Row] = (),
    corrections: Sequence[Row] = (),
) -> Run:
    """Make a run; each record says its system, record_id and golden_id, and may say more."""
    ordered = sorted(records, key=lambda row: (row["system"], row["record_id"]))
    rows = [
        dict(row) | {"uid": uid, "object": row.get("object", "account")} for uid, row in enumerate(ordered)
    ]
    own = {"golden_id", "linked_by"}
    plain = [{name: value for name, value in row.items() if name not in own} for row in rows]
    frame = table(dict(RECORDS) | dict(NORMALISED), plain)
    first = {row["golden_id"]: row["uid"] for row in reversed(rows)}
    members = [
        {"uid": row["uid"], "cluster": first[row["golden_id"]], "golden_id": row["golden_id"]}
        | {"match_probability": 1.0, "linked_by": row.get("linked_by", "single")}
        for row in rows
    ]
    golden = [
        _golden(golden_id, rows, exposure or {}) for golden_id in sorted({r["golden_id"] for r in rows})
    ]
    provenance = [
        {"golden_id": g["golden_id"], "field": "name", "value": g["name"], "raw": g["name"]}
        | next({k: r[k] for k in ("system", "record_id")} for r in rows if r["golden_id"] == g["golden_id"])
        for g in golden
        if g["name"]
    ]
    clusters = [
        {"cluster": first[g["golden_id"]], "golden_id": g["golden_id"], "size": g["record_count"]}
        | {"status": g["status"]}
        for g in golden
    ]
    return Run(
        imported=Import(_sources(rows), frame, table(DOCUMENTS, []), table(REJECTS, rejects)),
        records=frame,
        matching=Matching(table(PAIRS, pairs)),
        clustering=Clustering(
            memberships=table(MEMBERSHIPS, members),
            clusters=table(CLUSTERS, clusters),
            related=table(RELATED, related),
            questions=table(QUESTIONS, questions),
            ledger=pl.DataFrame(),
            redirects=pl.DataFrame(),
        ),
        resolution=Resolution(
            table(GOLDEN, golden),
            table(PROVENANCE, provenance).lazy(),
            table(CONFLICTS, conflicts),
            pl.DataFrame(schema={"uid": pl.Int32, "exposure": pl.Float64, "currency": pl.String}),
            frame.join(table(MEMBERSHIPS, members), on="uid").group_by("golden_id").agg(pl.col("uid").min()),
            table(MERGES, merges),
            table(CORRECTIONS, corrections),
        ),
        constraints=no_constraints(),
        settings=Settings(),
        rule_hashes={"naming/junk.yaml": "0" * 64},
    )


def _golden(golden_id: str, rows: Sequence[Row], exposure: Mapping[str, tuple[float, str]]) -> Row:
    mine = [row for row in rows if row["golden_id"] == golden_id]
    amount, currency = exposure.get(golden_id, (None, None))
    status = "single" if len(mine) == 1 else "auto"
    return {
        "golden_id": golden_id,
        "name": mine[0].get("name"),
        "systems": "|".join(sorted({row["system"] for row in mine})),
        "record_count": len(mine),
        "match_probability": 1.0,
        "is_test": False,
        "status": "needs_review" if any(row.get("linked_by") == "doubt" for row in mine) else status,
        "exposure": amount,
        "exposure_currency": currency,
    }


def _sources(rows: Sequence[Row]) -> tuple[Source, ...]:
    systems = sorted({row["system"] for row in rows})
    return tuple(
        Source(
            path=f"{system}.csv",
            system=system,
            object="account",
            record_id="Id",
            fields={"name": "Name"},
            confidence={"name": 1.0},
            records=sum(row["system"] == system for row in rows),
            sha256="f" * 64,
            headers=("Id", "Name", "Mood"),
            frame=pl.DataFrame(
                schema={"#row": pl.Int64, "Id": pl.String, "Name": pl.String, "Mood": pl.String}
            ),
        )
        for system in systems
    )
