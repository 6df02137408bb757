"""Finished runs made by hand, small or of any number of cases, in the schemas of `sot.model.tables`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from sot.decision_log import load
from sot.model.decisions import Decision
from sot.model.tables import (
    CASES,
    CLUSTERS,
    CONFLICTS,
    DOCUMENTS,
    GOLDEN,
    MEMBERSHIPS,
    NORMALISED,
    PAIRS,
    QUESTIONS,
    RECORDS,
    RELATED,
    Schema,
)
from sot.resolve.preview import preview
from sot.review.cases import queue
from sot.review.run_reader import FinishedRun
from sot.review.session import Board, Session
from sot.rules import Rulebook
from sot.rules.project import Settings

COMPARISONS = [
    {
        "name": "name",
        "levels": [{"gamma": 1, "name": "same words"}, {"gamma": 0, "name": "words of their own"}],
    },
    {"name": "place", "levels": [{"gamma": 1, "name": "same town"}, {"gamma": 0, "name": "different town"}]},
    {
        "name": "tax_id",
        "levels": [{"gamma": 1, "name": "same"}, {"gamma": 0, "name": "different, both valid"}],
    },
]

EVIL = "<script>alert('Evil & Sons')</script>"


TITLES = {"crm": "Salesforce", "erp": "NetSuite"}
"""The systems of the runs as people write them."""


def table(schema: Schema, rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Make a table of `schema`; columns that a row does not name are empty."""
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=dict(schema))


def record(key: str, name: str, **more: Any) -> dict[str, Any]:
    system, _, record_id = key.partition(":")
    normal = {"n_name": name.casefold(), "n_domain": more.get("website"), "n_tax_id": more.get("tax_id")}
    normal["n_city"] = more["city"].casefold() if "city" in more else None
    normal["n_phone"] = "+1" + more["phone"].replace(" ", "").removeprefix("+1") if "phone" in more else None
    return {"system": system, "record_id": record_id, "name": name, "object": "account", **normal, **more}


def pair(left: int, right: int, p: float, band: str, **more: Any) -> dict[str, Any]:
    return {
        "uid_l": left, "uid_r": right, "match_probability": p, "match_weight": 10 * p, "relation_weight": 0.0,
        "band": band, **more,
    }  # fmt: skip


def write_run(
    folder: Path,
    records: list[dict[str, Any]],
    golden_ids: list[str],
    pairs: list[dict[str, Any]],
    questions: list[dict[str, Any]],
    conflicts: list[dict[str, Any]] = (),  # type: ignore[assignment]
    related: list[dict[str, Any]] = (),  # type: ignore[assignment]
) -> Path:
    """Write the run; `records` stand in the order of their keys, and `questions` name their case_id."""
    tables = folder / "tables"
    tables.mkdir(parents=True)
    (tables / "summary.json").write_text(json.dumps({"titles": TITLES}), encoding="utf-8")
    numbered = [{"uid": i, **r} for i, r in enumerate(records)]
    first = {g: golden_ids.index(g) for g in golden_ids}
    bits = {f"bits_{c['name']}": pl.Float32 for c in COMPARISONS}
    gammas = {f"gamma_{c['name']}": pl.Int8 for c in COMPARISONS}
    golden = [
        {
            "golden_id": g,
            "name": records[i]["name"],
            "exposure": records[i].get("balance_amount"),
            "exposure_currency": "EUR",
            "record_count": golden_ids.count(g),
        }
        for g, i in sorted(first.items())
    ]
    made = {
        "records": table({**RECORDS, **NORMALISED}, numbered),
        "pairs": table({**PAIRS, **gammas, **bits}, pairs),
        "memberships": table(
            MEMBERSHIPS,
            [
                {"uid": i, "golden_id": g, "cluster": first[g], "linked_by": "model"}
                for i, g in enumerate(golden_ids)
            ],
        ),
        "clusters": table(CLUSTERS, [{"cluster": i, "golden_id": g} for g, i in sorted(first.items())]),
        "questions": table(
            {**QUESTIONS, "case_id": pl.String, "golden_id_l": pl.String, "golden_id_r": pl.String},
            [
                {**q, "golden_id_l": golden_ids[q["uid_l"]], "golden_id_r": golden_ids[q["uid_r"]]}
                for q in questions
            ],
        ),
        "golden": table(GOLDEN, golden),
        "conflicts": table(CONFLICTS, list(conflicts)),
        "related": table(RELATED, list(related)),
    }
    for name, content in made.items():
        content.write_parquet(tables / f"{name}.parquet")
    rest = {
        "m": 0.9,
        "u": 0.1,
        "s": 0.5,
        "bits_relative": 0.0,
        "veto": False,
        "alone": 0.0,
        "same_words": False,
    }
    comparisons = [
        {**each, "why": "", "levels": [rest | level for level in each["levels"]]} for each in COMPARISONS
    ]
    parameters = {"comparisons": comparisons, "bands": {"auto": 0.93, "doubt": 0.5, "ask": 0.15}}
    (tables / "matching.json").write_text(json.dumps({"parameters": parameters}))
    (folder / "manifest.json").write_text("{}")
    _write_queue(folder, records, golden_ids, questions)
    return folder


def _write_queue(
    folder: Path, records: list[dict[str, Any]], golden_ids: list[str], questions: list[dict[str, Any]]
) -> None:
    cases: dict[str, list[dict[str, Any]]] = {}
    for q in questions:
        cases.setdefault(q["case_id"], []).append(q)
    rows = []
    for priority, (case_id, asked) in enumerate(cases.items(), 1):
        ends = sorted({q[side] for q in asked for side in ("uid_l", "uid_r")})
        ids = sorted({golden_ids[u] for u in ends})
        exposure = sum(records[golden_ids.index(g)].get("balance_amount") or 0 for g in ids)
        rows.append(
            {
                "case_id": case_id,
                "priority": priority,
                "golden_ids": ids,
                "records": [f"{records[u]['system']}:{records[u]['record_id']}" for u in ends],
                "match_probability": asked[0]["match_probability"],
                "exposure": exposure or None,
                "why": "; ".join(q["why"] for q in asked),
                "exposure_currency": "EUR" if exposure else None,
                "joined": asked[0]["joined"],
                "vetoed": any(q["vetoed"] for q in asked),
                "names": " | ".join(records[golden_ids.index(g)]["name"] for g in ids),
            }
        )
    table(CASES, rows).write_parquet(folder / "tables" / "cases.parquet")


def question(case_id: str, left: int, right: int, p: float, kind: str, why: str) -> dict[str, Any]:
    return {
        "case_id": case_id,
        "uid_l": left,
        "uid_r": right,
        "match_probability": p,
        "joined": "joined" in kind,
        "vetoed": "vetoed" in kind,
        "why": why,
    }


def small_run(folder: Path) -> Path:
    """Write a run with one case of each kind: Q1 doubtful link, Q2 possible match, Q3 vetoed, V1 a value."""
    records = [
        record(
            "crm:1",
            "Acme Roofing Inc",
            city="Austin",
            phone="+1 512 555 0100",
            website="acme.com",
            balance_amount=900.0,
        ),
        record("crm:2", "Acme Roofing", city="Austin", phone="5125550100"),
        record("crm:3", "Globex Boston", city="Boston", balance_amount=50.0),
        record("crm:4", EVIL, city="Reno", website="javascript:alert(1)"),
        record("erp:1", "ACME Roofing Incorporated", city="Dallas", tax_id="12-3456789"),
        record("erp:2", "Globex Canada", city="Toronto", balance_amount=70000.0),
        record("erp:3", "Evil & Sons", city="Reno"),
    ]
    auto = {"gamma_name": 1, "gamma_place": 1, "bits_name": 12.0, "bits_place": 6.0}
    doubt = {"gamma_name": 1, "gamma_place": 0, "bits_name": 11.5, "bits_place": -3.25}
    return write_run(
        folder,
        records,
        ["C1", "C1", "C3", "C4", "C1", "C5", "C6"],
        [
            pair(0, 1, 0.99, "auto", **auto),
            pair(0, 4, 0.7, "doubt", **doubt),
            pair(1, 4, 0.6, "doubt", **doubt),
            pair(2, 5, 0.4, "apart", gamma_name=1, gamma_place=0, bits_name=9.0, bits_place=-5.0),
            pair(3, 6, 0.9, "doubt", against="tax_id", gamma_tax_id=0, bits_tax_id=-5.5),
        ],
        [
            question("Q2", 2, 5, 0.4, "apart", "names agree; different town"),
            question("Q1", 0, 4, 0.7, "joined", "different town"),
            question("Q1", 1, 4, 0.6, "joined", "different town"),
            question("Q3", 3, 6, 0.9, "apart, vetoed", "two valid tax ids"),
        ],
        conflicts=[
            {
                "conflict_id": "V1", "severity": "warning", "kind": "value_disagreement", "golden_id": "C1",
                "golden_name": "Acme Roofing Inc", "field": "address", "values": "crm=Austin; erp=Dallas",
                "chosen": "Austin", "record_ids": "crm:1|erp:1", "exposure": 900.0,
                "exposure_currency": "EUR",
            }
        ],
        related=[{"golden_id_l": "C3", "golden_id_r": "C1", "relation": "group", "evidence": "one domain"}],
    )  # fmt: skip


def large_run(folder: Path, cases: int) -> Path:
    """Write a run of so many possible matches, each of two records."""
    width = len(str(cases))
    left = [
        record(f"crm:{i:0{width}}", f"Firm {i}", city="Austin", balance_amount=float(i)) for i in range(cases)
    ]
    right = [record(f"erp:{i:0{width}}", f"Firm {i} Inc", city="Austin") for i in range(cases)]
    golden = [f"C{i}" for i in range(cases)] + [f"E{i}" for i in range(cases)]
    return write_run(
        folder,
        left + right,
        golden,
        [pair(i, cases + i, 0.4, "apart") for i in range(cases)],
        [question(f"Q{i}", i, cases + i, 0.4, "apart", "names agree") for i in range(cases)],
    )


def seen(records: pl.DataFrame, decisions: Sequence[Decision]) -> dict[str, tuple[str, str]]:
    """Give the golden values that records would have, by the shipped rules."""
    return preview(records, decisions, Settings(), Rulebook())


def session(folder: Path, steward: str = "ada", **more: Any) -> Session:
    """Open a review over `folder`/run, with the log beside it; a small run is made if there is none."""
    run = folder / "run"
    if not run.exists():
        small_run(run)
    board = more.pop("board", None) or Board(FinishedRun(run), folder / "decisions.jsonl", queue, seen)
    return Session(board, steward, clock=lambda: "2026-01-31T09:30:00Z", **more)


def written(log: Path) -> list[Decision]:
    """Give the decisions of a log in the order in which they were written."""
    known = {decision.id: decision for decision in load(log)}
    return [known[json.loads(line)["id"]] for line in log.read_bytes().splitlines()] if known else []


def plain(decisions: list[Decision]) -> list[tuple[str, tuple[str, ...]]]:
    """Give verdict and records of decisions, revocations as "revokes", short enough to compare by eye."""
    return [
        ("revokes" if d.revokes else d.verdict, tuple(f"{system}:{id_}" for system, id_ in d.records))
        for d in decisions
    ]


def with_documents(folder: Path, world: Any, result: Any) -> Path:
    """Add the documents of a world and what the handoffs made of them to a run."""
    rows = [{name: row.get(name) for name in DOCUMENTS} for row in world.documents]
    pl.DataFrame(rows, schema=dict(DOCUMENTS)).write_parquet(folder / "tables" / "documents.parquet")
    result.links.write_parquet(folder / "tables" / "handoff_links.parquet")
    result.documents.write_parquet(folder / "tables" / "handoff_documents.parquet")
    return folder
