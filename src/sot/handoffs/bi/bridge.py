"""The bridge from the sum of a BI table to the ledger's, step by step, in cents: it adds up whatever is in it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sot.handoffs.bi.figures import BiTable
from sot.handoffs.bi.reasons import Figure

STEPS = (
    "bi_all_rows", "totals", "rests", "counted_twice", "unmapped", "only_in_bi", "only_in_ledger", "period", "tax",
    "void", "unpaid", "currency", "rounding", "unexplained", "ledger",
)  # fmt: skip
"""The steps in their order; the first and the last are sums, the others what is added or taken off in between."""

_OF_REASON = {
    "agrees": "rounding",
    "duplicate_in_bi": "counted_twice",
    "tax": "tax",
    "currency": "currency",
    "void_counted": "void",
    "unpaid_left_out": "unpaid",
    "timing": "period",
    "not_in_bi": "only_in_ledger",
    "not_in_ledger": "only_in_bi",
    "unexplained": "unexplained",
}


@dataclass(frozen=True)
class Step:
    """One step of the bridge in one currency: an amount in cents, and how many rows or customers it is about."""

    currency: str
    step: str
    amount: int
    count: int


def bridge(table: BiTable, figures: list[Figure]) -> list[Step]:
    """Give the steps for each currency, all of them, also those of nothing."""
    amounts: dict[tuple[str, str], int] = defaultdict(int)
    counts: dict[tuple[str, str], int] = defaultdict(int)

    def add(currency: str, step: str, amount: int) -> None:
        amounts[currency, step] += amount
        counts[currency, step] += 1

    for label in table.labels:
        add(label.currency, "bi_all_rows", label.amount)
        if label.kind != "customer":
            add(
                label.currency,
                {"total": "totals", "rest": "rests"}.get(label.kind, "unmapped"),
                -label.amount,
            )
    for each in figures:
        step = _OF_REASON[each.reason]
        if each.currency != each.ledger_currency:
            # What was converted leaves the sum of one currency and enters that of another.
            add(each.currency, step, -(each.bi or 0))
            add(each.ledger_currency, step, each.ledger or 0)
        elif each.bi != each.ledger or step != "rounding":
            add(each.currency, step, (each.ledger or 0) - (each.bi or 0))
        add(each.ledger_currency, "ledger", each.ledger or 0)
    currencies = sorted({currency for currency, _ in amounts})
    return [
        Step(currency, step, amounts[currency, step], counts[currency, step])
        for currency in currencies
        for step in STEPS
    ]
