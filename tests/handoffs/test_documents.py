"""What the documents of a run are taken for: the currency of amounts without one, and of two lists the fuller one."""

from __future__ import annotations

from datetime import date

import polars as pl

from tests.handoffs.test_apart import document
from tests.handoffs.test_recurring import customer
from tests.handoffs.world import World, run


def _documents(world: World, **wanted: str) -> pl.DataFrame:
    return run(world).documents.filter(**wanted).sort("record_id")


def test_where_most_amounts_have_no_currency_the_few_that_have_one_are_foreign() -> None:
    world = customer()
    for number in range(1, 4):
        day = f"2025-0{number}-01"
        document(
            world, "crm", "deal", f"D{number}", "C1", day, 700.0 * number, currency="DKK", state="deal_won"
        )
        document(world, "books", "invoice", f"I{number}", "B1", day, 700.0 * number, currency=None)
    document(world, "books", "invoice", "I9", "B1", "2025-04-01", 99.0, currency="EUR")
    assert _documents(world, kind="invoice")["currency"].to_list() == ["DKK", "DKK", "DKK", "EUR"]


def test_where_no_document_has_a_currency_that_of_the_bi_figures_is_taken() -> None:
    world = customer()
    document(world, "crm", "deal", "D1", "C1", "2025-01-01", 700.0, currency=None, state="deal_won")
    document(world, "books", "invoice", "I1", "B1", "2025-02-01", 700.0, currency=None)
    document(world, "bi", "bi_table", None, "B1", "2025-02-28", 700.0, currency="EUR", name="Revenue")
    assert _documents(world)["currency"].unique().to_list() == ["EUR"]


def test_a_list_of_projects_holds_before_the_hours_that_name_them() -> None:
    world = customer()
    document(world, "crm", "deal", "D1", "C1", "2025-04-20", 900.0, state="deal_won")
    document(world, "books", "project", "P1", "B1", "2025-05-02", 0.0, source="a.csv")
    done = {"state": "project_done", "planned_end_on": date(2025, 6, 1)}
    document(world, "books", "project", "P1", "B1", "2025-05-01", 900.0, source="b.csv", **done)
    assert _documents(world, kind="project")["state"].to_list() == ["project_done"]


def test_payments_without_ids_in_several_sheets_and_folders_are_each_their_own() -> None:
    world = customer()
    document(world, "books", "invoice", "I1", "B1", "2025-01-01", 300.0)
    for source, sheet in (
        ("in/r.xlsx", "Jan"),
        ("in/r.xlsx", "Feb"),
        ("in/a/x.csv", None),
        ("in/b/x.csv", None),
    ):
        document(world, "books", "payment", None, "B1", "2025-02-01", 50.0, source=source, sheet=sheet, row=2)
    assert _documents(world, kind="payment")["record_id"].to_list() == [
        "in/a/x.csv#2", "in/b/x.csv#2", "r.xlsx [Feb]#2", "r.xlsx [Jan]#2",
    ]  # fmt: skip
