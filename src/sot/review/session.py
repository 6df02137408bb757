"""One steward's way through the queue: what is open, answers, undo and redo, progress. No screen here."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from sot.decision_log import append, fingerprints, load, read
from sot.errors import UsageError
from sot.model.decisions import SURVIVOR, Decision, RecordKey
from sot.review.answers import Answer, Link, Lock, Stamp, decide
from sot.review.case_detail import Detail, detail
from sot.review.cases import Case, DecisionState
from sot.review.document_answers import partner
from sot.review.document_detail import document_detail
from sot.review.filters import Filter
from sot.review.import_decisions import Line, to_decisions
from sot.review.locks import columns_of, field_of
from sot.review.progress import Progress, to_go
from sot.review.put_off import PutOff
from sot.review.run_reader import FinishedRun

Preview = Callable[[pl.DataFrame, Sequence[Decision]], Mapping[str, tuple[str, str]]]
"""Gives the golden values, with their rules, that records would have as one customer under decisions."""

MOST_FOUND = 8
"""So many records are listed where a name means several."""


def now() -> str:
    """Give the time as decisions hold it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Board:
    """The run, the log and the cases that all stewards of this process share; safe for threads."""

    def __init__(
        self,
        run: FinishedRun,
        log: Path,
        make: Callable[[FinishedRun, list[Decision]], list[Case]],
        preview: Preview,
    ) -> None:
        self.run, self.log, self.preview = run, log, preview
        self.put_off = PutOff(log.parent)
        self.lock = threading.RLock()
        self._stat: tuple[int, int, int] | None = None
        self._decisions: list[Decision] = []
        self._opinions: dict[str | None, DecisionState] = {}
        self._make = make
        self.cases = make(run, self.decisions())
        self.torn = bool(read(log).torn)
        self._places = {case.id: i for i, case in enumerate(self.cases)}
        self._contradictions = frozenset(self.decision_state().findings.contradictions)

    def decisions(self) -> list[Decision]:
        """Give what the log holds now, also what other programs wrote."""
        with self.lock:
            stat = self.log.stat() if self.log.exists() else None
            seen = (stat.st_ino, stat.st_size, stat.st_mtime_ns) if stat else (0, 0, 0)
            if seen != self._stat:
                self._decisions, self._stat, self._opinions = load(self.log), seen, {}
            return self._decisions

    def decision_state(self, of: str | None = None) -> DecisionState:
        """Give what all decisions say, or those of one steward."""
        with self.lock:
            decisions = self.decisions()
            if of not in self._opinions:
                mine = [d for d in decisions if of in (None, d.steward)]
                self._opinions[of] = DecisionState.of(mine)
            return self._opinions[of]

    def case(self, case_id: str) -> Case:
        """Give a case by its id."""
        if case_id not in self._places:
            raise UsageError(f"there is no case {case_id} in this queue")
        return self.cases[self._places[case_id]]

    def append(self, decisions: list[Decision]) -> None:
        """Write decisions to the log, all or none."""
        with self.lock:
            append(self.log, decisions)

    def take_up(self) -> None:
        """Make the cases anew if decisions came to contradict each other, so that this is asked about too."""
        with self.lock:
            known = frozenset(self.decision_state().findings.contradictions)
            if not known <= self._contradictions:
                self.cases = self._make(self.run, self.decisions())
                self._places = {case.id: i for i, case in enumerate(self.cases)}
            self._contradictions |= known


Batch = tuple[Case, list[Decision]]
"""The decisions of one answer, and the case that it was given in."""


@dataclass
class Session:
    """What one steward sees and does. `blind` hides scores and counts this steward's own answers only."""

    board: Board
    steward: str
    blind: bool = False
    clock: Callable[[], str] = now
    skipped: dict[str, None] = field(default_factory=dict)
    returned: Case | None = None
    """The case of the answer that was undone or redone last."""
    _done: list[Batch] = field(default_factory=list)
    _undone: list[Batch] = field(default_factory=list)

    def decision_state(self) -> DecisionState:
        """Give the opinions that settle a case for this steward."""
        return self.board.decision_state(self.steward if self.blind else None)

    def state(self, case: Case) -> str:
        """Give `settled`, `unsure` or `open`."""
        return self.decision_state().state(case)

    def todo(self, wanted: Filter) -> list[Case]:
        """Give the cases that `wanted` admits: in the order of the queue; then unsure, then skipped ones."""
        self.board.take_up()
        decision_state, bands = self.decision_state(), self.board.run.bands
        entries = []
        for place, case in enumerate(self.board.cases):
            state = decision_state.state(case)
            if self.waits(case) and not wanted.all_states:
                continue
            if wanted.admits(case, state, bands):
                entries.append((case.id in self.skipped, state == "unsure", place, case))
        return [case for *_, case in sorted(entries, key=lambda entry: entry[:3])]

    def detail(self, case: Case) -> Detail:
        """Look up everything about a case."""
        if case.of_documents:
            return document_detail(self.board.run, case)
        return detail(self.board.run, case, self.decision_state().findings)

    def answer(self, shown: Detail, answer: Answer) -> list[Decision]:
        """Write down what the steward says; when this returns, it lasts."""
        return self.answer_all([(shown, answer)])

    def lock(self, shown: Detail, key: RecordKey, column: str) -> list[Decision]:
        """Lock a golden value to what this record has in `column`; an address is locked as a whole."""
        return self._write(shown.case, self._locks(shown, key, column))

    def answer_all(
        self, answers: Sequence[tuple[Detail, Answer | Lock | Link | RecordKey]]
    ) -> list[Decision]:
        """Write down many answers, all or none; a record key answers which value is right."""
        made = self.meaning(answers)
        return self._write(answers[0][0].case, made) if made else []

    def meaning(self, answers: Sequence[tuple[Detail, Answer | Lock | Link | RecordKey]]) -> list[Decision]:
        """Give the decisions that answers mean, without writing them down."""
        made = []
        for shown, answer in answers:
            if isinstance(answer, Answer):
                made += self._decides(shown, answer)
            elif isinstance(answer, Lock):
                made += self._locks(shown, answer.key, answer.column)
            elif isinstance(answer, Link):
                made += self._links(shown, answer.selected, answer.text)
            else:
                record = shown.records[shown.keys.index(answer)]
                columns = columns_of(shown.case.field or "")
                made += self._locks(
                    shown, answer, next((c for c in columns if record[c]), shown.case.field or "")
                )
        return made

    def _decides(self, shown: Detail, answer: Answer) -> list[Decision]:
        if shown.case.field is not None:
            raise UsageError(
                f"this case asks which {shown.case.field} is right", "select the value and lock it"
            )
        active = [
            d for d in self.board.decision_state().active if not self.blind or d.steward == self.steward
        ]
        return decide(answer, shown, active, self._stamp(shown))

    def _locks(self, shown: Detail, key: RecordKey, column: str) -> list[Decision]:
        record = {**shown.records[shown.keys.index(key)], SURVIVOR: key[1]}
        field = field_of(column, shown.case)
        if field is None or not record.get(column):
            raise UsageError(
                f"{column} of {':'.join(key)} is not a value to lock",
                "choose a filled field of a golden customer",
            )
        value = ", ".join(record[name] for name in columns_of(field) or (field,) if record[name])
        earlier = [
            d
            for d in self.decision_state().active
            if d.field == field
            and set(d.records) & set(shown.keys)
            and (field != SURVIVOR or d.records[0][0] == key[0])
        ]
        stamp = self._stamp(shown)
        return [*map(stamp.revocation, earlier), stamp.lock(key, field, value)]

    def waits(self, case: Case) -> str | None:
        """Give the day until which a case is put off, None where it is not."""
        return self.board.put_off.until(case.id, self.clock()[:10])

    def put_off(self, case: Case, day: str) -> None:
        """Put a case off until a day, for everybody."""
        self.put_off_all({case.id: day})

    def put_off_all(self, days: Mapping[str, str]) -> None:
        """Put cases off, by their ids, until the day of each; all or none."""
        with self.board.lock:
            self.board.put_off.put(days, self.clock()[:10])

    def link(self, shown: Detail, selected: frozenset[RecordKey], text: str) -> list[Decision]:
        """Say that another record of the run is one customer with the selected records (or all) of a case.

        `text` is SYSTEM:ID, or a name that one record alone bears; UsageError lists the others that it could be.
        """
        return self._write(shown.case, self._links(shown, selected, text))

    def _links(self, shown: Detail, selected: frozenset[RecordKey], text: str) -> list[Decision]:
        other = self.meant(shown, text)
        keys = [partner(shown.case, other)] if shown.case.of_documents else sorted(selected or shown.keys)
        line = Line("link", "same", (*keys, other), reason="linked by hand: it was not proposed")
        active = self.decision_state().active
        made = to_decisions([line], self.steward, self.clock(), active, self.board.run)
        if not made:
            raise UsageError(f"{':'.join(other)} is linked with these already")
        return made

    def meant(self, shown: Detail, text: str) -> RecordKey:
        """Give the record or document that a text means for a case; UsageError if it is none or several."""
        if shown.case.of_documents:
            return self._document_meant(text)
        system, colon, record_id = text.strip().partition(":")
        key = (self.board.run.system_called(system), record_id.strip())
        if colon and self.board.run.records([key]).height:
            return key
        hits = self.board.run.named(text)
        if len(hits) == 1:
            return hits[0][0]
        if hits:
            listed = "; ".join(f"{':'.join(key)} {name}" for key, name in hits[:MOST_FOUND])
            more = f" and {len(hits) - MOST_FOUND} more" if len(hits) > MOST_FOUND else ""
            raise UsageError(f"{text}: several records have this name", f"write one of {listed}{more}")
        raise UsageError(f"{text}: no record of the run has this id or name", "write SYSTEM:ID or a name")

    def alike(self, case: Case, wanted: Filter) -> list[Case]:
        """Give the open cases that are like `case`, and it: of its kind, and at least as likely one customer."""
        least = case.probability or 0.0
        return [
            other
            for other in self.todo(wanted)
            if (other.kind, other.vetoed, other.field) == (case.kind, case.vetoed, None)
            and (other.probability or 0.0) >= least
            and self.state(other) != "settled"
        ]

    def _document_meant(self, text: str) -> RecordKey:
        hits = self.board.run.documents_named(text.strip())
        if len(hits) == 1:
            return hits[0]
        listed = ", ".join(":".join(key) for key in hits[:MOST_FOUND])
        raise UsageError(
            f"{text}: {'several documents' if hits else 'no document'} of the run",
            f"write one of {listed}" if hits else "write SYSTEM:OBJECT:ID or a number",
        )

    def skip(self, case: Case) -> None:
        """Put a case at the end of the queue for this session."""
        self.skipped.pop(case.id, None)
        self.skipped[case.id] = None

    def undo(self) -> list[Decision]:
        """Take back the last answer of this session; give what was taken back."""
        return self._take_back(self._done, self._undone, "nothing to undo in this session")

    def redo(self) -> list[Decision]:
        """Give the answer again that was taken back last."""
        return self._take_back(self._undone, self._done, "nothing to redo")

    def progress(self) -> Progress:
        """Tell how far the queue is."""
        decision_state = self.decision_state()
        states = [decision_state.state(case) for case in self.board.cases]
        waiting = [c for c, s in zip(self.board.cases, states, strict=True) if s != "settled"]
        left, share, of = to_go(waiting, self.board.run)
        settled = states.count("settled")
        if not of:
            share = settled / len(states) if states else 1.0
        return Progress(states.count("open"), states.count("unsure"), settled, left, share, of)

    def _stamp(self, shown: Detail) -> Stamp:
        records = self.board.run.records(shown.keys)
        return Stamp(self.steward, self.clock(), fingerprints(records, shown.keys))

    def _write(self, case: Case, made: list[Decision]) -> list[Decision]:
        self.board.append(made)
        self._done.append((case, made))
        self._undone.clear()
        return made

    def _take_back(self, source: list[Batch], target: list[Batch], nothing: str) -> list[Decision]:
        if not source:
            raise UsageError(nothing)
        case, batch = source[-1]
        stamp = Stamp(self.steward, self.clock(), {})
        back = [stamp.revocation(decision) for decision in batch]
        self.board.append(back)
        source.pop()
        target.append((case, back))
        self.returned = next((known for known in self.board.cases if known.id == case.id), case)
        return batch
