"""Deals that another customer was billed for are found by their words and amounts, and by nothing less."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from sot.handoffs.links.elsewhere import billed_elsewhere
from sot.rules import Rulebook
from sot.rules.handoffs import load_linking

RULES = load_linking(Rulebook())
WON, BILLED = date(2026, 3, 1), date(2026, 3, 20)
NAMED = frozenset(("customer", "portal"))


def side(rows: list[tuple[int, int, list[float]]], day: date) -> pl.DataFrame:
    """Documents that wait: (doc, party, amounts)."""
    return pl.DataFrame(
        [
            {"doc": doc, "party": party, "day": day, "currency": "EUR", "left": amounts[0], "links": 0,
             "sure": True, "amounts": amounts}
            for doc, party, amounts in rows
        ]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("bills", "others", "linked"),
    [
        pytest.param([(11, 2, [1200.0, 1000.0])], [], [11], id="the whole amount, net of tax"),
        pytest.param([(11, 2, [300.0]), (12, 2, [400.0])], [], [11, 12], id="two usual shares"),
        pytest.param([(11, 2, [310.0]), (12, 2, [405.0])], [], [], id="amounts that say nothing"),
        pytest.param([(11, 2, [300.0])], [], [], id="one share alone"),
        pytest.param([(11, 2, [1000.0]), (12, 3, [1000.0])], [], [], id="two customers were billed so"),
        pytest.param([(11, 2, [1000.0])], [(2, 2, [500.0])], [], id="a customer with such a deal of its own"),
        pytest.param([(11, 1, [1000.0])], [], [], id="the own customer, whose bills others link"),
    ],
)
def test_bills_of_another_customer(
    bills: list[tuple[int, int, list[float]]], others: list[tuple[int, int, list[float]]], linked: list[int]
) -> None:
    deals = side([(1, 1, [1000.0]), *others], WON)
    words = dict.fromkeys([*deals["doc"], *(doc for doc, *_ in bills)], NAMED)
    made = billed_elsewhere(deals, side(bills, BILLED), words, RULES)
    assert [(link.l, link.r) for link in made] == [(1, bill) for bill in linked]
