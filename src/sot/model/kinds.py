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


KIND_WORDS = {
    "value_disagreement": "systems disagree on a value",
    "survivorship_tie": "no rule decides between values",
    "authority_blank": "the responsible system has no value",
    "identifier_clash": "two valid tax ids in one customer",
    "identifier_shared": "several customers share an identifier",
    "weak_bridge": "held together by one weak link",
    "vetoed": "not automatic: evidence contradicts",
    "doubtful_link": "joined, but in doubt",
    "possible_match": "apart, but perhaps one",
    "document_link": "documents linked in doubt",
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


class NameForm(IntEnum):
    """How two names differ: what tells one customer's names from those of its relatives."""

    MISSING = 0
    OTHER_NUMBER = 1
    OWN_PARTS = 2
    OTHER_NAME = 3
    SIDE_BY_SIDE = 4
    OWN_WORDS = 5
    REPLACED_WORD = 6
    NUMBER_MORE = 7
    DIVISION_MORE = 8
    OTHER_NAME_MORE = 9
    WORD_MORE = 10
    RARE_WORD_MORE = 11
    ACRONYM = 12
    OWN_ALIAS = 13
    ALIAS = 14
    OTHER_SPELLING = 15
    SPELLING = 16
    SAME_WORDS = 17
    OTHER_SCRIPT = 18
    OTHER_PERSON = 19


class Handoff(StrEnum):
    """The steps from a deal to the customer's status in the CRM."""

    DEAL_TO_PROJECT = "deal_to_project"
    DELIVERY_TO_INVOICE = "delivery_to_invoice"
    DEAL_TO_INVOICE = "deal_to_invoice"
    INVOICE_TO_PAYMENT = "invoice_to_payment"
    PAYMENT_TO_CRM = "payment_to_crm"


class HandoffKind(StrEnum):
    """What can go wrong along a handoff."""

    DEAL_WITHOUT_PROJECT = "deal_without_project"
    PROJECT_WITHOUT_DEAL = "project_without_deal"
    PROJECT_BEFORE_WIN = "project_before_win"
    LATE_KICKOFF = "late_kickoff"
    DELIVERED_NOT_INVOICED = "delivered_not_invoiced"
    CANCELLED_BUT_INVOICED = "cancelled_but_invoiced"
    WON_NOT_INVOICED = "won_not_invoiced"
    INVOICE_WITHOUT_DEAL = "invoice_without_deal"
    UNDERBILLED = "underbilled"
    OVERBILLED = "overbilled"
    DUPLICATE_INVOICE = "duplicate_invoice"
    BILLED_NOT_WON = "billed_not_won"
    CURRENCY_MISMATCH = "currency_mismatch"
    OVERDUE = "overdue"
    SHORT_PAID = "short_paid"
    OVERPAID = "overpaid"
    PAID_BUT_OPEN = "paid_but_open"
    PAYMENT_UNAPPLIED = "payment_unapplied"
    STATUS_NOT_UPDATED = "status_not_updated"
    INACTIVE_BUT_BILLED = "inactive_but_billed"


HANDOFF_OF: dict[HandoffKind, Handoff] = {
    kind: handoff
    for handoff, kinds in {
        Handoff.DEAL_TO_PROJECT: (
            HandoffKind.DEAL_WITHOUT_PROJECT, HandoffKind.PROJECT_WITHOUT_DEAL,
            HandoffKind.PROJECT_BEFORE_WIN, HandoffKind.LATE_KICKOFF,
        ),
        Handoff.DELIVERY_TO_INVOICE: (HandoffKind.DELIVERED_NOT_INVOICED, HandoffKind.CANCELLED_BUT_INVOICED),
        Handoff.DEAL_TO_INVOICE: (
            HandoffKind.WON_NOT_INVOICED, HandoffKind.INVOICE_WITHOUT_DEAL, HandoffKind.UNDERBILLED,
            HandoffKind.OVERBILLED, HandoffKind.DUPLICATE_INVOICE, HandoffKind.BILLED_NOT_WON,
            HandoffKind.CURRENCY_MISMATCH,
        ),
        Handoff.INVOICE_TO_PAYMENT: (
            HandoffKind.OVERDUE, HandoffKind.SHORT_PAID, HandoffKind.OVERPAID, HandoffKind.PAID_BUT_OPEN,
            HandoffKind.PAYMENT_UNAPPLIED,
        ),
        Handoff.PAYMENT_TO_CRM: (HandoffKind.STATUS_NOT_UPDATED, HandoffKind.INACTIVE_BUT_BILLED),
    }.items()
    for kind in kinds
}  # fmt: skip
"""The handoff at which each kind of exception happens."""


class DocumentLinkedBy(StrEnum):
    """What linked two documents."""

    REFERENCE = "reference"
    NAME = "name"
    AMOUNT = "amount"
    ONLY_CANDIDATE = "only_candidate"
    DECISION = "decision"
