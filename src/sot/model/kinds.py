"""The closed lists of words that files, messages and code share (DESIGN.md, section 2)."""

from __future__ import annotations

from enum import IntEnum, StrEnum

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


class Worth(StrEnum):
    """What the test of its field says of a filled value; a value that can't be tested has none."""

    VALID = "valid"
    INVALID = "invalid"
    PLACEHOLDER = "placeholder"


class NameForm(IntEnum):
    """How two names differ: what tells one customer's names from those of its relatives."""

    MISSING = 0
    OTHER_NUMBER = 1
    OWN_PARTS = 2
    OWN_WORDS = 3
    REPLACED_WORD = 4
    NUMBER_MORE = 5
    DIVISION_MORE = 6
    OTHER_NAME_MORE = 7
    WORD_MORE = 8
    RARE_WORD_MORE = 9
    ACRONYM = 10
    ALIAS = 11
    SPELLING = 12
    SAME_WORDS = 13
