"""Bills told by a day, a sum and whose they are, in so many words, where no word says what the rows are."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from sot.read.columns.cell_patterns import counts_rows, sample_of, share
from sot.read.columns.header_vocabulary import Vocabulary

_OWNER, _CALLED, _LESS = 0.85, 0.6, 0.8
_MOST, _SOME, _LINES = 0.9, 0.5, 2
_WHOSE = ("d.account_name.invoice", "a.name")
_NUMBERS, _DAYS = ("d.number.invoice", "d.number"), ("d.date.invoice", "d.date")
_SUMS = ("d.amount.invoice", "d.net_amount", "d.paid_amount")
_OF_CUSTOMERS = (
    "d.account_id", "a.account_number", "a.registration_id", "a.tax_id", "a.postcode", "a.phone", "a.external_id",
    "d.order_ref", "d.project_ref",
)  # fmt: skip
"""Numbers that are no numbers of the rows."""
_OF_A_LIST = ("a.created_at", "a.updated_at")
_REACHED = ("a.email", "a.phone", "a.street", "a.website")
_DAY = r"^\d{1,4}\s?[./-]\s?\d{1,2}\s?[./-]\s?\d{1,4}|\d\s?[年년]"


def is_bill(words: Vocabulary, frame: pl.DataFrame, header: Sequence[str]) -> bool:
    """Tell bills from a list of customers: each row has a day, a sum and a customer, and it is one of several of his,
    or has a number of its own, or a quantity and a price.
    """
    filled = [column for column in header if frame[column].count() >= _SOME * frame.height > 0]
    owners = [
        column
        for column in filled
        if max(words.strength(column, kind) for kind in _WHOSE) >= _OWNER and _looks(frame, column, "name")
    ]
    ids = [column for column in filled if words.strength(column, "d.account_id") >= _OWNER]
    days = [column for column in filled if _is_day(words, frame, column)]
    sums = [
        column
        for column in filled
        if column not in (*days, *ids) and _called(words, column, _SUMS) and _looks(frame, column, "amount")
    ]
    if not ((owners or ids) and days and sums):
        return False
    rest = [column for column in filled if column not in (*owners, *ids, *days, *sums)]
    if any(_numbers(words, frame, column) for column in rest):
        return True
    if any(words.strength(column, kind) >= _CALLED for column in filled for kind in _REACHED):
        return False
    lines = sum(words.holds(column, words.rules.lines) for column in header)
    return lines >= _LINES or any(_comes_again(frame[column]) for column in (*owners, *ids))


def _is_day(words: Vocabulary, frame: pl.DataFrame, column: str) -> bool:
    """Tell the day of a row from the one on which a customer was added or bought last."""
    if not _called(words, column, _DAYS) or any(words.strength(column, kind) >= _LESS for kind in _OF_A_LIST):
        return False
    return (
        not words.holds(column, ("last", "first", "birth"))
        and int(sample_of(frame, column).str.contains(_DAY).sum()) >= _MOST * sample_of(frame, column).len()
    )


def _numbers(words: Vocabulary, frame: pl.DataFrame, column: str) -> bool:
    """Tell the numbers of bills; what counts the rows does not."""
    if not _called(words, column, _NUMBERS):
        return False
    own = max(words.strength(column, kind) for kind in _NUMBERS)
    if any(words.strength(column, kind) >= own for kind in _OF_CUSTOMERS) or counts_rows(frame[column]):
        return False
    values = sample_of(frame, column)
    coded = int(values.str.contains(r"\d").sum()) >= _MOST * values.len()
    return coded and share(values, "code") >= _MOST


def _comes_again(cells: pl.Series) -> bool:
    return cells.count() > 1 and cells.drop_nulls().n_unique() < _MOST * cells.count()


def _called(words: Vocabulary, column: str, kinds: Sequence[str]) -> bool:
    return any(words.strength(column, kind) >= _CALLED for kind in kinds)


def _looks(frame: pl.DataFrame, column: str, form: str) -> bool:
    return share(sample_of(frame, column), form) >= _MOST
