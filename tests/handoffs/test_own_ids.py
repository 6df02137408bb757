"""Documents that share a number: parts of one, the same one twice, or different ones; none is lost."""

from __future__ import annotations

from datetime import date
from random import Random

import polars as pl
import pytest

from tests.handoffs.test_apart import document
from tests.handoffs.test_recurring import customer
from tests.handoffs.world import World, run

Row = tuple[str, str, float]
"""Number, day, amount."""


def listed(rows: list[Row], kind: str = "invoice", **more: list[object]) -> World:
    world = customer()
    for place, (number, day, amount) in enumerate(rows):
        values = {name: each[place] for name, each in more.items()}
        document(
            world,
            "books",
            kind,
            number,
            "B1",
            day,
            amount,
            number=number,
            source="a.csv",
            row=place + 2,
            **values,
        )
    return world


def kept(world: World, kind: str = "invoice") -> list[tuple[str, float]]:
    return list(
        run(world).documents.filter(kind=kind).sort("record_id").select("record_id", "total").iter_rows()
    )


def test_numbers_that_begin_again_each_year_are_different_invoices() -> None:
    world = listed([("1", "2025-01-10", 100.0), ("2", "2025-01-11", 70.0), ("1", "2026-01-10", 100.0)])
    assert kept(world) == [("1", 100.0), ("1#2", 100.0), ("2", 70.0)]


def test_instalments_of_one_invoice_all_count_and_none_is_a_duplicate() -> None:
    due = [date(2026, month, 1) for month in (2, 3, 4)]
    world = listed([("7", "2026-01-10", 250.0)] * 3, due_on=due)
    assert kept(world) == [("7", 250.0), ("7#2", 250.0), ("7#3", 250.0)]
    assert run(world).documents["duplicate"].drop_nulls().is_empty()


def test_lines_of_an_invoice_all_count_even_those_that_are_equal() -> None:
    rows = [("7", "2026-01-10", amount) for amount in (300.0, 80.0, 80.0)]
    assert [total for _, total in kept(listed(rows))] == [80.0, 80.0, 300.0]


def test_each_row_of_a_payment_is_what_one_invoice_gets() -> None:
    rows = [("P1", "2026-02-01", 640.0), ("P1", "2026-02-01", 460.0)]
    world = listed(rows, "payment", invoice_ref=["I1", "I2"])
    assert sorted(total for _, total in kept(world, "payment")) == [460.0, 640.0]


def test_a_total_that_each_line_repeats_counts_once_and_a_note_says_so() -> None:
    world = listed([("7", "2026-01-10", 250.0)] * 3 + [("8", "2026-01-11", 90.0)] * 2)
    result = run(world)
    assert kept(world) == [("7", 250.0), ("8", 90.0)]
    note = "3 rows of invoices of books counted once with another row of the same document"
    assert note in result.figures["notes"]


def test_what_two_lists_have_with_another_day_or_amount_is_one_invoice() -> None:
    world = customer()
    document(world, "books", "invoice", "7", "B1", "2026-01-10", 250.0, number="7", source="a.csv", row=2)
    document(world, "books", "invoice", "7", "B1", "2026-01-12", 250.0, number="7", source="b.csv", row=2)
    document(world, "books", "invoice", "8", "B1", "2025-01-10", 90.0, number="8", source="a.csv", row=3)
    document(world, "books", "invoice", "8", "B1", "2026-01-10", 120.0, number="8", source="b.csv", row=3)
    assert [name for name, _ in kept(world)] == ["7", "8", "8#2"]


def test_deals_without_ids_that_share_a_name_are_different_ones() -> None:
    world = customer()
    for day, amount in (("2024-05-01", 900.0), ("2025-05-01", 950.0)):
        document(
            world, "crm", "deal", None, "C1", day, amount, name="Renewal", state="deal_won", source="d.csv"
        )
    assert kept(world, "deal") == [("Renewal", 900.0), ("Renewal#2", 950.0)]


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_rows_and_files_never_matters(seed: int) -> None:
    rows = [("1", f"202{year}-01-10", 100.0 * part) for year in range(4) for part in (1, 2)] + [
        ("2", "2025-03-01", 9.0)
    ] * 2
    world = listed(rows)
    right = run(world).documents.select(pl.exclude("doc"))
    Random(seed).shuffle(world.documents)
    assert run(world).documents.select(pl.exclude("doc")).equals(right)
