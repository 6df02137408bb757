"""Columns of a table without a header: known by what their cells look like and by what is beside them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import polars as pl

from sot.read.columns.cell_patterns import plain_phone, sample
from sot.read.columns.header_vocabulary import NAMELESS
from sot.read.columns.headers import INNER, Recipe, words
from sot.read.columns.table import Table

_PERSON = f"{INNER}person"
_FEW = 2
_SOME = 0.5
_WORD = r"^\p{L}[\p{L}'’. -]{1,25}$"
_MOST = 0.85
_SURE = 0.6
_EMAIL = r"^[^@\s;,<>]+@[^@\s;,<>]+\.[A-Za-z]{2,}$"
_CODE = r"^[A-Z]{0,6}[-_./]?\d[\dA-Z_./-]*$|^[A-Z][A-Z\d_.-]{2,9}$"
POSTCODE = (
    r"^(?:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d|\d{4,5}|\d{5}-\d{4}|\d{4} ?[A-Z]{2}|\d{5}-\d{3}"
    r"|\d{2}-\d{3}|\d{3} \d{2})$"
)
HOUSE = r"^\d{1,5}(?:\D.{0,10})?$"
TOWN = r"^\p{L}[^\d@]{1,60}$"
STREET = r"^\d+[A-Za-z]?,? \p{L}{2}|^\p{L}[^@]* \d+ ?[A-Za-z]?$"
_COUNTRY = r"^[A-Z]{2}$"


def is_headless(names: Sequence[str]) -> bool:
    """Tell columns that have numbers in place of names."""
    return bool(names) and all(NAMELESS.match(name) for name in names)


def fill_headless(table: Table, names: Sequence[str]) -> None:
    """Take the id, the address, phone and e-mail of a table without a header, where it has a name."""
    _take_persons(table, names)
    if "name" not in table.fields:
        return
    free = [name for name in names if name not in table.taken and table.frame[name].count()]
    if table.record_id is None and free and free[0] == names[0] and _is_id(table.frame[free[0]]):
        table.record_id = table.source.record_id = free.pop(0)
    for name, pattern in (("email", _EMAIL), ("street", STREET), ("country", _COUNTRY)):
        _take(
            table, free, name, next((column for column in free if _looks(table.frame[column], pattern)), None)
        )
    if "phone" not in table.fields:
        _take(table, free, "phone", next((column for column in free if _is_phone(table.frame[column])), None))
    _take_place(table, names, free)


def _take_persons(table: Table, names: Sequence[str]) -> None:
    """Take two columns of words side by side for first and last names, where e-mail addresses are made of both."""
    mail = next((name for name in names if _looks(table.frame[name], _EMAIL)), None)
    if mail is None:
        return
    address = pl.col(mail).str.to_lowercase()
    filled = [name for name in names if name != mail and table.frame[name].count()]
    for first, last in pairwise(filled):
        if not (_looks(table.frame[first], _WORD) and _looks(table.frame[last], _WORD)):
            continue
        within = [
            address.str.contains(_plain(name).str.split(" ").list.first(), literal=True)
            for name in (first, last)
        ]
        if (table.frame.select(pl.all_horizontal(within).mean()).item() or 0.0) >= _SOME:
            person = pl.concat_str([pl.col(first), pl.col(last)], separator=" ", ignore_nulls=True)
            table.frame = table.frame.with_columns(person.alias(_PERSON))
            table.within |= {first, last}
            table.fields["name"] = Recipe((_PERSON,))
            table.source.confidence["name"] = _SURE
            return


def _plain(name: str) -> pl.Expr:
    """Give the letters of a name as e-mail addresses have them."""
    return pl.col(name).map_elements(lambda text: " ".join(words(text)), return_dtype=pl.String)


def _take_place(table: Table, names: Sequence[str], free: list[str]) -> None:
    """Take the postcode that stands next to a column of towns, and the town."""
    filled = [name for name in names if table.frame[name].count()]
    for column in list(free):
        at = filled.index(column)
        if "postcode" in table.fields or not _looks(table.frame[column], POSTCODE):
            continue
        # Of two columns of words before the postcode the first is the town, the second a county.
        beside = [filled[place] for place in (at - 1, at - 2, at + 1) if 0 <= place < len(filled)]
        towns = [name for name in beside if name in free and _looks(table.frame[name], TOWN)]
        if towns:
            _take(table, free, "postcode", column)
            _take(table, free, "city", towns[1] if towns[:2] == beside[:2] and at >= _FEW else towns[0])


def _take(table: Table, free: list[str], name: str, column: str | None) -> None:
    if column is None or name in table.fields:
        return
    table.fields[name] = Recipe((column,))
    table.source.confidence[name] = _SURE
    free.remove(column)


def _is_id(cells: pl.Series) -> bool:
    return (
        cells.len() >= _FEW
        and not cells.null_count()
        and cells.n_unique() == cells.len()
        and _looks(cells, _CODE)
    )


def _looks(cells: pl.Series, pattern: str) -> bool:
    values = sample(cells)
    return values.len() > 0 and int(values.str.contains(pattern).sum()) >= _MOST * values.len()


def _is_phone(cells: pl.Series) -> bool:
    values = sample(cells)
    return values.len() >= _FEW and int(plain_phone(values).sum()) >= _MOST * values.len()
