"""Payments of another amount than their bill's, too much or too little, where the ledger calls the bill paid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sot.handoffs.links.evidence import Evidence, Side

SURE = 0.7
_LEAST, _MOST = 0.5, 1.3
"""A payment is at least and at most so much of its bill."""
_DAYS = 30
"""And comes so many days before or after the bill is due, at most."""


def settled(bills: Sequence[Side], payments: Sequence[Side], evidence: Evidence) -> list[tuple[Side, Side]]:
    """Give (bill, payment) where each is the only candidate for the other.

    A bill of which the ledger says that nothing is paid is none.
    """
    pairs = [
        (bill, payment)
        for bill in bills
        for payment in payments
        if not bill.links and bill.bias >= 0 and bill.amounts and payment.amounts
        and bill.day is not None and payment.day is not None and payment.day >= bill.day
        and _LEAST * bill.left <= payment.amounts[0] <= _MOST * bill.left
        and evidence.off(bill, payment) <= _DAYS
        and not (bill.currency and payment.currency and bill.currency != payment.currency)
    ]  # fmt: skip
    left, right = Counter(bill.doc for bill, _ in pairs), Counter(payment.doc for _, payment in pairs)
    return [
        (bill, payment)
        for bill, payment in pairs
        if left[bill.doc] == right[payment.doc] == 1 and evidence.days(bill, payment) is not None
    ]
