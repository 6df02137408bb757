"""Addresses in several columns ("Address 1", "Address 2"): further lines belong to the first."""

from __future__ import annotations

from collections.abc import Sequence

from sot.read.columns.cell_patterns import sample
from sot.read.columns.headers import Recipe
from sot.read.columns.infer_fields import Guesser
from sot.read.columns.table import Table
from sot.read.columns.without_header import HOUSE

_NUMBERS = {
    "line1": 1, "line2": 2, "line3": 3, "line4": 4, "line5": 5,
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5,
}  # fmt: skip
_HOUSES = (frozenset(("house", "number")), frozenset(("street", "number")), frozenset(("house",)))
_NUMBER = frozenset(("number",))
_MOST, _FEW_NUMBERS = 0.8, 0.3
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
    first, stem = _numbered(words.tokens(street.columns[0]))
    addresses = _addresses(table, guesser, stem)
    house = _house_number(table, street.columns[0], free, guesser)
    if house is not None:
        fields["street"] = Recipe((street.columns[0], house), "join")
        return
    further: dict[int, str] = {}
    for column in free:
        number, mine = _numbered(words.tokens(column))
        same = mine == stem and number > max(first, 1) and number not in addresses
        if same and table.frame[column].null_count() < table.frame.height:
            further.setdefault(number, column)
    if further:
        columns = (street.columns[0], *(further[number] for number in sorted(further)))
        fields["street"] = Recipe(columns, "join")


def _house_number(table: Table, street: str, free: Sequence[str], guesser: Guesser) -> str | None:
    """Give the column of house numbers beside streets that have none: called so, or a plain number right behind."""
    streets = sample(table.frame[street])
    if not streets.len() or int(streets.str.contains(r"\d").sum()) > _FEW_NUMBERS * streets.len():
        return None
    order = table.columns
    behind = order[order.index(street) + 1 :][:1] if street in order else []
    words = guesser.vocabulary
    for column in free:
        mine = frozenset(words.tokens(column))
        if mine not in _HOUSES and not (column in behind and mine == _NUMBER):
            continue
        numbers = sample(table.frame[column])
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
