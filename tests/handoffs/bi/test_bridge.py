"""The bridge adds up to the cent for every table and ledger; order is nothing; certificates of keys."""

from __future__ import annotations

import random
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sot.handoffs.bi.bridge import STEPS, bridge
from sot.handoffs.bi.certificate import certificates
from sot.handoffs.bi.figures import BiTable, Label
from sot.handoffs.bi.ledger import Account, Bill, Ledger
from sot.handoffs.bi.reasons import figures
from sot.rules import Rulebook
from sot.rules.bi import load_bi

RULES = load_bi(Rulebook())
CUSTOMERS = st.sampled_from(["A", "B", "C", "D"])
CURRENCIES = st.sampled_from(["EUR", "USD", "GBP"])
CENTS = st.integers(-50_000, 500_000)
KINDS = st.sampled_from(["customer", "customer", "customer", "total", "rest", "unmapped"])
DAYS = st.dates(date(2024, 1, 1), date(2026, 10, 31))


@st.composite
def bills(draw: st.DrawFn) -> Bill:
    net = draw(st.integers(1, 300_000))
    is_credit = draw(st.integers(0, 9)) == 0
    sign = -1 if is_credit else 1
    tax = draw(st.sampled_from([0, 0, round(net * 0.19)]))
    return Bill(
        f"erp:invoice:{draw(st.integers(1, 10**6))}",
        sign * (net + tax),
        sign * net if draw(st.booleans()) else None,
        0 if is_credit else draw(st.sampled_from([0, net + tax])),
        draw(st.one_of(st.none(), DAYS)),
        draw(st.integers(0, 9)) == 0,
        is_credit,
    )


@st.composite
def worlds(draw: st.DrawFn) -> tuple[BiTable, Ledger]:
    book: Ledger = {}
    for golden, currency in draw(st.lists(st.tuples(CUSTOMERS, CURRENCIES), max_size=6, unique=True)):
        account = Account()
        for each in draw(st.lists(bills(), max_size=5)):
            (account.voided if each.void else account.bills).append(each)
        book[golden, currency] = account
    labels = []
    for number in range(draw(st.integers(0, 8))):
        kind, golden, currency = draw(KINDS), draw(CUSTOMERS), draw(CURRENCIES)
        amount = draw(CENTS)
        if draw(st.booleans()) and (golden, currency) in book:
            amount = book[golden, currency].total("net")
        labels.append(Label(f"L{number}", "", amount, currency, golden if kind == "customer" else None, kind))
    return BiTable("bi", "revenue.csv", "Revenue", tuple(labels)), book


@given(worlds())
def test_the_steps_lead_from_the_table_to_the_ledger_to_the_cent(world: tuple[BiTable, Ledger]) -> None:
    table, book = world
    found = figures(table, book, RULES, (0.19,))
    steps = bridge(table, found)
    basis_totals = {
        basis: {
            currency: sum(account.total(basis) for (_, own), account in book.items() if own == currency)
            for currency in {step.currency for step in steps}
        }
        for basis in ("net", "gross")
    }
    ends = {step.currency: step.amount for step in steps if step.step == "ledger"}
    assert ends in basis_totals.values()
    for currency, end in ends.items():
        before = [step for step in steps if step.currency == currency and step.step != "ledger"]
        assert [step.step for step in before] == list(STEPS[:-1])
        assert sum(step.amount for step in before) == end
        shown = sum(label.amount for label in table.labels if label.currency == currency)
        assert before[0].amount == shown


@given(worlds(), st.integers(0, 99))
def test_the_order_of_rows_and_bills_changes_nothing(world: tuple[BiTable, Ledger], seed: int) -> None:
    table, book = world
    mixed = random.Random(seed)
    labels = mixed.sample(table.labels, len(table.labels))
    accounts = mixed.sample(sorted(book), len(book))
    other = {
        key: Account(mixed.sample(book[key].bills, len(book[key].bills)), book[key].voided)
        for key in accounts
    }
    shuffled = BiTable(table.system, table.source, table.measure, tuple(labels))

    def plain(figure: object) -> tuple[object, ...]:
        return tuple(getattr(figure, name) for name in ("golden_id", "currency", "bi", "ledger", "reason"))

    assert list(map(plain, figures(table, book, RULES, (0.19,)))) == list(
        map(plain, figures(shuffled, other, RULES, (0.19,)))
    )


def test_a_key_that_is_not_unique_says_by_how_much_sums_and_counts_are_off() -> None:
    day = date(2026, 1, 1)
    book = {
        (golden, "EUR"): Account([Bill(golden, amount, amount, 0, day + timedelta(days=1), False, False)])
        for golden, amount in (("A", 300_00), ("B", 100_00), ("C", 100_00))
    }
    rows = [("Acme", "K1", "A"), ("ACME Inc", "K2", "A"), ("Best", "K3", "B"), ("Best", "K4", "C")]
    labels = tuple(Label(name, key, 1_00, "EUR", golden, "customer") for name, key, golden in rows)
    label, key = certificates(BiTable("bi", "f", "m", labels), book, "net")
    assert (label["key"], label["unique"], label["distinct_count_off"]) == ("label", False, 0)
    assert (label["customers_with_several_keys"], label["keys_of_several_customers"]) == (1, 1)
    assert label["inflation"] == {"EUR": 1.6}
    assert (key["key"], key["unique"], key["distinct_count_off"], key["keys_per_customer"]) == (
        "key",
        False,
        1,
        2,
    )
    one = BiTable("bi", "f", "m", labels[1:3])
    assert certificates(one, book, "net")[0]["unique"] is True
    assert certificates(one, book, "net")[0]["inflation"] == {"EUR": 1.0}
