"""Bills and payments that recur or are put together: parts, several at once, one bill of two deals."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.handoffs.test_apart import add, document
from tests.handoffs.world import World, found_links, found_wrong, run

FIRST = date(2025, 3, 3)


def customer(*names: str) -> World:
    world = World()
    for name in names or ("1",):
        add(world, "crm", f"C{name}", f"Acme {name} Ltd")
        add(world, "books", f"B{name}", f"Acme {name} Ltd")
    return world


def bill(
    world: World, number: int, day: date, amount: float, of: str = "B1", terms: int = 14, **more: Any
) -> None:
    document(
        world, "books", "invoice", f"i{number}", of, day.isoformat(), amount,
        **{"state": "invoice_paid", "open_amount_value": 0.0, "due_on": day + timedelta(terms), **more},
    )  # fmt: skip


def paid(world: World, number: int, day: date, amount: float) -> None:
    document(world, "books", "payment", f"p{number}", "B1", day.isoformat(), amount, state="payment")


def pays(world: World) -> set[tuple[str, str]]:
    links = found_links(run(world))
    return {(left[2], right[2]) for left, right in links if right[1] == "payment"}


def months(count: int) -> list[date]:
    return [FIRST + timedelta(30 * month) for month in range(count)]


def test_a_payment_of_two_bills_and_one_in_parts_shift_no_other_payment() -> None:
    world, days = customer(), months(10)
    expected = set()
    for number, day in enumerate(days):
        bill(world, number, day, 300)
        if number == 3:
            continue
        if number == 4:
            paid(world, number, day + timedelta(14), 600)
            expected |= {("i3", "p4"), ("i4", "p4")}
        elif number == 7:
            paid(world, 70, day + timedelta(5), 120)
            paid(world, 71, day + timedelta(14), 180)
            expected |= {("i7", "p70"), ("i7", "p71")}
        else:
            paid(world, number, day + timedelta(12), 300)
            expected.add((f"i{number}", f"p{number}"))
    assert pays(world) == expected
    assert not found_wrong(run(world))


def test_a_payment_of_a_rare_bill_and_a_recurring_one_is_applied() -> None:
    world = customer()
    for number, day in enumerate(months(8)):
        bill(world, number, day, 300)
        if number != 2:
            paid(world, number, day + timedelta(14), 300)
    bill(world, 90, months(8)[2] - timedelta(5), 7328.76)
    paid(world, 91, months(8)[2] + timedelta(14), 7628.76)
    assert {("i2", "p91"), ("i90", "p91")} <= pays(world)
    assert "payment_unapplied" not in {kind for kind, *_ in found_wrong(run(world))}


def test_a_payment_comes_when_the_bill_says_not_when_bills_usually_are_paid() -> None:
    world = customer()
    for number, day in enumerate(months(6)):
        bill(world, number, day, 450, terms=60)
        if number < 4:
            paid(world, number, day + timedelta(60), 450)
    assert pays(world) == {(f"i{number}", f"p{number}") for number in range(4)}


def test_a_bank_fee_and_a_bill_that_waits_shift_no_payment() -> None:
    world, expected = customer(), set()
    for number, day in enumerate(months(9)):
        waits = number in (4, 8)
        bill(world, number, day, 800, state="invoice_open" if waits else "invoice_paid",
             open_amount_value=800.0 if waits else 0.0)  # fmt: skip
        if not waits:
            paid(world, number, day + timedelta(16), 798.0 if number == 2 else 800)
            expected.add((f"i{number}", f"p{number}"))
    assert pays(world) == expected
    assert {(kind, record) for kind, _, _, record in found_wrong(run(world))} == {("overdue", "i4")}


@given(st.lists(st.sampled_from(["one", "none", "parts", "fee"]), min_size=3, max_size=9), st.randoms())
@settings(max_examples=5, deadline=None)
def test_no_payment_pays_twice_and_the_order_of_rows_does_not_matter(plan: list[str], chance: Random) -> None:
    world = customer()
    for number, (how, day) in enumerate(zip(plan, months(9), strict=False)):
        bill(world, number, day, 500)
        parts = {"one": [500.0], "none": [], "parts": [150.0, 350.0], "fee": [498.5]}[how]
        for place, amount in enumerate(parts):
            paid(world, 10 * number + place, day + timedelta(14 - 6 * (len(parts) - 1 - place)), amount)
    links = pays(world)
    assert {right for _, right in links} == {
        row["record_id"] for row in world.documents if row["object"] == "payment"
    }
    assert len(links) == sum({"one": 1, "none": 0, "parts": 2, "fee": 1}[how] for how in plan)
    other = World(list(world.documents), world.records)
    chance.shuffle(other.documents)
    assert pays(other) == links


def two_deals(second: float, **more: Any) -> World:
    world = customer()
    for number, amount in ((1, 4400), (2, second)):
        document(
            world,
            "crm",
            "deal",
            f"DEAL-70{number}",
            "C1",
            "2025-05-01",
            amount,
            name=f"Work {number}",
            state="deal_won",
        )
    bill(world, 1, date(2025, 6, 1), 18800, memo="DEAL-701", **more)
    return world


def deals_of(world: World) -> set[str]:
    return {left[2] for left, right in found_links(run(world)) if right == ("books", "invoice", "i1")}


def test_a_bill_that_names_one_deal_bills_the_other_too_if_the_rest_is_its_amount() -> None:
    assert deals_of(two_deals(14400)) == {"DEAL-701", "DEAL-702"}
    assert not {kind for kind, *_ in found_wrong(run(two_deals(14400)))} & {"overbilled", "won_not_invoiced"}
    assert deals_of(two_deals(14400, amount_value=22372.0, net_value=18800.0)) == {"DEAL-701", "DEAL-702"}


def test_a_rest_that_is_no_deals_amount_is_too_much() -> None:
    assert deals_of(two_deals(14401)) == {"DEAL-701"}
    assert "overbilled" in {kind for kind, *_ in found_wrong(run(two_deals(14401)))}


def test_two_deals_of_the_same_amount_are_both_possible_so_neither_is_taken() -> None:
    world = two_deals(14400)
    document(world, "crm", "deal", "DEAL-703", "C1", "2025-05-02", 14400, name="Work 3", state="deal_won")
    assert deals_of(world) == {"DEAL-701"}


def test_a_bill_of_which_a_part_was_written_off_is_still_the_part_of_its_deal() -> None:
    world = customer()
    document(world, "crm", "deal", "D1", "C1", "2025-05-01", 18321.9, name="Roof", state="deal_won")
    for number, share in enumerate((0.3, 0.4, 0.3)):
        bill(world, number, date(2025, 5, 10) + timedelta(40 * number), round(18321.9 * share, 2))
    document(
        world, "books", "invoice", "cn", "B1", "2025-06-05", -329.79, memo="i0", document_type="credit_note",
        state="invoice_paid", open_amount_value=0.0,
    )  # fmt: skip
    links = found_links(run(world))
    assert {right[2] for left, right in links if left[2] == "D1"} == {"i0", "i1", "i2", "cn"}


def test_a_series_bills_the_deal_of_another_customer_of_the_group() -> None:
    world = customer("1", "2")
    document(world, "crm", "deal", "D1", "C1", "2025-05-01", 12000, name="Plant audit", state="deal_won")
    for number in range(4):
        bill(world, number, date(2025, 5, 10) + timedelta(15 * number), 3000, of="B2")
    linked = {right[2] for left, right in found_links(run(world, related=[("1", "2")])) if left[2] == "D1"}
    assert linked == {"i0", "i1", "i2", "i3"}
    assert not {right for left, right in found_links(run(world)) if left[2] == "D1"}, "of no group, no link"


def overpaid(factors: list[float]) -> set[str]:
    """Give what is overpaid where the ledger names no tax and each payment is so many times its invoice."""
    world = customer(*map(str, range(len(factors))))
    for number, factor in enumerate(factors):
        amount = 1000 + 130 * number
        bill(world, number, FIRST, amount, of=f"B{number}")
        document(
            world, "books", "payment", f"p{number}", f"B{number}", (FIRST + timedelta(14)).isoformat(),
            round(amount * factor, 2), state="payment", memo=f"i{number:03}",
        )  # fmt: skip
    return {record for kind, _, _, record in found_wrong(run(world)) if kind == "overpaid"}


def test_a_tenth_too_much_is_a_tax_only_where_payments_hold_one() -> None:
    assert overpaid([1.0] * 24 + [1.1]) == {"i24"}
    assert overpaid([1.1] * 25) == set()
