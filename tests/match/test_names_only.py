"""Lists of names alone: which equal names need a person, and which do not."""

from __future__ import annotations

import pytest

from sot.match import match
from sot.rules import Rulebook
from tests.match.making import crowd, records

OTHERS = [
    {key: row[key] for key in ("system", "record_id", "name")}
    for row in crowd(400)
    if int(row["record_id"][1:]) % 2
]


def bands(*sides: tuple[str, str], more: dict[str, str] | None = None) -> list[str]:
    """Give the bands of the pairs of `sides` (system, name), in a list of names and, with `more`, of other columns."""
    rows = [
        {"system": system, "record_id": f"Z{at}", "name": name} | (more or {})
        for at, (system, name) in enumerate(sides)
    ]
    table = records([*OTHERS, *rows])
    of = table.filter(table["record_id"].str.starts_with("Z"))["uid"]
    pairs = match(table, Rulebook()).pairs
    return pairs.filter(pairs["uid_l"].is_in(of.implode()) & pairs["uid_r"].is_in(of.implode()))[
        "band"
    ].to_list()


@pytest.mark.parametrize(
    "name, other",
    [
        ("Zarquellith Brewing Ltd", "ZARQUELLITH BREWING LIMITED"),
        ("Zarquellith Brewing Ltd", "Zarquellith Brewing"),
        ("Premium Building Services Ltd", "Premium Building Services Limited"),
        ("First Software Ltd", "FIRST SOFTWARE LIMITED"),
        ("Zarquellith Vondremark Brewing", "Zarquellith Vondremark Brewing"),
    ],
)
def test_a_whole_name_that_each_of_two_systems_has_once_needs_no_person(name: str, other: str) -> None:
    assert bands(("crm", name), ("books", other)) == ["auto"]


@pytest.mark.parametrize("name", ["Hotel Central", "Grand Hotel"])
def test_common_words_without_a_legal_form_are_asked_about(name: str) -> None:
    assert bands(("crm", name), ("books", name)) in (["doubt"], ["apart"])


def test_a_name_that_one_system_has_twice_is_asked_about() -> None:
    twice = bands(*(("crm", "Zarquellith Brewing Ltd"),) * 2, ("books", "Zarquellith Brewing Ltd"))
    assert twice
    assert "auto" not in twice


def test_beside_records_that_tell_more_names_that_tell_no_more_mention_one_customer() -> None:
    address = {"street": "3 Mill Lane", "city": "Derby", "country": "GB", "phone": "+44 1332 496130"}
    both = bands(("crm", "Zarquellith Brewing Ltd"), ("books", "Zarquellith Brewing Ltd"), more=address)
    assert both == ["auto"]
