"""Four eyes: the cases for a blind second opinion, and how far stewards agree."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from sot.decision_log import in_force
from sot.model.decisions import Decision, RecordKey
from sot.model.kinds import Verdict
from sot.model.shares import percent
from sot.review.cases import Case, Pair
from sot.review.run_reader import FinishedRun

SECOND = "second"


@dataclass(frozen=True)
class Agreement:
    """How far two stewards agree on the pairs of records that both judged.

    `kappa` is Cohen's (1960): agreement beyond what two people with their habits would reach by chance; None
    where both always said one and the same word, so that chance alone explains everything.
    """

    stewards: tuple[str, str]
    pairs: int
    agreed: int
    kappa: float | None


def second_cases(run: FinishedRun, decisions: Sequence[Decision]) -> list[Case]:
    """Give what was decided as cases to decide again; each steward's own are settled for that steward."""
    batches: dict[tuple[str, str], list[Decision]] = defaultdict(list)
    for decision in in_force(decisions):
        if decision.field is None and decision.verdict != Verdict.UNSURE:
            batches[(decision.at, decision.steward)].append(decision)
    keys = {key for batch in batches.values() for decision in batch for key in decision.records}
    records = run.records(keys).select("system", "record_id", "name").iter_rows()
    names = {(system, record_id): name or record_id for system, record_id, name in records}
    cases = (_second_case(batch, names) for group in batches.values() for batch in _connected(group))
    return sorted((case for case in cases if case), key=lambda case: case.id)


def _second_case(batch: list[Decision], names: dict[RecordKey, str]) -> Case | None:
    keys = sorted({key for decision in batch for key in decision.records})
    if any(key not in names for key in keys):
        return None
    asked: set[Pair] = set()
    for decision in batch:
        ordered = sorted(decision.records)
        asked |= set(pairwise(ordered) if decision.verdict == Verdict.SAME else combinations(ordered, 2))
    return Case(
        id="S" + min(decision.id for decision in batch).removeprefix("d-")[:10],
        kind=SECOND,
        names=" | ".join(dict.fromkeys(names[key] for key in keys[:3])),
        why="",
        asked=tuple(sorted(asked)),
    )


def _connected(batch: list[Decision]) -> list[list[Decision]]:
    """Split decisions of one moment into those that share records."""
    groups: list[tuple[set[RecordKey], list[Decision]]] = []
    for decision in batch:
        keys, members = set(decision.records), [decision]
        apart = []
        for group in groups:
            if group[0] & keys:
                keys |= group[0]
                members = group[1] + members
            else:
                apart.append(group)
        groups = [*apart, (keys, members)]
    return [members for _, members in groups]


def agreement(decisions: Iterable[Decision]) -> list[Agreement]:
    """Give the agreement of every two stewards who judged the same pairs of records.

    What counts is the first word of each: a disagreement that was settled later stays one.
    """
    answers = _first_words(list(decisions))
    stewards = sorted({steward for words in answers.values() for steward in words})
    agreements = []
    for a, b in combinations(stewards, 2):
        both = [(words[a], words[b]) for words in answers.values() if a in words and b in words]
        if both:
            agreed = sum(first == second for first, second in both)
            agreements.append(Agreement((a, b), len(both), agreed, kappa(both)))
    return agreements


def kappa(both: Sequence[tuple[str, str]]) -> float | None:
    """Give Cohen's kappa of pairs of words."""
    count = len(both)
    left, right = Counter(first for first, _ in both), Counter(second for _, second in both)
    chance = sum(left[word] * right[word] for word in left) / count**2
    return (
        None
        if chance == 1
        else (sum(first == second for first, second in both) / count - chance) / (1 - chance)
    )


def _first_words(decisions: list[Decision]) -> dict[Pair, dict[str, str]]:
    by_id = {decision.id: decision for decision in decisions}
    own_undone = {
        d.revokes for d in decisions if d.revokes in by_id and by_id[d.revokes].steward == d.steward
    }
    answers: dict[Pair, dict[str, str]] = defaultdict(dict)
    for decision in sorted(decisions, key=lambda d: (d.at, d.id)):
        if decision.field is None and not decision.revokes and decision.id not in own_undone:
            for a, b in combinations(sorted(decision.records), 2):
                answers[(a, b)].setdefault(decision.steward, decision.verdict)
    return answers


def words(result: Agreement) -> str:
    """Say an agreement in a line."""
    beyond = "not defined: only one verdict was ever given" if result.kappa is None else f"{result.kappa:.2f}"
    share = result.agreed / result.pairs
    who = " and ".join(result.stewards)
    return f"{who}: {result.agreed:,} of {result.pairs:,} pairs agree ({percent(share, 0)}), Cohen's kappa {beyond}"
