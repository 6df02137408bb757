"""A column that is called a country but holds counties or states (Cty, Land, Estado) is the region."""

from __future__ import annotations

from collections.abc import Callable

from sot.read.columns.cell_patterns import sample_of
from sot.read.columns.headers import Recipe, fold, words
from sot.read.columns.table import Table

_LOOKED = 400
_CODE = r"^\p{Lu}{2,3}$"
_SHORT = 0.5
_MOST = 0.5
_DOUBTFUL = frozenset(
    (
        "country",
        "countries",
        "cty",
        "ctry",
        "county",
        "land",
        "lander",
        "estado",
        "stat",
        "state",
        "st",
        "region",
    )
)
"""Words that mean a country in one language or short form, and a part of one in another."""


def settle_country(table: Table, fields: dict[str, Recipe], countries: Callable[[], frozenset[str]]) -> None:
    """Take the column for the region where most of its cells are neither codes nor names of countries.

    `countries` gives the folded names of all countries; it is asked for where cells are more than codes.
    """
    country = fields.get("country")
    if country is None or country.how != "one" or "region" in fields or table.shape is not None:
        return
    if _DOUBTFUL.isdisjoint(words(country.columns[0])):
        return
    values = sample_of(table.frame, country.columns[0]) if country.columns[0] in table.frame.columns else None
    filled = values.filter(values != "") if values is not None else None
    if filled is None or not filled.len() or int(filled.str.contains(_CODE).sum()) >= _SHORT * filled.len():
        return
    looked = filled.gather_every(filled.len() // _LOOKED + 1).to_list()
    known = countries()
    if sum(fold(cell) in known or "".join(words(cell)) in known for cell in looked) < _MOST * len(looked):
        fields["region"] = fields.pop("country")
        table.source.confidence["region"] = table.source.confidence.pop("country", _MOST)
