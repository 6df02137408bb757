"""From what a steward answers to the decisions that say it, and those that they take the place of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product

from sot.decision_log import fingerprint, new_id
from sot.errors import UsageError
from sot.model.decisions import Decision, RecordKey
from sot.model.kinds import Relation, Verdict
from sot.review.case_detail import Detail
from sot.review.cases import Case, Pair
from sot.review.document_answers import document_verdicts


@dataclass(frozen=True)
class Answer:
    """What a steward says of a case, or of some records of it against the rest (`selected`)."""

    verdict: Verdict
    selected: frozenset[RecordKey] = frozenset()
    relation: Relation | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Lock:
    """That the value which a record has in `column` is the golden one; column `survivor`: that the account stays."""

    key: RecordKey
    column: str


@dataclass(frozen=True)
class Link:
    """That another record, named by SYSTEM:ID or its name, is one customer with the `selected` ones or with all."""

    text: str
    selected: frozenset[RecordKey] = frozenset()


@dataclass(frozen=True)
class Stamp:
    """Who decides, when, on which evidence; ids come from `make_id`."""

    steward: str
    at: str
    evidence: Mapping[RecordKey, tuple[str, str]]
    make_id: Callable[[], str] = new_id

    def decision(self, answer: Answer, keys: Sequence[RecordKey]) -> Decision:
        """Make the decision that `answer` means for these records."""
        return Decision(
            id=self.make_id(),
            at=self.at,
            steward=self.steward,
            verdict=str(answer.verdict),
            records=tuple(keys),
            relation=str(answer.relation) if answer.relation else None,
            reason=answer.reason or None,
            evidence=fingerprint(keys, self.evidence),
        )

    def revocation(self, decision: Decision) -> Decision:
        """Make the decision that takes another one back."""
        return Decision(
            self.make_id(), self.at, self.steward, str(Verdict.UNSURE), decision.records, revokes=decision.id
        )

    def lock(self, key: RecordKey, field: str, value: str) -> Decision:
        """Make the decision that a golden value is the one of this record."""
        return Decision(
            self.make_id(), self.at, self.steward, str(Verdict.SAME), (key,), field=field, value=value
        )


def decide(answer: Answer, shown: Detail, active: Iterable[Decision], stamp: Stamp) -> list[Decision]:
    """Give the decisions to append for `answer`; what they replace among `active` is taken back with them."""
    if unknown := answer.selected - set(shown.keys):
        raise UsageError(f"{_names(unknown)}: not in this case")
    made = _verdicts(answer, shown, stamp)
    verdicts = {frozenset(pair): d.verdict for d in made for pair in combinations(d.records, 2)}
    replaced = [d for d in active if d.field is None and _is_replaced(d, verdicts, shown)]
    kept = _what_stays(replaced, answer, stamp)
    return [*(stamp.revocation(decision) for decision in replaced), *made, *kept]


def _verdicts(answer: Answer, shown: Detail, stamp: Stamp) -> list[Decision]:
    if shown.case.of_documents:
        verdicts = document_verdicts(
            shown.case, answer.verdict, [key for key in shown.keys if key in answer.selected]
        )
        return [stamp.decision(replace(answer, verdict=verdict), keys) for verdict, keys in verdicts]
    if answer.verdict in (Verdict.SAME, Verdict.UNSURE):
        keys = [key for key in shown.keys if key in answer.selected or not answer.selected]
        if len(keys) < 2:
            raise UsageError(
                "a verdict needs two records or more", "select more records, or none for all of them"
            )
        return [stamp.decision(answer, keys)]
    pairs = parted(shown.case, groups(shown, answer.selected), shown.linked)
    if not pairs:
        raise UsageError("no record is left on the other side", "leave at least one record unselected")
    return [stamp.decision(answer, pair) for pair in pairs]


def groups(shown: Detail, selected: frozenset[RecordKey]) -> list[list[RecordKey]]:
    """Give the groups of records that are set against each other: the selected and the rest, or the parts."""
    if selected:
        return [[k for k in shown.keys if k in selected], [k for k in shown.keys if k not in selected]]
    by_part: dict[int, list[RecordKey]] = {}
    for key, part in zip(shown.keys, shown.parts, strict=True):
        by_part.setdefault(part, []).append(key)
    return list(by_part.values())


def parted(case: Case, sides: Sequence[Sequence[RecordKey]], linked: frozenset[Pair]) -> list[Pair]:
    """Give the pairs across `sides` that could join them: scored ones, or one where none is scored.

    Where no pair crosses (all records hang together in another way too), those that the case asks about.
    """
    asked = {frozenset(pair) for pair in case.asked}
    pairs: list[Pair] = []
    for left, right in combinations(sides, 2):
        across = [pair for pair in product(left, right) if pair in linked or frozenset(pair) in asked]
        pairs += across or list(product(left[:1], right[:1]))
    return pairs or (list(case.asked) if len(sides) == 1 else [])


def _is_replaced(old: Decision, verdicts: Mapping[frozenset[RecordKey], str], shown: Detail) -> bool:
    if old in shown.case.concerns:
        return True
    if not set(old.records) <= set(shown.keys) or old.revokes:
        return False
    pairs = (frozenset(pair) for pair in combinations(old.records, 2))
    return any(pair in verdicts and verdicts[pair] != old.verdict for pair in pairs)


def _what_stays(replaced: Iterable[Decision], answer: Answer, stamp: Stamp) -> list[Decision]:
    """Say again what replaced decisions said of the other records: who stayed together when members left."""
    if not answer.selected or answer.verdict in (Verdict.SAME, Verdict.UNSURE):
        return []
    again = []
    for old in replaced:
        rest = [key for key in old.records if key not in answer.selected]
        if old.verdict == Verdict.SAME and len(rest) > 1 and len(rest) < len(old.records):
            again.append(stamp.decision(Answer(Verdict.SAME, reason=old.reason), rest))
    return again


def _names(keys: Iterable[RecordKey]) -> str:
    return ", ".join(f"{system}:{record_id}" for system, record_id in sorted(keys))
