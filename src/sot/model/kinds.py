"""The closed lists of words that files, messages and code share (DESIGN.md, section 2)."""

from __future__ import annotations

from enum import StrEnum

NO_CURRENCY = "no currency"
"""What stands for the currency of money of which nobody said it."""


class Department(StrEnum):
    """Which department a system of record serves."""

    CRM = "crm"
    FINANCE = "finance"
    PROJECT = "project"
    BI = "bi"
    UNKNOWN = "unknown"


SAID = {"crm": "CRM", "finance": "finance", "project": "project", "bi": "BI"}
"""Departments as people write them."""


class ObjectKind(StrEnum):
    """What one row of an export stands for."""

    ACCOUNT = "account"
    CONTACT = "contact"
    DEAL = "deal"
    PROJECT = "project"
    INVOICE = "invoice"
    PAYMENT = "payment"
    BI_TABLE = "bi_table"


class Verdict(StrEnum):
    """What a steward says of a pair or a case."""

    SAME = "same"
    RELATED = "related"
    DIFFERENT = "different"
    UNSURE = "unsure"


class Relation(StrEnum):
    """How two golden customers that are not one belong together."""

    PARENT = "parent"
    GROUP = "group"
    BRANCH = "branch"


class LinkedBy(StrEnum):
    """What joined a record to its golden customer."""

    EXACT = "exact"
    MODEL = "model"
    DOUBT = "doubt"
    DECISION = "decision"
    SINGLE = "single"


class CustomerStatus(StrEnum):
    """How far a golden customer can be trusted."""

    AUTO = "auto"
    REVIEWED = "reviewed"
    NEEDS_REVIEW = "needs_review"
    SINGLE = "single"


class Severity(StrEnum):
    """How much a conflict stands in the way of an integration."""

    BLOCKER = "blocker"
    WARNING = "warning"
    INFO = "info"


class ConflictKind(StrEnum):
    """What a person must know or decide."""

    VALUE_DISAGREEMENT = "value_disagreement"
    SURVIVORSHIP_TIE = "survivorship_tie"
    AUTHORITY_BLANK = "authority_blank"
    IDENTIFIER_CLASH = "identifier_clash"
    IDENTIFIER_SHARED = "identifier_shared"
    WEAK_BRIDGE = "weak_bridge"
    OVERSIZED_CLUSTER = "oversized_cluster"
    CONTRADICTORY_DECISIONS = "contradictory_decisions"
    CUSTOMER_SPLIT = "customer_split"
    CUSTOMERS_MERGED = "customers_merged"
    ORPHAN_DECISION = "orphan_decision"
    ONLY_IN_ONE_SYSTEM = "only_in_one_system"
    STATUS_MISMATCH = "status_mismatch"
    DUPLICATE_IN_SYSTEM = "duplicate_in_system"
    DUPLICATE_RECORD_ID = "duplicate_record_id"


KIND_WORDS = {
    "value_disagreement": "systems disagree on a value",
    "survivorship_tie": "nothing decides between values",
    "authority_blank": "the responsible system has no value",
    "identifier_clash": "two valid tax ids in one customer",
    "identifier_shared": "several customers share an identifier",
    "weak_bridge": "held together by one weak link",
    "vetoed": "kept for you: something contradicts",
    "doubtful_link": "joined, but in doubt",
    "possible_match": "apart, but perhaps one",
    "value_conflict": "a value to choose",
    "contradiction": "decisions contradict each other",
    "reopened": "records changed since the decision",
}
"""Kinds of conflicts and cases as a person says them, where the name alone is not plain."""


def kind_words(kind: str) -> str:
    """Give a kind of conflict or case as a person says it."""
    return KIND_WORDS.get(kind, kind.replace("_", " "))


VALUE_KINDS = (
    ConflictKind.IDENTIFIER_CLASH, ConflictKind.VALUE_DISAGREEMENT, ConflictKind.SURVIVORSHIP_TIE,
)  # fmt: skip
"""The conflicts that a steward answers by choosing a value, the gravest first."""


class Worth(StrEnum):
    """What the test of its field says of a filled value; a value that can't be tested has none."""

    VALID = "valid"
    INVALID = "invalid"
    PLACEHOLDER = "placeholder"
