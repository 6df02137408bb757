"""Properties of the handoffs: what holds for any company, whatever went wrong in it."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from sot.model.run import Handoffs
from tests.handoffs.world import Maker, Style, World, found_wrong, run

Document = dict[str, Any]

styles = st.builds(
    Style,
    customers=st.integers(1, 5),
    references=st.sampled_from([0.0, 0.5, 1.0]),
    names=st.sampled_from([0.0, 0.8]),
    gives_net=st.booleans(),
    tax=st.sampled_from([0.0, 0.19]),
    defects=st.sampled_from([0.0, 0.5, 1.0]),
)


@settings(max_examples=6, deadline=None, derandomize=True)
@given(styles, st.integers(0, 10_000))
def test_no_document_is_linked_to_more_than_it_amounts_to(style: Style, seed: int) -> None:
    result = run(Maker(style, seed).make())
    kinds = pl.concat_str("object_l", "object_r", separator="_")
    links = result.links.filter(pl.col("amount").is_not_null()).with_columns(pair=kinds)
    worth = result.documents.select(
        "system", "object", "record_id", net=pl.coalesce("net", "total"), total="total"
    )
    for end in ("l", "r"):
        key = [f"{name}_{end}" for name in ("system", "object", "record_id")]
        linked = links.group_by(*key, "pair").agg(pl.col("amount").sum())
        both = linked.join(worth, left_on=key, right_on=["system", "object", "record_id"])
        most = pl.when(pl.col("pair") == "invoice_payment").then("total").otherwise("net")
        assert both.filter(pl.col("amount") > most + 0.005).is_empty()
    assert links.filter(pl.col("amount") < 0).is_empty()


@settings(max_examples=6, deadline=None, derandomize=True)
@given(styles, st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_the_order_of_rows_and_files_does_not_matter(style: Style, seed: int, chance: random.Random) -> None:
    world = Maker(style, seed).make()
    other = World(list(world.documents), list(world.records))
    chance.shuffle(other.documents)
    chance.shuffle(other.records)
    one, two = run(world), run(other)
    assert one.links.equals(two.links)
    assert one.exceptions.equals(two.exceptions)
    assert one.figures == two.figures


def chain(customer: int) -> dict[str, Document]:
    """Give the documents of one customer with whom all is well: won, started, billed, delivered and paid."""
    amount = 1000.0 + 370 * customer
    own = {"currency": "EUR"}
    return {
        "deal": {"object": "deal", "record_id": f"D{customer}", "system": "crm", "state": "deal_won",
                 "amount_value": amount, "dated_on": date(2026, 1, 5), "created_on": date(2025, 11, 1), **own},
        "project": {"object": "project", "record_id": f"P{customer}", "system": "tasks", "state": "project_done",
                    "started_on": date(2026, 1, 12), "ended_on": date(2026, 3, 1), "deal_ref": f"D{customer}"},
        "invoice": {"object": "invoice", "record_id": f"I{customer}", "system": "books", "state": "invoice_paid",
                    "amount_value": amount, "net_value": amount, "open_amount_value": 0.0, "deal_ref": f"D{customer}",
                    "dated_on": date(2026, 3, 3), "due_on": date(2026, 4, 2), **own},
        "payment": {"object": "payment", "record_id": f"Z{customer}", "system": "books", "state": "payment",
                    "amount_value": amount, "dated_on": date(2026, 3, 30), "invoice_ref": f"I{customer}", **own},
    }  # fmt: skip


def change(name: str, **cells: Any) -> Callable[[dict[str, Document]], None]:
    return lambda documents: documents[name].update(cells)


def scale(name: str, share: float) -> Callable[[dict[str, Document]], None]:
    def cut(documents: dict[str, Document]) -> None:
        whole = documents[name]["amount_value"]
        documents[name]["amount_value"] = round(share * whole, 2)
        if name == "invoice":
            documents[name]["net_value"] = documents["payment"]["amount_value"] = round(share * whole, 2)
        elif share < 1:
            documents["invoice"] |= {
                "state": "invoice_open",
                "open_amount_value": round((1 - share) * whole, 2),
            }

    return cut


def unpaid(documents: dict[str, Document]) -> None:
    del documents["payment"]
    documents["invoice"] |= {
        "state": "invoice_open",
        "open_amount_value": documents["invoice"]["amount_value"],
    }


def unbilled(documents: dict[str, Document]) -> None:
    del documents["payment"], documents["invoice"]


def still_open(documents: dict[str, Document]) -> None:
    documents["invoice"] |= {
        "state": "invoice_open",
        "open_amount_value": documents["invoice"]["amount_value"],
    }


def lost(documents: dict[str, Document]) -> None:
    documents["deal"]["state"] = "deal_lost"
    del documents["project"]


CAUSES: dict[str, Callable[[dict[str, Document]], None]] = {
    "deal_without_project": lambda documents: documents.pop("project") and None,
    "late_kickoff": change("project", started_on=date(2026, 2, 20)),
    "project_before_win": change("project", started_on=date(2025, 12, 20)),
    "delivered_not_invoiced": unbilled,
    "cancelled_but_invoiced": change("project", state="project_cancelled"),
    "underbilled": scale("invoice", 0.7),
    "overbilled": scale("invoice", 1.3),
    "billed_not_won": lost,
    "overdue": unpaid,
    "short_paid": scale("payment", 0.6),
    "overpaid": scale("payment", 1.4),
    "paid_but_open": still_open,
    "currency_mismatch": lambda documents: [
        documents[name].update(currency="USD") for name in ("invoice", "payment")
    ] and None,
}  # fmt: skip
"""What goes wrong with a chain, by the one kind that it is reported as."""


AROUND = (-400, -300, -200, -100, 0, 60, 120, 200)
"""The days by which the chains of customers in order are shifted: the exports cover what is judged, and projects are
kept for most deals."""


def shift(documents: dict[str, Document], days: int) -> None:
    for document in documents.values():
        document |= {
            name: value + timedelta(days=days) for name, value in document.items() if isinstance(value, date)
        }


def company(causes: list[str | None]) -> Handoffs:
    world = World()
    for customer, cause in enumerate([*([None] * len(AROUND)), *causes]):
        documents = chain(customer)
        if customer < len(AROUND):
            shift(documents, AROUND[customer])
        if cause is not None:
            CAUSES[cause](documents)
        for system, department in (("crm", "crm"), ("tasks", "project"), ("books", "finance")):
            record_id = f"{system[0].upper()}{customer}"
            world.records.append(
                {"system": system, "record_id": record_id, "object": "account", "department": department,
                 "name": f"Customer number {customer}", "status": "Customer" if system == "crm" else None}
            )  # fmt: skip
        for document in documents.values():
            world.documents.append(document | {"customer_id": f"{document['system'][0].upper()}{customer}"})
    return run(world)


def reported(result: Handoffs) -> set[tuple[str, str]]:
    return {(record_id[1:], kind) for kind, _, _, record_id in found_wrong(result)}


@settings(max_examples=4, deadline=None, derandomize=True)
@given(st.data())
def test_without_its_cause_an_exception_is_gone_and_no_other(data: st.DataObject) -> None:
    causes = data.draw(st.lists(st.sampled_from([None, *sorted(CAUSES)]), min_size=1, max_size=6))
    before = reported(company(list(causes)))
    assert before == {
        (str(place + len(AROUND)), cause) for place, cause in enumerate(causes) if cause is not None
    }
    wrong = [place for place, cause in enumerate(causes) if cause is not None]
    for place in wrong[:1]:
        after = reported(company([None if at == place else cause for at, cause in enumerate(causes)]))
        assert (before - after, after - before) == ({(str(place + len(AROUND)), causes[place])}, set())
