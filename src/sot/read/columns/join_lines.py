"""Addresses and names in several columns ("Address 1", "Address 2"): further lines belong to the first."""

from __future__ import annotations

from collections.abc import Sequence

from sot.read.columns.cell_patterns import sample_of
from sot.read.columns.headers import Recipe, of_name
from sot.read.columns.infer_fields import Guesser
from sot.read.columns.table import Table
from sot.read.columns.without_header import HOUSE

_NUMBERS = {
    "line1": 1, "line2": 2, "line3": 3, "line4": 4, "line5": 5,
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5,
}  # fmt: skip
_HOUSES = (frozenset(("house", "number")), frozenset(("street", "number")), frozenset(("house",)))
_NUMBER = frozenset(("number",))
_MOST, _FEW_NUMBERS, _REPEATED = 0.8, 0.3, 0.5
_PLACES = ("city", "postcode", "region", "country")

Tokens = tuple[str, ...]


def take_lines(table: Table, fields: dict[str, Recipe], free: Sequence[str], guesser: Guesser) -> None:
    """Join the further lines of a street to the column that is its first line.

    A number that a town or postcode has too ("Address 2 Street", "Address 2 City") counts addresses, not lines.
    """
    street = fields.get("street")
    if street is None or street.how != "one":
        return
    words = guesser.vocabulary
    _, stem = _numbered(words.tokens(street.columns[0]))
    addresses = _addresses(table, guesser, stem)
    house = _house_number(table, street.columns[0], free, guesser)
    if house is not None:
        fields["street"] = Recipe((street.columns[0], house), "join")
        return
    further = {
        number: column
        for number, column in _further(table, street.columns[0], free, guesser).items()
        if number not in addresses
    }
    _join(fields, "street", further)


def take_name_lines(table: Table, fields: dict[str, Recipe], free: Sequence[str], guesser: Guesser) -> None:
    """Join the further columns of an account's name ("Name 1", "Name 2") to the first.

    A second line has what no longer fits the first, a department, a trade or a branch. Programs call it so whose names
    are limited in length; where it repeats the first, it is left out.
    """
    name = fields.get("name")
    if table.source.object != "account" or name is None or name.how != "one":
        return
    cells = table.frame[name.columns[0]]
    further = {
        number: column
        for number, column in _further(table, name.columns[0], free, guesser).items()
        if int((table.frame[column] == cells).sum()) <= _REPEATED * table.frame[column].count()
    }
    _join(fields, "name", further)
    fields["name"] = of_name(fields["name"])


def _further(table: Table, first: str, free: Sequence[str], guesser: Guesser) -> dict[int, str]:
    """Give the filled columns that are called as the first line is but for their number, by that number."""
    words = guesser.vocabulary
    own, stem = _numbered(words.tokens(first))
    further: dict[int, str] = {}
    for column in free:
        number, mine = _numbered(words.tokens(column))
        if mine == stem and number > max(own, 1) and table.frame[column].count():
            further.setdefault(number, column)
    return further


def _join(fields: dict[str, Recipe], field: str, further: dict[int, str]) -> None:
    if further:
        columns = (*fields[field].columns, *(further[number] for number in sorted(further)))
        fields[field] = Recipe(columns, "join")


def _house_number(table: Table, street: str, free: Sequence[str], guesser: Guesser) -> str | None:
    """Give the column of house numbers beside streets that have none: called so, or a plain number right behind."""
    streets = sample_of(table.frame, street)
    if not streets.len() or int(streets.str.contains(r"\d").sum()) > _FEW_NUMBERS * streets.len():
        return None
    order = table.columns
    behind = order[order.index(street) + 1 :][:1] if street in order else []
    words = guesser.vocabulary
    for column in free:
        mine = frozenset(words.tokens(column))
        if mine not in _HOUSES and not (column in behind and mine == _NUMBER):
            continue
        numbers = sample_of(table.frame, column)
        if numbers.len() and int(numbers.str.contains(HOUSE).sum()) >= _MOST * numbers.len():
            return column
    return None


def _numbered(tokens: Tokens) -> tuple[int, Tokens]:
    """Give the last number in a header, 0 if there is none, and its other words."""
    place = next((i for i in reversed(range(len(tokens))) if tokens[i] in _NUMBERS), None)
    if place is None:
        return 0, tokens
    return _NUMBERS[tokens[place]], (*tokens[:place], *tokens[place + 1 :])


def _addresses(table: Table, guesser: Guesser, stem: Tokens) -> frozenset[int]:
    """Give the numbers that the headers of towns, postcodes, regions and countries carry, not of lines (`stem`)."""
    words = guesser.vocabulary
    named = {
        frozenset(words.tokens(phrase)) for part in _PLACES for phrase in guesser.rules.fields[part].words
    }
    numbers = set()
    for column in table.columns:
        number, rest = _numbered(words.tokens(column))
        if number > 1 and rest != stem and any(phrase and phrase <= frozenset(rest) for phrase in named):
            numbers.add(number)
    return frozenset(numbers)
