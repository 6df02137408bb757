"""Movements of a bank account without a header: a day, an amount that goes out or comes in, and what it was for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import polars as pl

from sot.read.columns.bills_without_header import bill_columns
from sot.read.columns.cell_patterns import sample_of, share
from sot.read.columns.headers import Recipe
from sot.read.columns.table import Table
from sot.rules.systems import UnknownRules

_MOST, _FEW, _SURE = 0.9, 3, 0.6
_DAY = r"^\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|^\d{8}$"
_MONEY = r"^[-+(]?\D{0,3}\d[\d.,' ]*[.,]\d{2}\D{0,4}$"
_OUT = r"^\s*[-(]|-\s*$"
_WORDS = r"\p{L}{2}.*\p{L}"


def movement_columns(frame: pl.DataFrame, names: Sequence[str]) -> dict[str, str] | None:
    """Give the columns of the day, the amount and the texts of movements; None where a table has none.

    Some amounts are below zero and others above: a list of bills or of payments received has those of one sign.
    """
    looked = {
        name: sample_of(frame, name) for name in names if frame[name].count() >= _MOST * frame.height > 0
    }
    looked = {name: values for name, values in looked.items() if values.len()}
    days = [name for name, values in looked.items() if _all(values, _DAY) and share(values, "date") >= _MOST]
    money = [name for name, values in looked.items() if name not in days and _all(values, _MONEY)]
    signed = [name for name in money if (out := frame[name].str.contains(_OUT)).any() and not out.all()]
    texts = [name for name, values in looked.items() if name not in (*days, *money) and _all(values, _WORDS)]
    if frame.height < _FEW or not (days and signed and texts):
        return None
    longest = max(texts, key=lambda name: (frame[name].str.len_chars().mean(), name))
    return {"date": days[0], "amount": signed[0], "memo": longest}


def kind_without_header(
    frame: pl.DataFrame, names: Sequence[str], rules: UnknownRules
) -> Literal["payment", "invoice"] | None:
    """Tell what the rows of a table without a header are, where they are movements or bills."""
    if bill_columns(frame, names, rules):
        return "invoice"
    return "payment" if movement_columns(frame, names) is not None else None


def fill_movements(table: Table, names: Sequence[str]) -> None:
    """Take the columns of movements of a bank account without a header, as far as no balance shows them."""
    columns = movement_columns(table.frame, names) or {}
    owner = table.fields.get("account_name")
    if owner is not None and owner.columns == (columns.get("memo"),):
        del table.fields["account_name"]  # a text names who paid, and is no name
        table.source.confidence.pop("account_name", None)
    for name, column in columns.items():
        if name not in table.fields:
            table.fields[name] = Recipe((column,))
            table.source.confidence[name] = _SURE


def _all(values: pl.Series, pattern: str) -> bool:
    return int(values.str.contains(pattern).sum()) >= _MOST * values.len()
