"""The cases of `rules/cases/quality_*.yaml`: small evidence, and how a gate must end on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from itertools import accumulate, count, pairwise
from typing import Literal

import polars as pl
from pydantic import Field

from sot.check.gates import State, hold
from sot.check.inputs import CheckContext, Delivered, Evidence, Finished
from sot.evaluation.blind_sample import Accuracy, Estimate
from sot.model.kinds import LinkedBy, ObjectKind
from sot.model.tables import (
    ACCOUNT_FIELDS,
    BI_RECONCILIATION,
    CONFLICTS,
    DOCUMENTS,
    EXCEPTIONS,
    GOLDEN,
    MEMBERSHIPS,
    MERGES,
    RECORDS,
    REJECTS,
    Schema,
    conform,
)
from sot.rules import Rulebook
from sot.rules.loader import Problem, RuleModel
from sot.rules.project import Settings
from sot.rules.quality.gates import load_gates

Normaliser = Callable[[pl.DataFrame, Rulebook], pl.DataFrame]
Row = dict[str, str | None]

CHAIN: Schema = {
    "kind": pl.String, "state": pl.String, "currency": pl.String, "total": pl.Float64, "net": pl.Float64,
}  # fmt: skip
"""What gates ask of the documents as the handoffs see them."""

TODAY = date(2026, 1, 31)
"""The day of every case."""


class QualityCase(RuleModel):
    """What a gate is held against, and how it must end in each scope.

    A record holds its system, department and fields. It may say `customer` (records with the same one are
    joined), `linked_by`, `same_as` (the record_id to merge it into), `exposure` and, as a conflict may, `times`.
    """

    gate: str
    why: str
    of: Literal["run", "exports"] = "run"
    records: tuple[Row, ...] = ()
    documents: tuple[Row, ...] = ()
    rejects: tuple[Row, ...] = ()
    conflicts: tuple[Row, ...] = ()
    handoffs: tuple[Row, ...] = Field((), description="Exceptions: kind, difference, currency, days")
    chain: tuple[Row, ...] = Field(
        (), description="Documents as the handoffs see them: kind, state, total, currency"
    )
    bi: tuple[Row, ...] = Field(
        (), description="BI figures: bi_amount, ledger_amount, difference, currency, reason"
    )
    unclear: tuple[str, ...] = ()
    earlier: dict[str, float] | None = Field(None, description="Figures of the run before")
    figures: dict[str, float] = Field({}, description="Figures of this run")
    accuracy: dict[Literal["precision", "recall"], tuple[float, float, float]] | None = Field(
        None, description="What the sample says, and the ends of the interval"
    )
    ends: dict[str, State] = Field(min_length=1, description="Scope: how the gate ends there")


class QualityCases(RuleModel):
    """All cases of a file."""

    cases: tuple[QualityCase, ...]


def failures(name: str, rules: Rulebook, normalise: Normaliser) -> list[str]:
    """Run the cases of a file; give a sentence for each that fails.

    They hold for the gates of the rules: limits in sot.yaml don't count, gates that a project took out don't either.
    """
    gates = {gate.name: gate for gate in load_gates(rules, Settings())}
    cases = [case for case in rules.get(name, QualityCases).cases if case.gate in gates]
    uids = count()
    rows = [[row for given in case.records for row in _rows(given, uids)] for case in cases]
    records = _normalised(rows, rules, normalise)
    failed = []
    for case, mine, table in zip(cases, rows, records, strict=True):
        outcomes = hold(_evidence(case, mine, table, rules), [gates[case.gate]])
        got = {outcome.figure.scope: (outcome.state, outcome.words) for outcome in outcomes}
        for scope, state in case.ends.items():
            is_, words = got.get(scope, ("nothing", "no figure"))
            if is_ != state:
                failed.append(
                    f"{name}: {case.why}: {case.gate} ({scope}) is {is_}: {words}; expected {state}"
                )
    return failed


def _rows(given: Row, uids: Iterator[int]) -> Iterator[Row]:
    for _ in range(_times(given)):
        uid = next(uids)
        defaults = {"object": str(ObjectKind.ACCOUNT), "record_id": str(uid), "department": "unknown"}
        yield {**defaults, "source": f"{given['system']}.csv", "row": str(uid + 2), **given, "uid": str(uid)}


def _times(given: Row) -> int:
    return int(given.get("times") or 1)


def _normalised(rows: list[list[Row]], rules: Rulebook, normalise: Normaliser) -> list[pl.DataFrame]:
    """Normalise the records of all cases at once, and give those of each."""
    together = [row for mine in rows for row in mine]
    marks = pl.Series([row.get("repeated") == "yes" for row in together], dtype=pl.Boolean)
    table = normalise(_table(together, RECORDS).with_columns(id_repeated=marks), rules)
    ends = list(accumulate(map(len, rows), initial=0))
    return [table.slice(start, end - start) for start, end in pairwise(ends)]


def _evidence(case: QualityCase, rows: list[Row], records: pl.DataFrame, rules: Rulebook) -> Evidence:
    """Make the evidence of a case, with everything that it doesn't say at its simplest."""
    context = CheckContext(
        rules,
        TODAY,
        [Problem("rules/governance/ours.yaml", 1, 1, what) for what in case.unclear],
        _accuracy(case),
        case.earlier if case.earlier is not None else "there was no run before",
        case.figures,
    )
    return Evidence(
        "sot-out",
        tuple(_delivered(rows, case)),
        records.lazy(),
        _table([{"object": "invoice", **row} for row in case.documents], DOCUMENTS).lazy(),
        _table(case.rejects, REJECTS).lazy(),
        context,
        _finished(rows, case) if case.of == "run" else None,
    )


def _table(rows: Iterable[Row], schema: Schema) -> pl.DataFrame:
    """Make a table of rows of text; what they don't say is null."""
    plain = [{name: row.get(name) for name in schema} for row in rows]
    table = pl.DataFrame(plain, schema=dict.fromkeys(schema, pl.String))
    days = [name for name, kind in schema.items() if kind in (pl.Date, pl.Datetime("us"))]
    return conform(table.with_columns(pl.col(days).str.to_date()), schema)


def _delivered(rows: list[Row], case: QualityCase) -> Iterator[Delivered]:
    for row in rows:
        fields = frozenset(name for name in row if name in ACCOUNT_FIELDS)
        yield Delivered(str(row["source"]), str(row["system"]), str(row["department"]), row["object"], fields)
    for document in case.documents:
        yield Delivered("documents.csv", str(document["system"]), "unknown", "invoice", frozenset())


def _finished(rows: list[Row], case: QualityCase) -> Finished:
    """Join the records that name one customer."""
    names = [row.get("customer") or f"C{row['uid']}" for row in rows]
    members = [
        {"uid": row["uid"], "cluster": str(names.index(name)), "golden_id": name,
         "linked_by": row.get("linked_by") or str(LinkedBy.MODEL)}
        for row, name in zip(rows, names, strict=True)
    ]  # fmt: skip
    ids = {(row["system"], row["record_id"]): row["uid"] for row in rows}
    merges = [
        {"uid": row["uid"], "system": row["system"], "uid_survivor": ids[row["system"], row["same_as"]]}
        for row in rows
        if row.get("same_as")
    ]
    golden: dict[str, Row] = {}
    for row, name in zip(rows, names, strict=True):
        customer = golden.setdefault(name, {"golden_id": name, "systems": ""})
        systems = {*filter(None, str(customer["systems"]).split("|")), str(row["system"])}
        customer |= {"systems": "|".join(sorted(systems)), "name": row.get("name")}
        if row.get("exposure"):
            customer |= {"exposure": row["exposure"], "exposure_currency": row.get("currency")}
    tables: Mapping[str, tuple[Iterable[Row], Schema]] = {
        "memberships": (members, MEMBERSHIPS),
        "merges": (merges, MERGES),
        "conflicts": ([row for row in case.conflicts for _ in range(_times(row))], CONFLICTS),
        "golden": (golden.values(), GOLDEN),
        "handoffs": ([{"documents": "crm:deal:1", **row} for row in case.handoffs], EXCEPTIONS),
        "handoff_documents": ([row for row in case.chain for _ in range(_times(row))], CHAIN),
        "bi_reconciliation": (case.bi, BI_RECONCILIATION),
    }
    scans = {name: _table(listed, schema).lazy() for name, (listed, schema) in tables.items()}
    return Finished(**scans)


def _accuracy(case: QualityCase) -> Accuracy | str:
    if case.accuracy is None:
        return "no blind sample was drawn yet"
    accuracy = {name: Estimate(*ends) for name, ends in case.accuracy.items()}
    unknown = Estimate(None, 0.0, 1.0)
    return Accuracy(accuracy.get("precision", unknown), accuracy.get("recall", unknown), (), 0, 0)
