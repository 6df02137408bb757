"""Columns that say of each row whether it is a person or a company: by kinds in words, or by yes and no."""

from __future__ import annotations

import re
from collections.abc import Iterable

import polars as pl

from sot.read.columns.headers import words
from sot.rules.systems import UnknownRules

_LOOKED, _KINDS = 2_000, 40
"""A column of kinds has few values."""
_IS = frozenset(("is", "er", "ist", "es", "est", "e", "jest", "je", "on", "is", "flag"))
_PREFIX = 4
"""So many letters a program may put before the names of its columns: GWISCOMPANY."""

Kinds = tuple[str, list[str], list[str]]
"""A column, its values for persons and those for companies."""


def said(phrases: Iterable[str]) -> frozenset[str]:
    """Give phrases of the rules in the form in which the words of cells are compared with them."""
    return frozenset(" ".join(words(phrase)) for phrase in phrases)


def is_flag(cells: pl.Series, rules: UnknownRules) -> bool:
    """Tell a column of yes and no."""
    values = cells.drop_nulls().head(_LOOKED).str.strip_chars().str.to_lowercase().unique()
    return values.len() > 0 and bool(values.is_in([*rules.yes, *rules.no]).all())


def kind_of_party(frame: pl.DataFrame, rules: UnknownRules) -> Kinds | None:
    """Give the column that says of each row whether it is a person or a company, and its values for both."""
    person, company = said(rules.parties["person"]), said(rules.parties["company"])
    for column in frame.columns:
        cells = frame[column]
        values = cells.drop_nulls() if cells.dtype == pl.String else pl.Series(dtype=pl.String)
        if not values.len() or values.head(_LOOKED).n_unique() > _KINDS:
            continue
        different = {value: " ".join(words(value)) for value in values.unique()[:_KINDS]}
        persons = [value for value, text in different.items() if text in person]
        companies = [value for value, text in different.items() if text in company]
        if persons and companies and len(persons) + len(companies) >= len(different):
            return column, persons, companies
        flagged = _by_flag(column, different, rules, _party(column, person), _party(column, company))
        if flagged is not None:
            return flagged
    return None


def _party(column: str, parties: frozenset[str]) -> bool:
    """Tell a header that is called no more than a party: is_organisation, Er privatperson, GWISCOMPANY."""
    mine = [word for word in words(column) if word not in _IS]
    if len(mine) != 1:
        return False
    return mine[0] in parties or any(
        re.fullmatch(rf"[a-z]{{1,{_PREFIX}}}{party}", mine[0]) for party in parties if len(party) > _PREFIX
    )


def _by_flag(
    column: str, values: dict[str, str], rules: UnknownRules, person: bool, company: bool
) -> Kinds | None:
    """Take a column of yes and no that is called after persons or companies, where it holds both."""
    if person == company:
        return None
    yes = [value for value in values if value.strip().lower() in rules.yes]
    no = [value for value in values if value.strip().lower() in rules.no]
    if not yes or not no or len(yes) + len(no) < len(values):
        return None
    return (column, yes, no) if person else (column, no, yes)
