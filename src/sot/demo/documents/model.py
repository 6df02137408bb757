"""What happened between the company and its customers: deals, projects, invoices, payments, and what went wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

TODAY = date(2026, 10, 31)
"""The day on which the exports were made: fixed, so that the same seed gives the same bytes on any day."""

START = date(2024, 11, 1)
"""The first day of the exports of finance and projects; deals reach further back."""


@dataclass(slots=True, eq=False)
class Deal:
    """An opportunity. Amounts are net, in cents."""

    entity: int
    row: int
    """Row of the CRM record that it hangs on."""
    kind: str
    state: str
    """won, lost or open."""
    amount: int
    currency: str
    created: date
    closed: date
    """The day of the win or loss, or the day on which an open deal is expected to close."""
    order: int
    """Number of the order, which other documents may refer to."""
    number: int = -1

    @property
    def key(self) -> tuple[str, int]:
        """What it is, and its number among those."""
        return "deal", self.number


@dataclass(slots=True, eq=False)
class Project:
    """A job in the project tool."""

    entity: int
    kind: str
    deals: list[Deal]
    """The deal that it delivers, or none."""
    start: date
    end: date
    """The real end of a finished or cancelled project, the planned end of the others."""
    status: str
    """planned, active, hold, done or cancelled."""
    says: str = ""
    """How it names its deal: order (by number), title, or not at all."""
    number: int = -1

    @property
    def key(self) -> tuple[str, int]:
        """What it is, and its number among those."""
        return "project", self.number


@dataclass(slots=True, eq=False)
class Invoice:
    """An invoice or a credit note (with negative amounts); `net` and `tax` in cents."""

    entity: int
    row: int
    """Row of the finance record that was billed."""
    net: int
    tax: int
    currency: str
    dated: date
    due: date
    text: str
    deals: list[Deal] = field(default_factory=list)
    projects: list[Project] = field(default_factory=list)
    says: str = ""
    """How it names what it bills: order, memo (the order in the text), project, title, or not at all."""
    state: str = "live"
    """live, void, draft or credit."""
    cancels: Invoice | None = None
    """Of a credit note the invoice that it reduces or cancels."""
    series: bool = False
    paid: int = 0
    remaining: int = 0
    number: int = -1

    @property
    def total(self) -> int:
        """The amount with tax."""
        return self.net + self.tax

    @property
    def key(self) -> tuple[str, int]:
        """What it is, and its number among those."""
        return "invoice", self.number


@dataclass(slots=True, eq=False)
class Payment:
    """Money that came in, and the invoices that it was meant for."""

    entity: int
    row: int
    amount: int
    currency: str
    dated: date
    invoices: list[Invoice]
    says: bool = True
    """Whether it names the invoices."""
    number: int = -1

    @property
    def key(self) -> tuple[str, int]:
        """What it is, and its number among those."""
        return "payment", self.number


Document: TypeAlias = Deal | Project | Invoice | Payment


@dataclass(slots=True)
class World:
    """All documents, and what went wrong with them.

    wrong      (kind, document) for each exception
    accounts   (kind, entity) for each exception of a CRM account
    standing   entity → what the CRM says of it: customer, prospect, former
    """

    deals: list[Deal] = field(default_factory=list)
    projects: list[Project] = field(default_factory=list)
    invoices: list[Invoice] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    wrong: list[tuple[str, Document]] = field(default_factory=list)
    accounts: list[tuple[str, int]] = field(default_factory=list)
    standing: dict[int, str] = field(default_factory=dict)
    bi: list[BiFigure] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class BiFigure:
    """One line of the BI table."""

    entity: int
    amount: int
    currency: str
    reason: str
    copy: bool = False
    """A second label of the customer."""


HANDOFF_OF = {
    "deal_without_project": "deal_to_project",
    "project_without_deal": "deal_to_project",
    "project_before_win": "deal_to_project",
    "late_kickoff": "deal_to_project",
    "delivered_not_invoiced": "delivery_to_invoice",
    "cancelled_but_invoiced": "delivery_to_invoice",
    "won_not_invoiced": "deal_to_invoice",
    "invoice_without_deal": "deal_to_invoice",
    "underbilled": "deal_to_invoice",
    "overbilled": "deal_to_invoice",
    "duplicate_invoice": "deal_to_invoice",
    "billed_not_won": "deal_to_invoice",
    "currency_mismatch": "deal_to_invoice",
    "overdue": "invoice_to_payment",
    "short_paid": "invoice_to_payment",
    "overpaid": "invoice_to_payment",
    "paid_but_open": "invoice_to_payment",
    "payment_unapplied": "invoice_to_payment",
    "status_not_updated": "payment_to_crm",
    "inactive_but_billed": "payment_to_crm",
}
"""Kind of exception → the handoff at which it happens."""
