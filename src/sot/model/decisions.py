"""A decision of a steward, and what follows from all decisions for the records of a run."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from sot.model.tables import Schema

RecordKey = tuple[str, str]
"""(system, record_id): the key of a record everywhere."""

LINKS: Schema = {"uid_l": pl.Int32, "uid_r": pl.Int32, "decision_id": pl.String, "relation": pl.String}


@dataclass(frozen=True)
class Decision:
    """One line of `decisions.jsonl`: who decided what about which records, when and why."""

    id: str
    at: str
    steward: str
    verdict: str
    records: tuple[RecordKey, ...]
    relation: str | None = None
    reason: str | None = None
    evidence: str | None = None
    revokes: str | None = None


@dataclass(frozen=True)
class Constraints:
    """What the decisions in force demand of this run's records.

    must and cannot are tables of LINKS (uid_l < uid_r); `related` too, with its relation. A pair that decisions
    both join and part stands in `contradictions` and in `cannot`, never in `must`.
    """

    must: pl.DataFrame
    cannot: pl.DataFrame
    related: pl.DataFrame
    contradictions: tuple[tuple[str, ...], ...] = ()
    """Groups of decision ids that contradict each other."""
    orphans: tuple[tuple[str, RecordKey], ...] = ()
    """(decision id, record key) of records that are in no export of this run."""
    decisions: dict[str, Decision] = field(default_factory=dict)


def no_constraints() -> Constraints:
    """Give the constraints of a project without decisions."""
    none = pl.DataFrame(schema=dict(LINKS))
    return Constraints(none, none, none)
