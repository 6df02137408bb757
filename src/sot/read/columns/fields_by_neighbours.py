"""Fields of an account that cells and the columns beside them tell: a postcode beside a town, a balance with Dr."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from sot.read.columns.cell_patterns import sample
from sot.read.columns.header_vocabulary import Vocabulary
from sot.read.columns.headers import Recipe
from sot.read.columns.table import Table
from sot.read.columns.without_header import HOUSE, POSTCODE, STREET, TOWN

_MOST, _FEW, _SURE, _NEAR = 0.85, 2, 0.6, 2
_SIDED = r"(?i)\d\s*[dc]r\.?\)?$"
_PLACES = (
    "a.city",
    "a.region",
    "a.country",
    "a.street",
    "a.phone",
    "a.email",
    "a.created_at",
    "other",
    "a.owner",
)


def take_neighbours(table: Table, names: Sequence[str], free: Sequence[str], words: Vocabulary) -> None:
    """Take the postcode beside a known town, the town beside a known postcode, and amounts that say Dr or Cr.

    A header that names something else is believed; one that says no more than code, or nothing known, is not asked.
    """
    if table.source.object != "account" or table.shape is not None:
        return
    order = [name for name in names if table.frame[name].count()]
    open_ = [name for name in free if name in order and _says_nothing(name, words)]
    named = table.fields.get("name")
    foreign = named is not None and not any(words.names_something(name) for name in named.columns)
    pairs = (("city", "postcode", POSTCODE), ("postcode", "city", TOWN))
    for known, wanted, pattern in pairs if foreign else pairs[:1]:
        at = table.fields.get(known)
        if at is None or wanted in table.fields or at.columns[0] not in order:
            continue
        place = order.index(at.columns[0])
        near = sorted(
            (name for name in open_ if 0 < abs(order.index(name) - place) <= _NEAR),
            key=lambda name: abs(order.index(name) - place),
        )
        column = next((name for name in near if _looks(table, name, pattern)), None)
        if column is not None:
            _take(table, wanted, column)
            open_.remove(column)
    if foreign and "street" not in table.fields:
        street = next((name for name in open_ if _looks(table, name, STREET)), None)
        if street is not None:
            _take(table, "street", street)
    if "balance" not in table.fields:
        sided = next((name for name in free if _looks(table, name, _SIDED)), None)
        if sided is not None:
            _take(table, "balance", sided)


def is_of_address(frame: pl.DataFrame, columns: Sequence[str], place: int, words: Vocabulary) -> bool:
    """Tell a column that is called no more than number or code, and holds house numbers or postcodes."""
    cells = frame[columns[place]]
    gate = words.rules.gate
    if words.strength(columns[place - 1], "a.street") >= gate and _holds(cells, HOUSE):
        return True
    near = columns[max(place - _NEAR, 0) : place + _NEAR + 1]
    return any(words.strength(name, "a.city") >= gate for name in near) and _holds(cells, POSTCODE)


def _says_nothing(header: str, words: Vocabulary) -> bool:
    """Tell a header of unknown words, or of no more than "code"."""
    return ("code" in words.tokens(header) and not any(
        words.strength(header, kind) >= words.rules.gate for kind in _PLACES
    )) or not words.names_something(header)  # fmt: skip


def _looks(table: Table, column: str, pattern: str) -> bool:
    return _holds(table.frame[column], pattern)


def _holds(cells: pl.Series, pattern: str) -> bool:
    values = sample(cells)
    return values.len() >= _FEW and int(values.str.contains(pattern).sum()) >= _MOST * values.len()


def _take(table: Table, name: str, column: str) -> None:
    table.fields[name] = Recipe((column,))
    table.source.confidence[name] = _SURE
