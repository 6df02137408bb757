"""The figures of the chain from deal to payment, and the certificates of BI keys: as JSON files hold them."""

from __future__ import annotations

from typing import TypedDict

Sums = dict[str, float]
"""Amounts by currency ("": no currency is known), the largest first."""


class FunnelStep(TypedDict):
    """How many deals reached a step, and what they are worth there."""

    step: str
    deals: int
    amount: float


class Funnel(TypedDict):
    """How much of the won money of one currency reached each step."""

    currency: str
    steps: list[FunnelStep]


class GapStep(TypedDict):
    """Why some deals are billed more or less than they were won for, and the difference."""

    reason: str
    deals: int
    amount: float


class Gap(TypedDict):
    """The bridge from what was won in one currency to what is billed; its steps add up to the cent."""

    currency: str
    won: float
    billed: float
    steps: list[GapStep]


class Days(TypedDict):
    """The days between two steps: of so many, the median, and the day by which nine of ten are through."""

    step: str
    count: int
    median: float
    p90: float


class Kpis(TypedDict):
    """Figures by the names of the field; a rate is None where there is nothing to count."""

    leakage: Sums
    unbilled_revenue: Sums
    overbilling: Sums
    overdue: Sums
    unapplied_cash: Sums
    won_to_invoiced_rate: float | None
    late_kickoff_rate: float | None
    payments_applied_rate: float | None
    credit_note_rate: float | None
    dso_days: Sums


class KindFigures(TypedDict):
    """How many exceptions of a kind there are, and their money."""

    kind: str
    handoff: str
    severity: str
    count: int
    amounts: Sums


class StepCount(TypedDict):
    """How many links between two objects a step of linking made."""

    object_l: str
    object_r: str
    step: str
    len: int


class LargeException(TypedDict):
    """An exception with much money at stake."""

    finding_id: str
    kind: str
    severity: str
    golden_id: str | None
    golden_name: str | None
    documents: str
    difference: float
    currency: str | None
    days: int | None
    fix_in: str
    why: str


class WindowSeen(TypedDict):
    """From when to when the exports hold documents of an object, and how many."""

    first: str | None
    last: str | None
    documents: int


class HandoffFigures(TypedDict, total=False):
    """What could be judged (as-of date, windows by object, what is not auditable by kind, notes), and the chain.

    Without documents there is neither chain nor as-of date.
    """

    as_of: str | None
    windows: dict[str, WindowSeen]
    not_auditable: dict[str, int]
    notes: list[str]
    funnel: list[Funnel]
    gap: list[Gap]
    times: list[Days]
    kpis: Kpis
    kinds: list[KindFigures]
    steps: list[StepCount]
    largest: list[LargeException]


class KeyCertificate(TypedDict):
    """What happens to sums and counts when a BI model joins on a key; `certificates` says what each figure is."""

    bi_system: str
    source: str
    key: str
    unique: bool
    rows_per_key: int
    customers_per_key: int
    keys_per_customer: int
    customers_with_several_keys: int
    keys_of_several_customers: int
    inflation: Sums
    distinct_keys: int
    customers: int
    distinct_count_off: int
