"""How good the links, exceptions and BI reasons of a run are against the truth about its documents.

The truth is three files, each on its own: links.csv (which documents belong together), handoffs.csv (what went wrong,
and with which document) and bi.csv (why each BI figure is as it is).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from sot.evaluation.score import Counts
from sot.evaluation.tables import read_table
from sot.model.truth import BI, HANDOFFS, LINKS

_ORDER = ("deal", "project", "invoice", "payment")

JUDGED = frozenset(
    (
        "deal_without_project", "project_without_deal", "project_before_win", "late_kickoff", "delivered_not_invoiced",
        "cancelled_but_invoiced", "won_not_invoiced", "invoice_without_deal", "underbilled", "overbilled",
        "duplicate_invoice", "billed_not_won", "currency_mismatch", "overdue", "short_paid", "overpaid",
        "paid_but_open", "payment_unapplied", "status_not_updated", "inactive_but_billed",
    )
)  # fmt: skip
"""Kinds of exceptions of which every truth names all cases: where it names none, there are none."""

Key = tuple[str, str, str]
"""System, object and record id."""


@dataclass(frozen=True)
class HandoffScores:
    """What a truth says of the links, exceptions and BI reasons of a run; None where there is no truth of them.

    links        by the two objects that they join; links of void, draft or credit documents are not counted
    exceptions   by kind
    other_kinds  exceptions of kinds that are not judged, and are not counted
    deals        how many deals the run read
    bi           by true reason; `wrong` counts figures that were given the reason though they have another one
    """

    links: dict[str, Counts] | None = None
    exceptions: dict[str, Counts] | None = None
    other_kinds: int = 0
    deals: int = 0
    bi: dict[str, Counts] | None = None

    @property
    def false_per_100_deals(self) -> float | None:
        """Exceptions that are none, by 100 deals; None where no deal was read."""
        if self.exceptions is None or not self.deals:
            return None
        return 100 * total(self.exceptions).wrong / self.deals

    def plain(self) -> dict[str, Any]:
        """Give everything as JSON values."""
        values: dict[str, Any] = {}
        for name, counts in (("links", self.links), ("exceptions", self.exceptions), ("bi", self.bi)):
            if counts is not None:
                values[name] = {
                    "all": total(counts).plain(),
                    **{kind: each.plain() for kind, each in sorted(counts.items())},
                }
        if self.exceptions is not None:
            values["exceptions_of_other_kinds"] = self.other_kinds
            values["false_exceptions_per_100_deals"] = self.false_per_100_deals
        return values


@dataclass(frozen=True)
class Names:
    """How the truth's names are called in the run: its systems, and the golden customer of each entity."""

    systems: Mapping[str, str] = field(default_factory=dict)
    customers: Mapping[str, str] = field(default_factory=dict)

    def key(self, system: str, kind: str, record_id: str) -> Key:
        """Give the run's key of a document of the truth."""
        return self.systems.get(system, system), kind, record_id


def total(counts: Mapping[str, Counts]) -> Counts:
    """Add counts up."""
    return sum(counts.values(), start=Counts())


def evaluate_handoffs(run: Path, truth: Path, judged: pl.DataFrame) -> HandoffScores | None:
    """Hold the documents of a run against the truth in that folder; None where it says nothing about them.

    `judged` holds the records of the truth as the run has them: system, entity_id, found_system, golden_id.
    """
    files = {name: truth / f"{name}.csv" for name in ("links", "handoffs", "bi")}
    if not any(path.is_file() for path in files.values()):
        return None
    names = _names(judged)
    known = _documents(run)
    exceptions, other = (
        _exceptions(run, files["handoffs"], names) if files["handoffs"].is_file() else (None, 0)
    )
    return HandoffScores(
        links=_links(run, files["links"], names, known) if files["links"].is_file() else None,
        exceptions=exceptions,
        other_kinds=other,
        deals=known.filter(pl.col("object") == "deal").height,
        bi=_bi(run, files["bi"], names) if files["bi"].is_file() else None,
    )


def _names(judged: pl.DataFrame) -> Names:
    systems: dict[str, Counter[str]] = defaultdict(Counter)
    customers: dict[str, Counter[str]] = defaultdict(Counter)
    rows = judged.select("system", "found_system", "entity_id", "golden_id").drop_nulls()
    for system, found_system, entity, golden in rows.sort(pl.all()).iter_rows():
        systems[system][found_system] += 1
        customers[entity][golden] += 1
    return Names(
        {name: counts.most_common(1)[0][0] for name, counts in systems.items()},
        {name: counts.most_common(1)[0][0] for name, counts in customers.items()},
    )


def _documents(run: Path) -> pl.DataFrame:
    """Give the documents that the run read: system, object, record_id, and whether they count for nothing."""
    path = run / "tables" / "documents.parquet"
    columns = ["system", "object", "record_id", "state", "document_type"]
    if not path.is_file():
        return pl.DataFrame(schema=dict.fromkeys(columns, pl.String))
    return pl.read_parquet(path, columns=columns)


def _links(run: Path, truth: Path, names: Names, known: pl.DataFrame) -> dict[str, Counts]:
    nothing = known.filter(
        pl.col("state").is_in(["invoice_void", "invoice_draft"]).fill_null(False)
        | (pl.col("document_type") == "credit_note").fill_null(False)
    )
    idle = set(nothing.select("system", "object", "record_id").iter_rows())
    true = {
        _pair(names.key(*row[:3]), names.key(*row[3:]))
        for row in read_table(truth, LINKS, "truth").iter_rows()
    }
    linked = {
        _pair(row[:3], row[3:]) for row in _of_run(run / "handoff_links.csv", LINKS, "links").iter_rows()
    }
    true, linked = ({pair for pair in pairs if not idle & set(pair)} for pairs in (true, linked))
    counts: dict[str, Counts] = defaultdict(Counts)
    for pairs, what in (
        (true & linked, Counts(1)),
        (linked - true, Counts(0, 1)),
        (true - linked, Counts(0, 0, 1)),
    ):
        for left, right in pairs:
            counts[f"{left[1]}_{right[1]}"] += what
    return dict(counts)


def _of_run(path: Path, columns: tuple[str, ...], what: str) -> pl.DataFrame:
    """Give a table of the run; a run that did not write it found nothing."""
    if not path.is_file():
        return pl.DataFrame(schema=dict.fromkeys(columns, pl.String))
    return read_table(path, columns, what)


def _pair(left: tuple[str, ...], right: tuple[str, ...]) -> tuple[Key, Key]:
    """Put the document that comes first on its way to the money on the left."""
    first, second = sorted(
        ((left[0], left[1], left[2]), (right[0], right[1], right[2])),
        key=lambda key: (_ORDER.index(key[1]) if key[1] in _ORDER else len(_ORDER), key),
    )
    return first, second


def _exceptions(run: Path, truth: Path, names: Names) -> tuple[dict[str, Counts], int]:
    """Count exceptions by kind: one is right if it names the document that the truth says it is about."""
    true: dict[str, set[Key]] = defaultdict(set)
    for _, kind, system, what, record_id in read_table(truth, HANDOFFS, "truth").iter_rows():
        true[kind].add(names.key(system, what, record_id))
    counts: dict[str, Counts] = defaultdict(Counts)
    other = 0
    for kind, documents in _of_run(run / "handoffs.csv", ("kind", "documents"), "exceptions").iter_rows():
        if kind not in JUDGED and kind not in true:
            other += 1
            continue
        hit = next((key for key in _keys(documents) if key in true[kind]), None)
        if hit is None:
            counts[kind] += Counts(wrong=1)
        else:
            true[kind].remove(hit)
            counts[kind] += Counts(right=1)
    for kind, keys in true.items():
        counts[kind] += Counts(missed=len(keys))
    return {kind: each for kind, each in counts.items() if each != Counts()}, other


def _keys(documents: str) -> list[Key]:
    """Read system:object:record_id, joined by bars."""
    parts = [each.split(":", 2) for each in documents.split("|")]
    return [(part[0], part[1], part[2]) for part in parts if len(part) == 3]


def _bi(run: Path, truth: Path, names: Names) -> dict[str, Counts]:
    table = _of_run(run / "bi_reconciliation.csv", ("bi_system", "golden_id", "reason"), "BI figures")
    given = {(system, golden): reason for system, golden, reason in table.iter_rows()}
    asked = {
        (system, entity): reason for system, _, entity, reason in read_table(truth, BI, "truth").iter_rows()
    }
    counts: dict[str, Counts] = defaultdict(Counts)
    for (system, entity), reason in asked.items():
        answer = given.get((names.systems.get(system, system), names.customers.get(entity, "")))
        if answer == reason:
            counts[reason] += Counts(right=1)
            continue
        counts[reason] += Counts(missed=1)
        if answer is not None:
            counts[answer] += Counts(wrong=1)
    return dict(counts)
