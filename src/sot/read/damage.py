"""Damage that a spreadsheet did to a file before it came here: found and told, never mended in secret."""

from __future__ import annotations

import polars as pl

from sot.model.damage import DAY_NUMBER, EXPONENT, POINT_ZERO, ROUNDED
from sot.read.table import Table

_TEXTS = ("record_id", "account_number", "external_id", "tax_id", "registration_id", "phone", "postcode")
_SHORT_ZIP = r"^\d{3,4}$"
_ZIP = r"^\d{5}(-\d{4})?$"
_MANY = 0.02


def report_damage(table: Table) -> None:
    """Warn of E-notation, `.0` tails, lost leading zeros, rounded long ids and dates as day numbers."""
    for name in _TEXTS:
        column = table.record_id if name == "record_id" else _single(table, name)
        if column is None:
            continue
        values = table.frame[column].drop_nulls()
        if name != "record_id":
            _tell(
                table,
                values,
                EXPONENT,
                f"'{column}': {{}} values were cut to a few digits by a spreadsheet (1.2E+15)",
            )
        _tell(
            table,
            values,
            POINT_ZERO,
            f"'{column}': {{}} values end in .0, so a spreadsheet took them for numbers",
        )
    if table.ids.long and table.record_id:
        values = table.frame[table.record_id].drop_nulls()
        if values.len() and int(values.str.contains(ROUNDED).sum()) > 0.5 * values.len():
            table.warn(
                f"'{table.record_id}': most ids end in zeros, as a spreadsheet leaves them past 15 digits"
            )
    for name in ("created_at", "updated_at"):
        column = _single(table, name)
        if column is not None:
            _tell(
                table,
                table.frame[column].drop_nulls(),
                DAY_NUMBER,
                f"'{column}': {{}} dates are day numbers of a spreadsheet",
            )
    _lost_zeros(table)


def _single(table: Table, name: str) -> str | None:
    recipe = table.fields.get(name)
    return recipe.columns[0] if recipe is not None and len(recipe.columns) == 1 else None


def _tell(table: Table, values: pl.Series, pattern: str, text: str) -> None:
    count = int(values.str.strip_chars().str.contains(pattern).sum())
    if count:
        table.warn(text.format(f"{count:,}"))


def _lost_zeros(table: Table) -> None:
    """US postcodes of three or four digits beside those of five have lost their zeros."""
    column = _single(table, "postcode")
    if column is None:
        return
    values = table.frame[column].drop_nulls().str.strip_chars()
    whole, short = int(values.str.contains(_ZIP).sum()), int(values.str.contains(_SHORT_ZIP).sum())
    zeros = int(values.str.starts_with("0").sum())
    if short > _MANY * whole and whole > 0.5 * values.len() and not zeros:
        table.warn(
            f"'{column}': {short:,} postcodes are short of a digit; a spreadsheet dropped their leading zeros"
        )
