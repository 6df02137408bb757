"""Payments that brought no money in: failed ones are left out, and what was returned is no payment."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.read.reading import one

_PAYMENTS = (
    "Payment number,Customer,Payment date,Amount,Status,Invoice number\n"
    "Z1,Acme GmbH,2026-01-05,100.00,Paid,R1\n"
    "Z2,Acme GmbH,2026-01-06,90.00,Refunded,R2\n"
    "Z3,Beta AG,2026-01-07,80.00,Declined,R3\n"
)


@pytest.mark.parametrize(
    ("more", "types"),
    [
        ("", ["payment", "refund"]),
        ("Z4,Acme GmbH,2026-01-09,-90.00,Paid,R2\n", ["payment", "payment", "refund"]),
    ],
)
def test_payments_without_money_count_for_nothing(more: str, types: list[str], tmp_path: Path) -> None:
    path = tmp_path / "payments.csv"
    path.write_text(_PAYMENTS + more, encoding="utf-8")
    source, found = one(path)
    assert source.object == "payment"
    assert found.documents["document_type"].to_list() == types
    assert source.skipped == {"a payment that failed or was cancelled": 1}
