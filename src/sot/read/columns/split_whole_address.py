"""Columns whose cells hold whole addresses: street, town, region, postcode and country, each taken as a field."""

from __future__ import annotations

from collections.abc import Callable

from sot.addresses.whole_cells import WholeCells
from sot.addresses.words import PARTS
from sot.read.columns.cell_patterns import sample_of
from sot.read.columns.headers import INNER, Recipe
from sot.read.columns.table import Table

_LOOKED = 400
_FEW = 2
_MOST = 0.5
_LIKELY = r",|\n|\d{4}|\d[A-Za-z]{2}$|[\p{Han}]"
"""No whole address is without a comma, a line break or a postcode."""
_ALONE = frozenset(("city", "postcode", "region"))


def take_whole_addresses(
    table: Table, fields: dict[str, Recipe], reader: Callable[[], WholeCells]
) -> dict[str, str]:
    """Fill the fields of an address from a street column that holds all of it; give how each is to be shown."""
    street = fields.get("street")
    if street is None or len(street.columns) != 1 or _ALONE & fields.keys():
        return {}
    column = street.columns[0]
    values = sample_of(table.frame, column)
    looked = values.filter(values != "")
    looked = looked.gather_every(looked.len() // _LOOKED + 1)
    if looked.len() < min(_FEW, table.frame.height):
        return {}
    if int(looked.str.contains(_LIKELY).sum()) < _MOST * looked.len():
        return {}
    whole = reader()
    parts = whole.split(looked)
    taken = int((parts["city"].is_not_null() | parts["postcode"].is_not_null()).sum())
    if not taken or taken < _MOST * looked.len():
        return {}
    cells = whole.split(table.frame[column].str.strip_chars())
    names = [part for part in PARTS if part == "street" or cells[part].is_not_null().any()]
    names = [part for part in names if part == "street" or part not in fields]
    table.frame = table.frame.with_columns(cells[part].alias(f"{INNER}{part}") for part in names)
    table.within.add(column)
    for part in names:
        fields[part] = Recipe((f"{INNER}{part}",))
    written = f"{column} as {' '.join(f'<{part}>' for part in names)}"
    return dict.fromkeys(names, written)
