"""Customers that the golden map keeps apart, though their documents belong together."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from sot.model.run import Handoffs
from tests.handoffs.world import World, found_links, found_wrong, run

DEALS = (
    ("Warehouse", 14400, "2025-08-01"),
    ("Assessment", 2500, "2025-12-01"),
    ("Audit", 3250, "2025-12-06"),
)


def company(bills_of: str, extra: int = 40) -> World:
    """Three deals of "White & Metz", billed to `bills_of`, among other customers that are in order."""
    world = World()
    add(world, "crm", "C100", "White & Metz Inc.")
    add(world, "books", "B200", bills_of)
    for number, (name, amount, won) in enumerate(DEALS):
        document(world, "crm", "deal", f"d{number}", "C100", won, amount, name=name, state="deal_won")
        document(
            world, "books", "invoice", f"i{number}", "B200", shifted(won, 40), amount, memo=name, state="invoice_open",
            open_amount_value=float(amount), due_on=date(2027, 1, 1),
        )  # fmt: skip
    for number in range(extra):
        add(world, "crm", f"X{number}", f"Other {number}")
        add(world, "books", f"Y{number}", f"Other {number}")
        amount = 1000 + 130 * number
        won = shifted("2025-02-01", 12 * number)
        document(world, "crm", "deal", f"x{number}", f"X{number}", won, amount, state="deal_won")
        document(
            world, "books", "invoice", f"y{number}", f"Y{number}", shifted(won, 30), amount, state="invoice_open",
            open_amount_value=float(amount), due_on=date(2027, 1, 1),
        )  # fmt: skip
    return world


def shifted(day: str, days: int) -> str:
    return date.fromordinal(date.fromisoformat(day).toordinal() + days).isoformat()


def add(world: World, system: str, record_id: str, name: str) -> None:
    world.records.append(
        {"system": system, "record_id": record_id, "object": "account", "name": name,
         "status": "Customer" if system == "crm" else None,
         "department": {"crm": "crm", "tasks": "project"}.get(system, "finance")}
    )  # fmt: skip


def document(
    world: World,
    system: str,
    kind: str,
    record_id: str | None,
    customer: str,
    day: str,
    amount: float,
    **more: Any,
) -> None:
    world.documents.append(
        {"system": system, "object": kind, "record_id": record_id, "customer_id": customer, "currency": "EUR",
         "dated_on": date.fromisoformat(day), "amount_value": float(amount), **more}
    )  # fmt: skip


def of_the_three(result: Handoffs) -> set[tuple[str, str]]:
    return {(l[2], r[2]) for l, r in found_links(result) if l[2].startswith("d")}  # noqa: E741


def test_deals_are_billed_to_a_customer_of_another_name_if_their_amounts_say_so() -> None:
    result = run(company("Cyrroform Ltd"))
    assert of_the_three(result) == {("d0", "i0"), ("d1", "i1"), ("d2", "i2")}
    assert found_wrong(result) == set()
    names = result.links.filter(pl.col("record_id_l") == "d0")
    assert names["golden_id"].to_list() == ["200"]


def test_of_two_customers_of_one_group_each_has_what_the_other_lacks() -> None:
    world = company("White Metz Services", extra=12)
    for number, (_, _, won) in enumerate(DEALS[:1]):
        add(world, "tasks", "T300", "White Metz Works")
        world.documents.append(
            {"system": "tasks", "object": "project", "record_id": f"p{number}", "customer_id": "T300",
             "name": "Customer project", "started_on": date.fromisoformat(shifted(won, 10)), "state": "project_open"}
        )  # fmt: skip
    assert ("d0", "p0") not in of_the_three(run(world))
    assert ("d0", "p0") in of_the_three(run(world, related=[("100", "300")]))


def test_one_amount_that_agrees_proves_nothing() -> None:
    world = company("Cyrroform Ltd")
    world.documents = [one for one in world.documents if one["record_id"] not in ("d1", "d2", "i1", "i2")]
    for one in world.documents:
        one.pop("memo", None)
        one.pop("name", None)
    assert of_the_three(run(world)) == set()
