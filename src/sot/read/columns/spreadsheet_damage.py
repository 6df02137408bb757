"""Damage that a spreadsheet did to a file before it came here: found and told, never mended in secret."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from sot.model.counts import counted
from sot.model.damage import DAY_NUMBER, EXPONENT, POINT_ZERO, ROUNDED
from sot.read.columns.table import Table

_TEXTS = ("record_id", "account_number", "external_id", "tax_id", "registration_id", "phone", "postcode")
_SHORT_ZIP = r"^\d{3,4}$"
_ZIP = r"^\d{5}(-\d{4})?$"
_MANY = 0.02

Sign = tuple[str, str, str]
"""A column, the pattern of a damaged value in it, and what is told of such values."""


def report_damage(table: Table) -> None:
    """Warn of E-notation, `.0` tails, lost leading zeros, rounded long ids and dates as day numbers."""
    _tell(table, list(_numbers(table)))
    if table.ids.long and table.record_id:
        values = table.frame[table.record_id].drop_nulls()
        if values.len() and int(values.str.contains(ROUNDED).sum()) > 0.5 * values.len():
            table.warn(
                f"'{table.record_id}': most ids end in zeros, as a spreadsheet leaves them past 15 digits"
            )
    dated = [_single(table, name) for name in ("created_at", "updated_at")]
    what = "dates are day numbers of a spreadsheet"
    _tell(table, [(column, DAY_NUMBER, what) for column in dated if column is not None])
    _lost_zeros(table)


def _numbers(table: Table) -> Iterator[Sign]:
    """Give the signs that a spreadsheet took texts for numbers."""
    for name in _TEXTS:
        column = table.record_id if name == "record_id" else _single(table, name)
        if column is None:
            continue
        if name != "record_id":
            yield column, EXPONENT, "values were cut to a few digits by a spreadsheet (1.2E+15)"
        yield column, POINT_ZERO, "values end in .0, so a spreadsheet took them for numbers"


def _single(table: Table, name: str) -> str | None:
    recipe = table.fields.get(name)
    return recipe.columns[0] if recipe is not None and len(recipe.columns) == 1 else None


def _tell(table: Table, signs: Sequence[Sign]) -> None:
    """Warn of the signs that are there; they are counted at once, so that columns are gone through side by side."""
    cells = [pl.col(column).str.strip_chars().str.contains(pattern) for column, pattern, _ in signs]
    counts = table.frame.select(hits.sum().alias(str(at)) for at, hits in enumerate(cells))
    for (column, _, what), count in zip(signs, counts.get_columns(), strict=True):
        if count[0]:
            table.warn(f"'{column}': {count[0]:,} {what}")


def _lost_zeros(table: Table) -> None:
    """Postcodes of three or four digits beside those of five lost their zeros, unless their country has no such."""
    column = _single(table, "postcode")
    if column is None:
        return
    cell, country = pl.col(column).str.strip_chars(), _single(table, "country")
    whole, short = cell.str.contains(_ZIP), cell.str.contains(_SHORT_ZIP)
    if country is not None:
        short &= pl.col(country).is_null() | pl.col(country).is_in(pl.col(country).filter(whole).implode())
    filled, whole, short, zeros = table.frame.select(
        filled=cell.count(), whole=whole.sum(), short=short.sum(), zeros=cell.str.starts_with("0").sum()
    ).row(0)
    if short > _MANY * whole and whole > 0.5 * filled and not zeros:
        subject = counted(short, "postcode is", "postcodes are")
        table.warn(f"'{column}': {subject} short of a digit; a spreadsheet dropped leading zeros")
