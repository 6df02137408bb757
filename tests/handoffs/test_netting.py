"""Credit notes that name no invoice: which one they cancel, and of which a part was forgiven."""

from __future__ import annotations

from datetime import date, timedelta

from tests.handoffs.test_apart import document
from tests.handoffs.test_recurring import bill, customer, paid
from tests.handoffs.world import World, found_links, found_wrong, run


def credit(world: World, amount: float, day: date) -> None:
    document(
        world, "books", "invoice", "cn", "B1", day.isoformat(), -amount, document_type="credit_note",
        state="invoice_paid", open_amount_value=0.0,
    )  # fmt: skip


def test_a_cent_of_rounded_tax_between_a_credit_note_and_its_invoice_is_nothing() -> None:
    world = customer()
    document(world, "crm", "deal", "D1", "C1", "2025-05-01", 3023.26, name="Roof", state="deal_won")
    bill(world, 1, date(2025, 6, 1), 3023.26)
    credit(world, 3023.25, date(2025, 6, 4))
    bill(world, 2, date(2025, 6, 9), 3023.26)
    paid(world, 1, date(2025, 6, 20), 3023.26)
    result = run(world)
    live = dict(
        result.documents.filter(result.documents["kind"] == "invoice").select("record_id", "live").iter_rows()
    )
    assert live == {"i1": False, "i2": True}
    assert {kind for kind, *_ in found_wrong(result)} <= {"deal_without_project"}


def test_of_equal_invoices_the_one_that_was_due_when_the_rest_was_paid_is_credited() -> None:
    world = customer()
    days = [date(2025, 3, 3) + timedelta(30 * month) for month in range(5)]
    for number, day in enumerate(days):
        bill(world, number, day, 5200)
        paid(world, number, day + timedelta(14), 4888.0 if number == 2 else 5200.0)
    credit(world, 312.0, days[4] + timedelta(5))
    result = run(world)
    credited = result.documents.filter(result.documents["credited"] > 0)["record_id"].to_list()
    assert credited == ["i2"]
    assert (("books", "invoice", "i2"), ("books", "payment", "p2")) in found_links(result)
    assert not found_wrong(result)


def test_a_note_that_applies_a_deposit_cancels_no_bill() -> None:
    world = customer()
    document(world, "crm", "deal", "D1", "C1", "2025-05-01", 17175.0, name="Shop", state="deal_won")
    bill(world, 1, date(2025, 5, 9), 3435.0)
    paid(world, 1, date(2025, 6, 2), 3435.0)
    bill(world, 2, date(2025, 9, 22), 17175.0)
    credit(world, 3435.0, date(2025, 9, 22))
    paid(world, 2, date(2025, 10, 25), 13740.0)
    result = run(world)
    credited = result.documents.filter(result.documents["credited"] > 0)["record_id"].to_list()
    assert credited == ["i2"]
    assert {kind for kind, *_ in found_wrong(result)} <= {"deal_without_project"}


def test_a_note_cancels_a_bill_that_nobody_paid() -> None:
    world = customer()
    document(world, "crm", "deal", "D1", "C1", "2025-05-01", 20610.0, name="Shop", state="deal_won")
    bill(world, 1, date(2025, 9, 9), 3435.0)
    bill(world, 2, date(2025, 9, 22), 17175.0)
    credit(world, 3435.0, date(2025, 9, 23))
    paid(world, 2, date(2025, 10, 25), 17175.0)
    credited = (result := run(world)).documents.filter(result.documents["credited"] > 0)
    assert credited["record_id"].to_list() == ["i1"]
