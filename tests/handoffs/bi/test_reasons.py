"""Reasons of BI figures: each one where it is so, and the nearest case that is none."""

from __future__ import annotations

from datetime import date

import pytest

from sot.handoffs.bi.figures import BiTable, Label
from sot.handoffs.bi.ledger import Account, Bill, Ledger
from sot.handoffs.bi.reasons import REASONS, figures
from sot.rules import Rulebook
from sot.rules.bi import load_bi

RULES = load_bi(Rulebook())
RATES = (0.19, 0.2)


def bill(
    number: int, net: int, *, tax: int = 0, open_: int = 0, day: str = "2026-03-01", known: bool = True
) -> Bill:
    return Bill(
        f"erp:invoice:{number}",
        net + tax,
        net if known else None,
        open_,
        date.fromisoformat(day),
        False,
        False,
    )


def void(number: int, net: int) -> Bill:
    return Bill(f"erp:invoice:{number}", net, net, 0, date(2026, 3, 5), True, False)


def credit(number: int, net: int) -> Bill:
    return Bill(f"erp:invoice:{number}", -net, -net, 0, date(2026, 3, 9), False, True)


def table(
    *amounts: int, currency: str = "EUR", golden: str = "G1", span: tuple[date, date] | None = None
) -> BiTable:
    labels = tuple(
        Label(f"label {number}", "", amount, currency, golden, "customer")
        for number, amount in enumerate(amounts)
    )
    return BiTable("bi", "revenue.csv", "Revenue", labels, span)


def reason(shown: BiTable, book: Ledger) -> tuple[str, list[str]]:
    [figure] = [each for each in figures(shown, book, RULES, RATES) if each.golden_id == "G1"]
    assert figure.reason in REASONS
    return figure.reason, [each.key for each in figure.bills]


def account(*bills: Bill) -> Ledger:
    kept = [each for each in bills if not each.void]
    return {("G1", "EUR"): Account(kept, [each for each in bills if each.void])}


TWO = (bill(1, 100_00, day="2025-05-01"), bill(2, 33_10, day="2026-06-01"))


@pytest.mark.parametrize(
    ("amounts", "book", "expected"),
    [
        ([133_10], account(*TWO), "agrees"),
        ([133_14], account(*TWO), "agrees"),
        ([133_30], account(*TWO), "unexplained"),
        ([100_00, 33_10], account(*TWO), "agrees"),
        ([133_10, 133_10], account(*TWO), "duplicate_in_bi"),
        ([266_20], account(*TWO), "duplicate_in_bi"),
        ([133_10, 100_02], account(*TWO), "unexplained"),
        ([119_00], account(bill(1, 100_00, tax=19_00)), "tax"),
        ([120_00], account(bill(1, 100_00, tax=19_00)), "unexplained"),
        ([100_00], account(bill(1, 119_00, known=False)), "tax"),
        ([107_00], account(bill(1, 119_00, known=False)), "unexplained"),
        ([153_10], account(*TWO, void(3, 20_00)), "void_counted"),
        ([143_10], account(*TWO, void(3, 20_00), void(4, 10_00)), "void_counted"),
        ([150_10], account(*TWO, void(3, 20_00)), "unexplained"),
        ([133_10], account(*TWO, credit(3, 13_00)), "void_counted"),
        ([120_10], account(*TWO, credit(3, 13_00)), "agrees"),
        ([33_10], account(bill(1, 100_00, open_=100_00, day="2025-05-01"), TWO[1]), "unpaid_left_out"),
        ([73_10], account(bill(1, 100_00, open_=60_00, day="2025-05-01"), TWO[1]), "unpaid_left_out"),
        ([100_00], account(*TWO), "timing"),
        ([33_10], account(*TWO), "timing"),
        ([67_00], account(*TWO), "unexplained"),
        ([67_00], account(), "not_in_ledger"),
        ([], account(*TWO), "not_in_bi"),
    ],
)  # fmt: skip
def test_the_reason_of_one_figure(amounts: list[int], book: Ledger, expected: str) -> None:
    assert reason(table(*amounts), book)[0] == expected


def test_the_documents_that_explain_a_difference_are_named() -> None:
    assert reason(table(153_10), account(*TWO, void(3, 20_00))) == ("void_counted", ["erp:invoice:3"])
    assert reason(table(100_00), account(*TWO)) == ("timing", ["erp:invoice:2"])


def test_what_is_outside_the_periods_of_the_table_is_timing() -> None:
    book = account(TWO[0], bill(2, 20_00, day="2025-11-01"), bill(3, 5_00, day="2026-01-09"))
    summer = (date(2025, 10, 1), date(2026, 12, 31))
    assert reason(table(25_00), book)[0] == "unexplained"
    assert reason(table(25_00, span=summer), book) == ("timing", ["erp:invoice:1"])


def newest_month(there: int, paid: int) -> dict[str, str]:
    """Give the reasons of five customers whose newest invoices are missing, of `there` more who have theirs.

    Of the five the first `paid` have paid their newest invoice.
    """
    book: Ledger = {}
    labels = []
    for number in range(1, 6 + there):
        golden, old, new = f"G{number}", 100_00 * number, 10_00 + number
        open_ = 0 if number <= paid or number > 5 else new
        book[golden, "EUR"] = Account(
            [bill(1, old, day="2026-02-01"), bill(2, new, day="2026-06-04", open_=open_)]
        )
        labels.append(Label(golden, "", old + (number > 5) * new, "EUR", golden, "customer"))
    made = figures(BiTable("bi", "f", "m", tuple(labels)), book, RULES, RATES)
    return {each.golden_id: each.reason for each in made if each.reason != "agrees"}


def test_a_table_without_the_newest_month_lacks_it_for_those_who_have_not_paid_too() -> None:
    assert set(newest_month(there=0, paid=2).values()) == {"timing"}


@pytest.mark.parametrize(("there", "paid"), [(1, 2), (0, 0)])
def test_a_month_that_somebody_has_or_of_which_only_what_is_paid_is_missing_decides_nothing(
    there: int, paid: int
) -> None:
    assert list(newest_month(there, paid).values()) == ["timing"] * paid + ["unpaid_left_out"] * (5 - paid)


def test_a_table_with_tax_agrees_with_the_ledger_with_tax_and_net_figures_in_it_are_the_odd_ones() -> None:
    book = {
        (f"G{number}", "EUR"): Account([bill(number, 100_00 * number, tax=19_00 * number)])
        for number in range(1, 5)
    }
    amounts = {"G1": 100_00, "G2": 238_00, "G3": 357_00, "G4": 476_00}
    labels = tuple(Label(golden, "", amount, "EUR", golden, "customer") for golden, amount in amounts.items())
    found = {each.golden_id: each for each in figures(BiTable("bi", "f", "m", labels), book, RULES, RATES)}
    assert {golden: each.reason for golden, each in found.items()} == {
        "G1": "tax", "G2": "agrees", "G3": "agrees", "G4": "agrees",
    }  # fmt: skip
    assert found["G2"].ledger == 238_00


def converted(ratios: dict[str, float], currency: str) -> dict[str, str]:
    book = {(golden, "EUR"): Account([bill(1, 200_00 + 31_00 * n)]) for n, golden in enumerate(ratios)}
    book["home", "USD"] = Account([bill(9, 70_00)])
    labels = [
        Label(golden, "", round(book[golden, "EUR"].total("net") * ratio), currency, golden, "customer")
        for golden, ratio in ratios.items()
    ]
    labels.append(Label("home", "", 70_00, "USD", "home", "customer"))
    found = figures(BiTable("bi", "f", "m", tuple(labels)), book, RULES, RATES)
    return {each.golden_id: each.reason for each in found}


def test_a_figure_in_another_currency_than_the_ledger_is_converted_unless_its_rate_is_another_one() -> None:
    reasons = converted({"A": 1.08, "B": 1.0801, "C": 1.0799, "D": 0.7}, "USD")
    assert reasons == {
        "A": "currency",
        "B": "currency",
        "C": "currency",
        "D": "unexplained",
        "home": "agrees",
    }


def test_a_rate_that_no_cell_names_is_seen_where_several_customers_show_it() -> None:
    assert converted({"A": 1.083, "B": 1.0831, "C": 1.0829, "D": 1.0}, "EUR") == {
        "A": "currency", "B": "currency", "C": "currency", "D": "agrees", "home": "agrees",
    }  # fmt: skip
    assert set(converted({"A": 1.083, "B": 0.94, "C": 1.31}, "EUR").values()) == {"unexplained", "agrees"}
