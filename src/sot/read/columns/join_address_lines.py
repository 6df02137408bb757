"""Addresses in several columns ("Address 1", "Address 2"): the further lines belong to the first."""

from __future__ import annotations

from collections.abc import Sequence

from sot.read.columns.headers import Recipe
from sot.read.columns.infer_fields import Guesser
from sot.read.columns.table import Table

_NUMBERS = ("line1", "line2", "line3", "line4", "line5")


def take_lines(table: Table, fields: dict[str, Recipe], free: Sequence[str], guesser: Guesser) -> None:
    """Join the further lines of a street to the column that is its first line."""
    street = fields.get("street")
    if street is None or street.how != "one":
        return
    bag = guesser.vocabulary.tokens(street.columns[0])
    stem = frozenset(bag) - {"line1"}
    further: dict[int, str] = {}
    for column in free:
        mine = frozenset(guesser.vocabulary.tokens(column))
        number = next((i for i, word in enumerate(_NUMBERS) if i and word in mine), None)
        same = number is not None and mine - {_NUMBERS[number]} == stem
        if same and number is not None and table.frame[column].null_count() < table.frame.height:
            further.setdefault(number, column)
    if further:
        columns = (street.columns[0], *(further[number] for number in sorted(further)))
        fields["street"] = Recipe(columns, "join")
