"""Father and son, Mr and Mrs: persons of one house and telephone are asked about, not joined."""

from __future__ import annotations

import pytest

from sot.match import match
from sot.rules import Rulebook
from tests.match.making import crowd, records

HOME = {"street": "12 Elm Row", "city": "Derby", "country": "GB", "phone": "+44 1332 496101"}


def joined(left: str, right: str) -> str:
    """Give the band of two records of one house and telephone, among other customers."""
    rows = [
        HOME | {"system": system, "record_id": f"Z{system}", "name": name}
        for system, name in (("crm", left), ("books", right))
    ]
    table = records([*crowd(400), *rows])
    of = table.filter(table["record_id"].str.starts_with("Z"))["uid"]
    pairs = match(table, Rulebook()).pairs
    both = pairs.filter(pairs["uid_l"].is_in(of.implode()) & pairs["uid_r"].is_in(of.implode()))
    return str(both["band"][0]) if both.height else "apart"


@pytest.mark.parametrize(
    "left, right",
    [
        ("Harald Quist", "Harald Quist Jr"),
        ("Robert Vandermole Sr", "Robert Vandermole"),
        ("Josef Kalmund", "Josef Kalmund jun."),
        ("João Silvestrin Filho", "João Silvestrin"),
        ("Jean Delmotier fils", "Jean Delmotier"),
        ("Anna and Piet Gossem", "Anna Gossem"),
    ],
)
def test_father_and_son_of_one_house_and_telephone_are_not_joined_without_a_question(
    left: str, right: str
) -> None:
    assert joined(left, right) in ("doubt", "apart")


@pytest.mark.parametrize(
    "left, right",
    [("Robert Zellwig Sr.", "Robert Zellwig Jr."), ("Jean Delbrouck père", "Jean Delbrouck fils")],
)
def test_two_generations_are_two_persons(left: str, right: str) -> None:
    assert joined(left, right) == "apart"


@pytest.mark.parametrize("name", ["Harald Quist Jr", "Senior Quarrelby Care Ltd"])
def test_one_name_is_one_customer(name: str) -> None:
    assert joined(name, name.upper()) == "auto"
