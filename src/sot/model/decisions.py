"""A decision of a steward, and what follows from all decisions for the records of a run."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from sot.model.tables import Schema

RecordKey = tuple[str, str]
"""(system, record_id): the key of a record everywhere."""

DOCUMENT_OBJECTS = ("deal", "project", "invoice", "payment")


def is_document(key: RecordKey) -> bool:
    """Whether a key of a decision is (system, object:record_id): a document instead of a record."""
    return key[1].partition(":")[0] in DOCUMENT_OBJECTS and ":" in key[1]


LINKS: Schema = {"uid_l": pl.Int32, "uid_r": pl.Int32, "decision_id": pl.String, "relation": pl.String}

LOCKS: Schema = {"uid": pl.Int32, "field": pl.String, "value": pl.String, "decision_id": pl.String}

DOCUMENT_PAIRS: Schema = {
    "system_l": pl.String, "key_l": pl.String, "system_r": pl.String, "key_r": pl.String, "linked": pl.Boolean,
    "decision_id": pl.String,
}  # fmt: skip
"""What decisions say of two documents; `key` is object:record_id."""

_ADDRESS = ("street", "city", "region", "postcode", "country")
_AS_IT_IS = (
    "name", "trade_name", "tax_id", "registration_id", "email", "phone", "parent_name", "industry", "owner",
    "currency",
)  # fmt: skip
LOCKABLE: dict[str, str] = {
    **dict.fromkeys(_ADDRESS, "address"),
    **{name: name for name in _AS_IT_IS},
    "website": "domain",
    "status": "account_status",
}
"""Which field of a golden customer a steward locks by pointing at a column of a record."""

SURVIVOR = "survivor"
"""What a decision on an account fixes if it is the one that stays where accounts of its system are merged."""

LOCK_FIELDS = frozenset({*LOCKABLE.values(), "legal_form", SURVIVOR})
"""Fields that can be locked; the legal form is read off the name."""


@dataclass(frozen=True)
class Decision:
    """One line of `decisions.jsonl`: who decided what about which records, when and why.

    A decision with `field` and `value` locks a golden value instead: its one record is the member that has
    it. For relation `parent` the first record is the parent. `unsure` with `revokes` only takes one back.
    """

    id: str
    at: str
    steward: str
    verdict: str
    records: tuple[RecordKey, ...]
    relation: str | None = None
    reason: str | None = None
    evidence: str | None = None
    revokes: str | None = None
    field: str | None = None
    value: str | None = None


@dataclass(frozen=True)
class Constraints:
    """What the decisions in force demand of this run's records.

    must and cannot are tables of LINKS (uid_l < uid_r). Related pairs stand in `cannot` too, and in `related`
    with their relation, where for `parent` uid_l is the parent whatever its number. `cannot` holds every pair
    that follows, `must` as many links as join each group. A pair that decisions both join and part stands in
    `cannot`; all decisions concerned are in `contradictions`, and the joining ones among them not in `must`.
    """

    must: pl.DataFrame
    cannot: pl.DataFrame
    related: pl.DataFrame
    contradictions: tuple[tuple[str, ...], ...] = ()
    """Groups of decision ids that contradict each other."""
    orphans: tuple[tuple[str, RecordKey], ...] = ()
    """(decision id, record key) of records that are in no export of this run."""
    decisions: dict[str, Decision] = field(default_factory=dict)
    """All decisions by id, those no longer in force too."""
    locks: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=dict(LOCKS)))
    """Golden values that stewards locked (LOCKS); in the order of their making: the last one wins."""
    documents: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=dict(DOCUMENT_PAIRS)))
    """The pairs of documents that stewards linked or parted (DOCUMENT_PAIRS)."""


def no_constraints() -> Constraints:
    """Give the constraints of a project without decisions."""
    none = pl.DataFrame(schema=dict(LINKS))
    return Constraints(none, none, none)
