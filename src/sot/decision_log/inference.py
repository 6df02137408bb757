"""What follows from the decisions: who is one, who is apart, where decisions contradict each other."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise, product

import polars as pl

from sot.errors import RulesError
from sot.model.decisions import (
    DOCUMENT_PAIRS,
    LINKS,
    LOCKS,
    Constraints,
    Decision,
    RecordKey,
    is_document,
)
from sot.model.kinds import Relation, Verdict

Pair = tuple[RecordKey, RecordKey]


@dataclass(frozen=True)
class Findings:
    """What the decisions in force say of records, with all that follows from them.

    `members` lists the records of each group that decisions join, by every record of the group; `apart`
    holds, for two groups by their smallest records, the decision that parts them. `documents` holds, for two
    documents, the decision that links or parts them: a document has many links, so nothing follows for others.
    """

    members: dict[RecordKey, tuple[RecordKey, ...]] = field(default_factory=dict)
    apart: dict[Pair, Decision] = field(default_factory=dict)
    related: dict[Pair, Decision] = field(default_factory=dict)
    joining: tuple[Decision, ...] = ()
    contradictions: tuple[tuple[str, ...], ...] = ()
    documents: dict[Pair, Decision] = field(default_factory=dict)

    def group(self, key: RecordKey) -> RecordKey:
        """Give the smallest record of the group that `key` is in."""
        return self.members.get(key, (key,))[0]

    def verdict(self, a: RecordKey, b: RecordKey) -> Verdict | None:
        """Give what is settled about two records or documents, decided or inferred; None if nothing is."""
        if is_document(a):
            decision = self.documents.get(_pair(a, b))
            return None if decision is None else _of_link(decision)
        pair = _pair(self.group(a), self.group(b))
        if pair[0] == pair[1]:
            return Verdict.SAME
        if pair in self.related:
            return Verdict.RELATED
        return Verdict.DIFFERENT if pair in self.apart else None


def in_force(decisions: Iterable[Decision]) -> list[Decision]:
    """Give the decisions that none in force revokes, by (at, id): to revoke a revocation restores."""
    known = {decision.id: decision for decision in decisions}
    waiting = dict.fromkeys(known, 0)
    for decision in known.values():
        if decision.revokes in waiting:
            waiting[decision.revokes] += 1
    ready = deque(id_ for id_, count in waiting.items() if count == 0)
    holds = dict.fromkeys(known, True)
    settled = set(ready)
    while ready:
        id_ = ready.popleft()
        target = known[id_].revokes
        if target not in known:
            continue
        holds[target] = holds[target] and not holds[id_]
        waiting[target] -= 1
        if waiting[target] == 0:
            settled.add(target)
            ready.append(target)
    if circle := sorted(set(known) - settled):
        raise RulesError(
            f"the decisions {', '.join(circle)} revoke each other in a circle", "delete one of them"
        )
    return sorted((known[id_] for id_ in known if holds[id_]), key=lambda d: (d.at, d.id))


def findings(decisions: Iterable[Decision]) -> Findings:
    """Draw every conclusion from the decisions in force; contradicting ones join nothing and are listed."""
    everything = [d for d in in_force(decisions) if d.field is None]
    valid = [d for d in everything if not is_document(d.records[0])]
    same = [d for d in valid if d.verdict == Verdict.SAME]
    parting = [d for d in valid if d.verdict in (Verdict.DIFFERENT, Verdict.RELATED)]
    suspended, contradictions = _contradictions(same, parting)
    joining = tuple(d for d in same if d.id not in suspended)
    members = _groups(joining)
    apart: dict[Pair, Decision] = {}
    related: dict[Pair, Decision] = {}
    strangers: dict[Pair, set[str]] = defaultdict(set)
    for decision in parting:
        for a, b in combinations(decision.records, 2):
            pair = _pair(members.get(a, (a,))[0], members.get(b, (b,))[0])
            apart.setdefault(pair, decision)
            if decision.verdict == Verdict.RELATED:
                related.setdefault(pair, decision)
            else:
                strangers[pair].add(decision.id)
    for pair in sorted(related.keys() & strangers.keys()):
        contradictions.add(tuple(sorted({related.pop(pair).id} | strangers[pair])))
    documents, disputed = _documents(everything)
    contradictions |= disputed
    return Findings(members, apart, related, joining, tuple(sorted(contradictions)), documents)


def constraints(decisions: Sequence[Decision], records: pl.DataFrame) -> Constraints:
    """Give what the decisions demand of this run's records, by uid."""
    settled = findings(decisions)
    valid = in_force(decisions)
    opinions = [d for d in valid if d.verdict != Verdict.UNSURE]
    uids = _uids(records, {key for d in opinions for key in d.records} | set(settled.members))
    return Constraints(
        must=_links(_must(settled, uids)),
        cannot=_links(_cannot(settled, uids)),
        related=_related(settled, uids),
        contradictions=settled.contradictions,
        orphans=tuple(
            (d.id, key) for d in opinions for key in d.records if key not in uids and not is_document(key)
        ),
        decisions={d.id: d for d in decisions},
        locks=_locks(opinions, uids),
        documents=_document_pairs(settled),
    )


def _of_link(decision: Decision) -> Verdict:
    """Give what a decision says of two documents: they are linked or not, there is nothing between."""
    return Verdict.SAME if decision.verdict == Verdict.SAME else Verdict.DIFFERENT


def _documents(decisions: Iterable[Decision]) -> tuple[dict[Pair, Decision], set[tuple[str, ...]]]:
    """Give the decision on each pair of documents, and those that contradict each other, of which none holds."""
    decided: dict[Pair, list[Decision]] = defaultdict(list)
    for decision in decisions:
        if is_document(decision.records[0]) and decision.verdict != Verdict.UNSURE:
            for pair in combinations(decision.records, 2):
                decided[_pair(*pair)].append(decision)
    agreed = {pair: made[0] for pair, made in decided.items() if len(set(map(_of_link, made))) == 1}
    return agreed, {
        tuple(sorted({d.id for d in made})) for pair, made in decided.items() if pair not in agreed
    }


def _document_pairs(settled: Findings) -> pl.DataFrame:
    rows = [
        (*a, *b, _of_link(settled.documents[a, b]) == Verdict.SAME, settled.documents[a, b].id)
        for a, b in sorted(settled.documents)
    ]
    return pl.DataFrame(rows, schema=dict(DOCUMENT_PAIRS), orient="row")


def _contradictions(same: list[Decision], parting: list[Decision]) -> tuple[set[str], set[tuple[str, ...]]]:
    """Find what joins records that a decision parts; give the ids of what joins, and the groups."""
    suspended: set[str] = set()
    clashes: set[tuple[str, ...]] = set()
    groups = _groups(same)
    by_record: dict[RecordKey, list[Decision]] = defaultdict(list)
    for decision in sorted(same, key=lambda d: d.id):
        for key in decision.records:
            by_record[key].append(decision)
    for decision in sorted(parting, key=lambda d: d.id):
        for a, b in sorted(_pair(*pair) for pair in combinations(decision.records, 2)):
            if groups.get(a, (a,)) != groups.get(b, (b,)):
                continue
            while path := _path(a, b, by_record, suspended):
                suspended |= set(path)
                clashes.add(tuple(sorted({decision.id, *path})))
    return suspended, clashes


def _path(
    start: RecordKey, goal: RecordKey, by_record: dict[RecordKey, list[Decision]], without: set[str]
) -> list[str]:
    """Give the ids of the fewest decisions that join `start` to `goal`; empty if none do."""
    came: dict[RecordKey, tuple[RecordKey, str] | None] = {start: None}
    queue = deque([start])
    while queue and goal not in came:
        current = queue.popleft()
        for decision in by_record.get(current, ()):
            for key in sorted(decision.records) if decision.id not in without else ():
                if key not in came:
                    came[key] = (current, decision.id)
                    queue.append(key)
    path = []
    step = came.get(goal)
    while step:
        path.append(step[1])
        step = came[step[0]]
    return path


def _groups(same: Iterable[Decision]) -> dict[RecordKey, tuple[RecordKey, ...]]:
    parent: dict[RecordKey, RecordKey] = {}

    def root(key: RecordKey) -> RecordKey:
        while parent.setdefault(key, key) != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    for decision in same:
        for a, b in pairwise(decision.records):
            low, high = sorted((root(a), root(b)))
            parent[high] = low
    members: dict[RecordKey, list[RecordKey]] = defaultdict(list)
    for key in sorted(parent):
        members[root(key)].append(key)
    return {key: tuple(group) for group in members.values() for key in group}


def _pair(a: RecordKey, b: RecordKey) -> Pair:
    return (a, b) if a <= b else (b, a)


def _uids(records: pl.DataFrame, keys: set[RecordKey]) -> dict[RecordKey, int]:
    wanted = pl.DataFrame(sorted(keys), schema={"system": pl.String, "record_id": pl.String}, orient="row")
    rows = records.select("system", "record_id", "uid").join(wanted, on=["system", "record_id"], how="semi")
    return {(system, record_id): uid for system, record_id, uid in rows.iter_rows()}


def _must(settled: Findings, uids: dict[RecordKey, int]) -> dict[tuple[int, int], str]:
    links: dict[tuple[int, int], str] = {}
    reason: dict[RecordKey, str] = {}
    for decision in settled.joining:
        present = [key for key in decision.records if key in uids]
        for a, b in pairwise(sorted(present)):
            links.setdefault(_order(uids[a], uids[b]), decision.id)
        for key in present:
            reason.setdefault(key, decision.id)
    # Two records that were joined through a third stay joined when the third left the exports.
    for group in sorted(set(settled.members.values())):
        for a, b in pairwise([key for key in group if key in uids]):
            links.setdefault(_order(uids[a], uids[b]), reason[a])
    return links


def _cannot(settled: Findings, uids: dict[RecordKey, int]) -> dict[tuple[int, int], str]:
    links: dict[tuple[int, int], str] = {}
    for (left, right), decision in sorted(settled.apart.items()):
        for a, b in product(settled.members.get(left, (left,)), settled.members.get(right, (right,))):
            if a in uids and b in uids:
                links.setdefault(_order(uids[a], uids[b]), decision.id)
    return links


def _related(settled: Findings, uids: dict[RecordKey, int]) -> pl.DataFrame:
    rows: dict[tuple[int, int], tuple[int, int, str, str]] = {}
    for decision in sorted(set(settled.related.values()), key=lambda d: (d.at, d.id)):
        relation = decision.relation or Relation.GROUP
        for a, b in combinations(decision.records, 2):
            if a in uids and b in uids and settled.verdict(a, b) == Verdict.RELATED:
                ends = (uids[a], uids[b]) if relation == Relation.PARENT else _order(uids[a], uids[b])
                rows.setdefault(_order(*ends), (*ends, decision.id, str(relation)))
    return pl.DataFrame([rows[pair] for pair in sorted(rows)], schema=dict(LINKS), orient="row")


def _locks(opinions: Iterable[Decision], uids: dict[RecordKey, int]) -> pl.DataFrame:
    rows = [
        (uids[d.records[0]], d.field, d.value, d.id)
        for d in opinions
        if d.field is not None and d.records[0] in uids
    ]
    return pl.DataFrame(rows, schema=dict(LOCKS), orient="row")


def _order(a: int, b: int) -> tuple[int, int]:
    return (a, b) if a < b else (b, a)


def _links(links: dict[tuple[int, int], str]) -> pl.DataFrame:
    rows = [(*pair, links[pair], None) for pair in sorted(links)]
    return pl.DataFrame(rows, schema=dict(LINKS), orient="row")
