"""Everything about one case that a steward is shown: its records in parts, their grid, and the evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from sot.decision_log import Findings
from sot.model.decisions import RecordKey
from sot.model.kinds import Verdict
from sot.review.case_grid import DOCUMENT_FIELDS, FIELDS, Row, grid
from sot.review.cases import Case
from sot.review.run_reader import FinishedRun

SILENT = ("missing", "unknown")
"""Levels at which a comparison tells nothing."""


@dataclass(frozen=True)
class Evidence:
    """What one comparison says of the link in question: its level in words and its bits."""

    comparison: str
    level: str
    bits: float | None
    against: bool

    @property
    def words(self) -> str:
        """The comparison and its level; the level of a graded one is nothing but its bits."""
        name = self.comparison.replace("_", " ")
        return name if self.level.endswith(" bits") else f"{name}: {self.level}"


@dataclass(frozen=True)
class Detail:
    """A case with its records, in the order of the grid's columns, and what is known of its links."""

    case: Case
    records: tuple[Mapping[str, Any], ...]
    parts: tuple[int, ...]
    """For each record, the number of the part that it is in: records that hang together beyond doubt."""
    pairs: pl.DataFrame
    evidence: tuple[Evidence, ...]
    related: tuple[Mapping[str, Any], ...]
    titles: Mapping[str, str]
    """The systems as people write them."""

    def title(self, index: int) -> str:
        """Give the system of a record as people write it."""
        system = self.keys[index][0]
        return self.titles.get(system, system)

    @cached_property
    def keys(self) -> tuple[RecordKey, ...]:
        """The keys of the records."""
        return tuple((record["system"], record["record_id"]) for record in self.records)

    @cached_property
    def rows(self) -> list[Row]:
        """The grid."""
        fields = DOCUMENT_FIELDS if self.case.of_documents else FIELDS
        return grid(self.records, self.parts, fields)

    @cached_property
    def linked(self) -> frozenset[tuple[RecordKey, RecordKey]]:
        """The scored pairs of the case by key, each in both directions."""
        keys = dict(zip((record["uid"] for record in self.records), self.keys, strict=True))
        ends = [(keys[a], keys[b]) for a, b in self.pairs.select("uid_l", "uid_r").iter_rows()]
        return frozenset(ends) | frozenset((b, a) for a, b in ends)


def detail(run: FinishedRun, case: Case, known: Findings) -> Detail:
    """Look up all of `case`."""
    golden_ids = [golden_id for golden_id in case.golden_ids if golden_id]
    members = run.members(golden_ids, case.keys)
    pairs = run.pairs_among(members["uid"])
    keys = list(members.select("system", "record_id").iter_rows())
    numbers = _parts(members["uid"].to_list(), keys, pairs, case, known)
    order = sorted(range(len(keys)), key=lambda i: (numbers[i], keys[i]))
    records = members.to_dicts()
    return Detail(
        case=case,
        records=tuple(records[i] for i in order),
        parts=tuple(numbers[i] for i in order),
        pairs=pairs,
        evidence=evidence(run, case, dict(zip(keys, members["uid"].to_list(), strict=True)), pairs),
        related=tuple(run.related(golden_ids).head(5).to_dicts()) if golden_ids else (),
        titles=run.titles,
    )


def _parts(
    uids: list[int], keys: list[RecordKey], pairs: pl.DataFrame, case: Case, known: Findings
) -> list[int]:
    """Number the parts by their first records: joined by decisions or beyond doubt, not by what is asked.

    The two records of a question are in two parts, even if a third one is linked with both: the strongest links hold.
    """
    uid = dict(zip(keys, uids, strict=True))
    golden = dict.fromkeys(uids)
    asked = {frozenset((uid[a], uid[b])) for a, b in case.asked if a in uid and b in uid and a != b}
    root = {u: u for u in golden}

    def find(u: int) -> int:
        while root[u] != u:
            root[u] = root[root[u]]
            u = root[u]
        return u

    key = dict(zip(uids, keys, strict=True))
    sure = pairs.filter((pl.col("band") == "auto") & pl.col("against").is_null())
    sure = sure.sort("match_weight", "uid_l", "uid_r", descending=[True, False, False])
    links = [(a, b) for a, b in sure.select("uid_l", "uid_r").iter_rows() if frozenset((a, b)) not in asked]
    links = [(a, b) for a, b in links if known.verdict(key[a], key[b]) in (None, Verdict.SAME)]
    decided = [(uid[a], uid[b]) for a in keys if (b := known.group(a)) in uid and b != a]
    for place, (a, b) in enumerate([*decided, *links]):
        low, high = sorted((find(a), find(b)))
        if low == high:
            continue
        if place < len(decided) or all({find(end) for end in pair} != {low, high} for pair in asked):
            root[high] = low
    numbers = {r: i for i, r in enumerate(dict.fromkeys(find(u) for u in sorted(uids)))}
    return [numbers[find(u)] for u in uids]


def evidence(
    run: FinishedRun, case: Case, uid: Mapping[RecordKey, int], pairs: pl.DataFrame
) -> tuple[Evidence, ...]:
    """Give what speaks for and against the likeliest link that the case asks about, the weightiest first."""
    asked = {tuple(sorted((uid[a], uid[b]))) for a, b in case.asked if a in uid and b in uid}
    rows = [row for row in pairs.iter_rows(named=True) if (row["uid_l"], row["uid_r"]) in asked]
    if not rows:
        return ()
    row = max(rows, key=lambda r: (r["match_weight"], -r["uid_l"], -r["uid_r"]))
    entries = []
    for comparison in run.model.comparisons:
        name = comparison.name
        gamma = row.get(f"gamma_{name}")
        level = next((level.name for level in comparison.levels if level.gamma == gamma), SILENT[0])
        if level not in SILENT:
            against = name in (row["against"] or "").split(",")
            entries.append(Evidence(name, level, row.get(f"bits_{name}"), against))
    return tuple(sorted(entries, key=lambda e: (not e.against, -abs(e.bits or 0), e.comparison)))
