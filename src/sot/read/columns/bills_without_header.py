"""Lists of invoices without a header: days, an amount, a customer and a state, known by what the cells look like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from sot.read.columns.cell_patterns import sample_of, share
from sot.read.columns.headers import Recipe
from sot.read.columns.phrase_book import PhraseBook, states_of
from sot.read.columns.table import Table
from sot.rules.systems import UnknownRules

_MOST, _SURE = 0.9, 0.6
_FEW = 3
_MONEY = r"\d[.,]\d{2}\D*$"
_PAIR = 2
"""Net and total."""
_WHOLE = r"^[1-9]\d{0,2}(?:[.,]\d{3})+$|^[1-9]\d{2,8}$"
_DAY = r"^\d{1,4}[./-]\d{1,2}[./-]\d{1,4}"
_CODE = r"^[A-Z]{0,6}[-_./ ]?\d[\dA-Z_./-]*$"
_CURRENCY = r"^[A-Z]{3}$"
_WORDS = r"\p{L}{2}.*\p{L}"


def bill_columns(frame: pl.DataFrame, names: Sequence[str], rules: UnknownRules) -> dict[str, str] | None:
    """Give the columns of a list of invoices, "id" among them; None where it is none."""
    looked = {name: sample_of(frame, name) for name in names}
    looked = {name: values for name, values in looked.items() if values.len()}
    days = [name for name, values in looked.items() if share(values, "date") >= _MOST and _all(values, _DAY)]
    sums = [
        name for name, values in looked.items() if _all(values, _MONEY) and share(values, "amount") >= _MOST
    ]
    book = states_of(rules, "invoice")
    statuses = [name for name, values in looked.items() if _all(values, _WORDS) and _known(values, book)]
    rest = [name for name in looked if name not in (*days, *sums, *statuses)]
    called = [name for name in rest if _all(looked[name], _WORDS) and not _all(looked[name], _CURRENCY)]
    if statuses and not sums:
        sums = _whole_amounts(frame, [name for name in rest if name not in called], looked)
    if frame.height < _FEW or not days or not sums or not called or not (statuses or len(days) > 1):
        return None
    fields = {"account_name": called[0], "amount": sums[0], "date": days[0]}
    if len(days) > 1:
        fields["due_date"] = days[1]
    if statuses:
        fields["status"] = statuses[0]
    codes = [
        name
        for name in rest
        if name not in called and _all(looked[name], _CODE) and not frame[name].null_count()
    ]
    numbers = [name for name in codes if frame[name].n_unique() == frame.height]
    others = [name for name in codes if name not in numbers[:1]]
    moneys = [name for name in rest if _all(looked[name], _CURRENCY)]
    for name, columns in (("id", numbers), ("account_id", others), ("currency", moneys)):
        if columns:
            fields[name] = columns[0]
    return fields


def _whole_amounts(frame: pl.DataFrame, names: Sequence[str], looked: Mapping[str, pl.Series]) -> list[str]:
    """Give the columns of amounts without cents, the largest one first: where there are several, one is their total."""
    whole = [name for name in names if _all(looked[name], _WHOLE)]
    if len(whole) < _PAIR:
        return []
    sizes = {
        name: float(frame[name].str.replace_all(r"\D", "").cast(pl.Float64, strict=False).sum())
        for name in whole
    }
    return sorted(whole, key=lambda name: -sizes[name])


def fill_bills(table: Table, names: Sequence[str]) -> None:
    """Take the columns of a list of invoices without a header."""
    columns = bill_columns(table.frame, names, table.unknown) or {}
    number = columns.pop("id", None)
    if number is not None:
        table.record_id = table.source.record_id = number
    if columns:
        table.fields.pop("name", None)
    for name, column in columns.items():
        if name not in table.settings.fields:
            table.fields[name] = Recipe((column,))
            table.source.confidence[name] = _SURE


def _all(values: pl.Series, pattern: str) -> bool:
    return int(values.str.contains(pattern).sum()) >= _MOST * values.len()


def _known(values: pl.Series, book: PhraseBook) -> bool:
    return book.column(values).count() >= _MOST * values.len()
