"""What systems write around names is learned from the other systems, and nothing else is taken off."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sot import normalise
from sot.rules import Rulebook
from tests.normalise.making import records

FIRMS = [
    "Miller Roofing Ltd", "Acme Corp.", "Borealis Dental", "Quintana & Sons", "Zephyr Bakery GmbH",
    "Hollow Creek Farms", "Tidewater Marine", "Okafor Legal LLP", "Lindqvist Papper AB", "Ramos Tiles",
]  # fmt: skip


def _normalised(crm: list[str], erp: list[str], ids: list[str] | None = None) -> pl.DataFrame:
    rows = [{"system": "crm", "name": name} for name in crm]
    if ids is not None:
        rows = [row | {"record_id": own} for row, own in zip(rows, ids, strict=True)]
    rows += [{"system": "erp", "name": name, "record_id": f"e{i}"} for i, name in enumerate(erp)]
    return normalise.normalise(records(rows), Rulebook(None)).filter(pl.col("system") == "crm")


@pytest.mark.parametrize(
    ("written", "habit"),
    [
        ("{name} - {number}", "- {number}"),
        ("{name} (C{number})", "(C{number})"),
        ("{name}-{number}", "-{number}"),
        ("{name} NET 30", "NET 30"),
        ("{name} / EMEA", "/ EMEA"),
        ("{name} [Retail]", "[Retail]"),
        ("{name} DL-,{number}", "DL-,{number}"),
        ("{number} - {name}", "{number} -"),
        ("{number}-{name}", "{number}-"),
        ("CUST {name}", "CUST"),
        ("All Customers:{name}", "All Customers:"),
    ],
)
def test_what_one_system_writes_around_its_names_is_taken_off(written: str, habit: str) -> None:
    names = [written.format(name=name, number=10_000 + 7 * i) for i, name in enumerate(FIRMS)]
    found, plain = _normalised(names, FIRMS), _normalised(FIRMS, FIRMS)
    assert found["n_name"].to_list() == plain["n_name"].to_list()
    assert found["n_legal"].to_list() == plain["n_legal"].to_list()
    assert found["n_habit"].to_list() == [habit.format(number=10_000 + 7 * i) for i in range(len(FIRMS))]
    assert found["name"].to_list() == names
    assert plain["n_habit"].null_count() == len(FIRMS)


def test_two_systems_that_number_their_names_each_are_seen_through() -> None:
    crm = [f"{name} - {10_000 + i}" for i, name in enumerate(FIRMS)]
    erp = [f"K{500 + 3 * i} {name}" for i, name in enumerate(FIRMS)]
    assert _normalised(crm, erp)["n_name"].to_list() == _normalised(FIRMS, FIRMS)["n_name"].to_list()


def test_the_id_of_the_record_itself_is_no_part_of_its_name() -> None:
    ids = [f"A{i}x{i * i}Q" for i in range(len(FIRMS))]
    names = [f"{name} {own}" for name, own in zip(FIRMS, ids, strict=True)]
    assert _normalised(names, [], ids)["n_habit"].to_list() == ids
    assert _normalised(FIRMS, [], ids)["n_habit"].null_count() == len(FIRMS)


@pytest.mark.parametrize(
    ("crm", "erp"),
    [
        # The other system has the whole names too: these are what the companies are called.
        ([f"{name} Services" for name in FIRMS], [*FIRMS, *(f"{name} Services" for name in FIRMS)]),
        # The system has the names without it as well: it keeps two companies apart.
        ([*FIRMS, *(f"{name} Holdings" for name in FIRMS)], FIRMS),
        # The stores of a chain.
        ([f"Corner Shop {i}" for i in range(100, 140)], ["Corner Shop", *FIRMS]),
        # Nobody else knows the names at all.
        ([f"{name} - {10_000 + i}" for i, name in enumerate(FIRMS)], ["Somebody Else", "And Another One"]),
        # Legal forms are no habit.
        ([f"{name.removesuffix(' Ltd')} Inc" for name in FIRMS], FIRMS),
        # Too few to be a habit.
        ([*FIRMS[4:], *(f"{name} (Retail)" for name in FIRMS[:4])], FIRMS),
    ],
)
def test_what_may_be_a_part_of_names_stays(crm: list[str], erp: list[str]) -> None:
    found = _normalised(crm, erp)
    assert found["n_habit"].null_count() == found.height


@settings(max_examples=10)
@given(st.permutations(range(len(FIRMS))), st.permutations(range(len(FIRMS))))
def test_the_order_of_the_rows_does_not_matter(first: list[int], second: list[int]) -> None:
    crm = [f"{FIRMS[i]} - {10_000 + i}" if i % 3 else f"{FIRMS[i]} NET {i}" for i in first]
    found = _normalised(crm, [FIRMS[i] for i in second])
    assert set(found["n_habit"]) == {f"- {10_000 + i}" for i in range(10) if i % 3} | {None}


def test_a_run_says_what_it_took_off() -> None:
    names = [f"{name} - {10_000 + i}" for i, name in enumerate(FIRMS)]
    said = normalise.habits(_normalised(names, FIRMS))
    assert said == {
        "crm": "10 names are compared without what crm writes around them, "
        "e.g. 'Miller Roofing Ltd - 10000' without '- 10000'"
    }


def test_numbers_of_few_names_are_those_of_sites() -> None:
    lodges = ["Elks Lodge", "Burger Barn", "Kita Sonne", "Fonds Aurora", "Local Union", "Marina Tower"]
    crm = [
        *(f"{name} {i + 4}" for i, name in enumerate(lodges)),
        *(f"Firm Number{i:02x} Co" for i in range(20)),
    ]
    erp = [*(f"{name} {i + 7}" for i, name in enumerate(lodges)), *FIRMS]
    assert _normalised(crm, erp)["n_habit"].null_count() == len(crm)
