"""Lists of invoices without a header: days, an amount, a customer and a state, known by what the cells look like."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from sot.read.columns.cell_patterns import sample, share
from sot.read.columns.headers import Recipe
from sot.read.columns.phrase_book import PhraseBook
from sot.read.columns.table import Table
from sot.rules.systems import UnknownRules

_MOST, _SURE = 0.9, 0.6
_FEW = 3
_MONEY = r"\d[.,]\d{2}\D*$"
_DAY = r"^\d{1,4}[./-]\d{1,2}[./-]\d{1,4}"
_CODE = r"^[A-Z]{0,6}[-_./ ]?\d[\dA-Z_./-]*$"
_CURRENCY = r"^[A-Z]{3}$"
_WORDS = r"\p{L}{2}.*\p{L}"


def bill_columns(frame: pl.DataFrame, names: Sequence[str], rules: UnknownRules) -> dict[str, str] | None:
    """Give the columns of a list of invoices, "id" among them; None where it is none."""
    looked = {one: sample(frame[one]) for one in names}
    looked = {one: values for one, values in looked.items() if values.len()}
    days = [one for one, values in looked.items() if share(values, "date") >= _MOST and _all(values, _DAY)]
    sums = [
        one for one, values in looked.items() if _all(values, _MONEY) and share(values, "amount") >= _MOST
    ]
    states = {word for kind, listed in rules.states.items() if kind.startswith("invoice_") for word in listed}
    book = PhraseBook({"state": states})
    said = [one for one, values in looked.items() if _all(values, _WORDS) and _known(values, book)]
    rest = [one for one in looked if one not in (*days, *sums, *said)]
    called = [one for one in rest if _all(looked[one], _WORDS) and not _all(looked[one], _CURRENCY)]
    if frame.height < _FEW or not days or not sums or not called or not (said or len(days) > 1):
        return None
    found = {"account_name": called[0], "amount": sums[0], "date": days[0]}
    if len(days) > 1:
        found["due_date"] = days[1]
    if said:
        found["status"] = said[0]
    codes = [
        one for one in rest if one not in called and _all(looked[one], _CODE) and not frame[one].null_count()
    ]
    numbers = [one for one in codes if frame[one].n_unique() == frame.height]
    others = [one for one in codes if one not in numbers[:1]]
    moneys = [one for one in rest if _all(looked[one], _CURRENCY)]
    for name, columns in (("id", numbers), ("account_id", others), ("currency", moneys)):
        if columns:
            found[name] = columns[0]
    return found


def fill_bills(table: Table, names: Sequence[str]) -> None:
    """Take the columns of a list of invoices without a header."""
    found = bill_columns(table.frame, names, table.unknown) or {}
    number = found.pop("id", None)
    if number is not None:
        table.record_id = table.source.record_id = number
    if found:
        table.fields.pop("name", None)
    for name, column in found.items():
        if name not in table.settings.fields:
            table.fields[name] = Recipe((column,))
            table.source.confidence[name] = _SURE


def _all(values: pl.Series, pattern: str) -> bool:
    return int(values.str.contains(pattern).sum()) >= _MOST * values.len()


def _known(values: pl.Series, book: PhraseBook) -> bool:
    return book.column(values).count() >= _MOST * values.len()
