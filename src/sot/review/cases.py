"""The queue: what a run and the decisions leave to be asked, as cases of one or two customers each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any

import polars as pl

from sot.decision_log import Findings, changed, findings, in_force
from sot.model.decisions import Decision, RecordKey, is_document
from sot.model.kinds import VALUE_KINDS, Severity, Verdict, kind_words
from sot.model.system_titles import friendly_values
from sot.model.value_conflicts import is_value_question
from sot.review.document_links import doubtful_links
from sot.review.run_reader import FinishedRun

Pair = tuple[RecordKey, RecordKey]

CONTRADICTION, REOPENED, VALUE = "contradiction", "reopened", "value_conflict"
DOUBTFUL_LINK, POSSIBLE_MATCH, VETOED = "doubtful_link", "possible_match", "vetoed"
DOCUMENT_LINK = "document_link"
KINDS = (DOUBTFUL_LINK, POSSIBLE_MATCH, VETOED, CONTRADICTION, REOPENED, DOCUMENT_LINK, VALUE)
"""What a filter may ask for; `vetoed` are cases of the first two kinds that evidence contradicts."""


@dataclass(frozen=True)
class Case:
    """One thing to settle: pairs of records that are one customer or not, documents that belong together or not, or
    a value to choose."""

    id: str
    kind: str
    names: str
    why: str
    golden_ids: tuple[str, ...] = ()
    asked: tuple[Pair, ...] = ()
    probability: float | None = None
    exposure: float | None = None
    currency: str | None = None
    vetoed: bool = False
    field: str | None = None
    records: tuple[RecordKey, ...] = ()
    concerns: tuple[Decision, ...] = ()
    """Decisions that a new answer takes the place of: those that contradict, or whose evidence changed."""
    asks: str = ""
    """The question, where it is about two documents."""

    @property
    def of_documents(self) -> bool:
        """Whether the case is about documents instead of customers."""
        return any(is_document(key) for key in self.keys)

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds by which a filter finds the case."""
        return frozenset({self.kind, VETOED} if self.vetoed else {self.kind})

    @property
    def title(self) -> str:
        """The kind in words."""
        return kind_words(self.kind) + ("; something contradicts" if self.vetoed else "")

    @property
    def keys(self) -> tuple[RecordKey, ...]:
        """The records that the case asks about, sorted."""
        return tuple(sorted({key for pair in self.asked for key in pair} | set(self.records)))

    @property
    def systems(self) -> frozenset[str]:
        """The systems of the records that the case asks about."""
        return frozenset(system for system, _ in self.keys)


@dataclass(frozen=True)
class DecisionState:
    """What the decisions say at the moment, as far as the state of cases goes."""

    findings: Findings
    active: tuple[Decision, ...]
    locks: frozenset[tuple[RecordKey, str]]
    unsure: frozenset[Pair]

    @classmethod
    def of(cls, decisions: Iterable[Decision]) -> DecisionState:
        """Draw the conclusions from `decisions`."""
        known = list(decisions)
        active = tuple(in_force(known))
        doubtful = (d for d in active if d.verdict == Verdict.UNSURE and not d.revokes)
        return cls(
            findings(known),
            active,
            frozenset((d.records[0], d.field) for d in active if d.field is not None),
            frozenset(_pair(*pair) for d in doubtful for pair in combinations(d.records, 2)),
        )

    def state(self, case: Case) -> str:
        """Give `settled`, `unsure` or `open`."""
        if case.field is not None:
            return "settled" if any((key, case.field) in self.locks for key in case.keys) else "open"
        if case.concerns:
            still = {decision.id for decision in self.active} & {d.id for d in case.concerns}
            settled = len(still) < (len(case.concerns) if case.kind == CONTRADICTION else 1)
        else:
            settled = all(self.findings.verdict(*pair) for pair in case.asked)
        if settled:
            return "settled"
        return "unsure" if any(_pair(*pair) in self.unsure for pair in case.asked) else "open"


def queue(run: FinishedRun, decisions: Sequence[Decision]) -> list[Case]:
    """Give every case, in the order to ask them.

    First what decisions themselves leave open, then who is one customer (what weighs most first), then
    documents and values: which of them stand side by side depends on who is one.
    """
    decision_state = DecisionState.of(decisions)
    links = [Case(kind=DOCUMENT_LINK, **row) for row in doubtful_links(run)]
    return [
        *_contradictions(run, decision_state),
        *_reopened(run, decision_state),
        *_asked(run),
        *links,
        *_values(run),
    ]


def _asked(run: FinishedRun) -> list[Case]:
    pairs: dict[str, list[Pair]] = defaultdict(list)
    columns = ("case_id", "system_l", "record_id_l", "system_r", "record_id_r")
    for case_id, *key in run.questions.select(columns).unique(maintain_order=True).iter_rows():
        pairs[case_id].append(((key[0], key[1]), (key[2], key[3])))
    return [
        Case(
            id=row["case_id"],
            kind=DOUBTFUL_LINK if row["joined"] else POSSIBLE_MATCH,
            names=row["names"] or "",
            why=row["why"] or "",
            golden_ids=tuple(row["golden_ids"]),
            asked=tuple(pairs.get(row["case_id"], ())),
            probability=row["match_probability"],
            exposure=row["exposure"],
            currency=row["exposure_currency"],
            vetoed=row["vetoed"],
        )
        for row in run.queue.iter_rows(named=True)
    ]


def _values(run: FinishedRun) -> list[Case]:
    rank = {kind: i for i, kind in enumerate(VALUE_KINDS)}
    questions = (
        run.scan("conflicts")
        .filter(is_value_question())
        .collect()
        .sort(
            pl.col("severity") != Severity.BLOCKER,
            pl.col("kind").replace_strict(rank, return_dtype=pl.Int8),
            pl.col("exposure").fill_null(0).abs(),
            "conflict_id",
            descending=[False, False, True, False],
        )
    )
    members = _members(run, questions["golden_id"].unique().to_list())
    return [
        _value_case(row, members.get(row["golden_id"], ()), run.titles)
        for row in questions.iter_rows(named=True)
    ]


def _members(run: FinishedRun, golden_ids: list[str]) -> dict[str, tuple[RecordKey, ...]]:
    wanted = run.scan("memberships").select("uid", "golden_id").filter(pl.col("golden_id").is_in(golden_ids))
    keys = run.scan("records").select("uid", "system", "record_id")
    keys_of: dict[str, list[RecordKey]] = defaultdict(list)
    table = wanted.join(keys, on="uid").select("golden_id", "system", "record_id").collect()
    for golden_id, *key in table.iter_rows():
        keys_of[golden_id].append((key[0], key[1]))
    return {golden_id: tuple(sorted(members)) for golden_id, members in keys_of.items()}


def _value_case(row: dict[str, Any], members: tuple[RecordKey, ...], titles: Mapping[str, str]) -> Case:
    chosen = f"The rules chose {row['chosen']}. " if row["chosen"] else ""
    return Case(
        id=row["conflict_id"],
        kind=VALUE,
        names=row["golden_name"] or "",
        why=f"{chosen}{friendly_values(row['values'], titles)}",
        golden_ids=(row["golden_id"],),
        exposure=row["exposure"],
        currency=row["exposure_currency"],
        field=row["field"],
        records=members,
    )


def _contradictions(run: FinishedRun, decision_state: DecisionState) -> list[Case]:
    known = {decision.id: decision for decision in decision_state.active}
    return [
        _of_decisions(run, CONTRADICTION, [known[id_] for id_ in group if id_ in known])
        for group in decision_state.findings.contradictions
    ]


def _reopened(run: FinishedRun, decision_state: DecisionState) -> list[Case]:
    decided = [
        d for d in decision_state.active if d.evidence and d.field is None and d.verdict != Verdict.UNSURE
    ]
    if not decided:
        return []
    records = run.records({key for decision in decided for key in decision.records})
    return [_of_decisions(run, REOPENED, [decision]) for decision in changed(decided, records)]


def _of_decisions(run: FinishedRun, kind: str, concerned: list[Decision]) -> Case:
    text = "; ".join(f"{d.steward} said {d.verdict} on {d.at[:10]}" for d in concerned)
    meaning = "decisions contradict each other" if kind == CONTRADICTION else "the records changed since then"
    # Of many records that were decided together, a chain of pairs is enough to ask about all of them.
    asked = {_pair(*pair) for d in concerned for pair in pairwise(sorted(d.records))}
    return Case(
        id="D" + min(d.id for d in concerned).removeprefix("d-")[:10],
        kind=kind,
        names=" | ".join(map(run.called, concerned[0].records[:3])),
        why=f"{meaning}: {text}",
        asked=tuple(sorted(asked)),
        concerns=tuple(concerned),
    )


def record_key(text: str) -> RecordKey:
    """Read system:record_id; a record id may hold colons, a system never does."""
    system, _, record_id = text.partition(":")
    return (system, record_id)


def _pair(a: RecordKey, b: RecordKey) -> Pair:
    return (a, b) if a <= b else (b, a)
