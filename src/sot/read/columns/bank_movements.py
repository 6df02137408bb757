"""Movements of a bank account told by their figures: money in and money out, and a balance that runs along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Literal

import polars as pl

from sot.read.columns.cell_patterns import NEGATIVE, sample, sample_of, share
from sot.read.columns.header_vocabulary import Vocabulary
from sot.read.columns.headers import words
from sot.read.records.dates_and_amounts import amounts

_MOST, _LOOKED, _STEPS, _COLUMNS, _PAIR = 0.9, 2_000, 2, 6, 2
_CENT = 0.011
_SIGNED = r"^\s*[+\-−]\s?\d[\d.,'’\s]*[.,]\d{2}\s*$"
PAYEE = ("payee",)
_CUSTOMERS = frozenset(("customer", "debtor"))
_PARTIES = frozenset((
    "customer", "debtor", "supplier", "account", "company", "partner", "organization", "name", "invoice", "ledger",
    "payee",
))  # fmt: skip
_OF_BOOKS = frozenset(("document", "voucher", "entry", "journal"))
_NUMBERS = frozenset(("number", "code", "id", "document", "voucher", "journal"))
_OWNERS = ("d.account_id", "a.account_number", "d.account_name", "d.invoice_ref")


def in_two_columns(vocabulary: Vocabulary, frame: pl.DataFrame, columns: Sequence[str]) -> bool:
    """Tell money out and money in by a column for each, of which a row fills one, beside a balance and no account.

    A ledger has such columns too, but it says of each booking whose account it is.
    """
    if not any(vocabulary.strength(column, "a.balance") >= _MOST for column in columns):
        return False
    # To whom a cheque was written is no account, though it is a name.
    named = [column for column in columns if vocabulary.tokens(column) != PAYEE]
    if any(vocabulary.strength(column, kind) >= _MOST for column in named for kind in _OWNERS):
        return False
    return in_two_sides(vocabulary, frame, columns)


def in_two_sides(vocabulary: Vocabulary, frame: pl.DataFrame, columns: Sequence[str]) -> bool:
    """Tell amounts in a column for each side of an account, of which a row fills one."""
    debit, credit = (_side(vocabulary, frame, columns, "debit"), _side(vocabulary, frame, columns, "credit"))
    if debit is None or credit is None:
        return False
    if not frame[debit].count() and not frame[credit].count():
        return False
    both = frame.select((pl.col(debit).is_not_null() & pl.col(credit).is_not_null()).mean()).item()
    return bool(both <= 1 - _MOST)


def in_both_ways(vocabulary: Vocabulary, frame: pl.DataFrame, columns: Sequence[str], amount: str) -> bool:
    """Tell amounts that two columns for money out and money in have once more: a bank's, whoever is named beside."""
    debit, credit = (_side(vocabulary, frame, columns, "debit"), _side(vocabulary, frame, columns, "credit"))
    if debit is None or credit is None or amount in (debit, credit):
        return False
    out = frame[amount].str.contains(NEGATIVE)
    same = ((frame[debit].is_not_null() == out) & (frame[credit].is_not_null() != out)).drop_nulls()
    return bool(out.any()) and not bool(out.all()) and int(same.sum()) >= _MOST * same.len()


def is_cash_book(vocabulary: Vocabulary, frame: pl.DataFrame, columns: Sequence[str]) -> bool:
    """Tell movements, money in and money out in a column each, that name neither an account nor a party."""
    tokens = [set(vocabulary.tokens(column)) for column in columns]
    named = any(_PARTIES & words or (words & _NUMBERS and words & _OF_BOOKS) for words in tokens)
    return not named and in_two_sides(vocabulary, frame, columns)


def is_ledger(vocabulary: Vocabulary, frame: pl.DataFrame, columns: Sequence[str]) -> bool:
    """Tell the entries of customers in a ledger: the two sides of an account, and a header that says customer."""
    customers = any(_CUSTOMERS & set(vocabulary.tokens(column)) for column in columns)
    return customers and in_two_sides(vocabulary, frame, columns)


def _side(
    vocabulary: Vocabulary, frame: pl.DataFrame, columns: Sequence[str], side: Literal["debit", "credit"]
) -> str | None:
    """Give the column of amounts that a word for a side of an account names, or an empty one of no other word.

    Nothing goes out in a list of what came in.
    """
    names = {word for word in vocabulary.rules.sides[side] if len(word) > 1}
    phrases = [words(name) for name in names if " " in name]
    for column in columns:
        mine = words(column)
        if names.isdisjoint(mine) and not any(mine[: len(phrase)] == phrase for phrase in phrases):
            continue
        values = sample_of(frame, column)
        if values.len() and share(values, "amount") >= _MOST:
            return column
    empty = (column for column in columns if not frame[column].count())
    return next((column for column in empty if len(words(column)) == 1 and words(column)[0] in names), None)


@dataclass(frozen=True)
class Movements:
    """The columns of what moved on an account: what came in, and what went out where that has a column of its own."""

    came: str
    went: str | None = None


def comes_and_goes(frame: pl.DataFrame, columns: Sequence[str], named: bool) -> bool:
    """Tell a bank account by a balance that changes by the amounts of one column, or by a sign before each amount.

    A ledger of customers has such a balance too, beside a column for each side, and such signs beside their names.
    """
    moved = movements(frame, columns)
    runs = moved is not None and moved.went is None
    return runs or (not named and signed_amounts(frame, columns) is not None)


def signed_amounts(frame: pl.DataFrame, columns: Sequence[str]) -> str | None:
    """Give the column of amounts of which each has its sign, the plus too: what comes and goes on an account."""
    for column in columns:
        cells = frame[column].drop_nulls()
        signed = cells.len() > _STEPS and bool(cells.str.contains(_SIGNED).all())
        if signed and 0 < int(cells.str.contains(r"^\s*\+").sum()) < cells.len():
            return column
    return None


def movements(frame: pl.DataFrame, columns: Sequence[str]) -> Movements | None:
    """Give what moved by the balance that runs along: it changes by just that from row to row, in any language."""
    head = frame.head(_LOOKED)
    money = [column for column in columns if _are_amounts(head[column])][:_COLUMNS]
    if len(money) < _PAIR or head.height <= _STEPS:
        return None
    numbers = head.select(
        amounts(column, sample_of(head, column), None).expression.alias(column) for column in money
    )
    filled = [column for column in money if head[column].count() >= _MOST * head.height]
    sides = [column for column in money if head[column].count() <= _MOST * head.height]
    for balance in filled:
        for amount in (column for column in filled if column != balance):
            if _runs(numbers, pl.col(amount), balance):
                return Movements(amount)
        for came, went in permutations(sides, 2):
            either = numbers[came].is_not_null() ^ numbers[went].is_not_null()
            moved = pl.col(came).fill_null(0) - pl.col(went).abs().fill_null(0)
            if int(either.sum()) >= _MOST * head.height and _runs(numbers, moved, balance):
                return Movements(came, went)
    return None


def _runs(numbers: pl.DataFrame, own: pl.Expr, balance: str) -> bool:
    """Tell whether a balance is that after each movement `own`, in lists with the oldest or the newest one first."""
    step = pl.col(balance).diff()
    for change in (own, -own.shift(1)):
        off = numbers.select(off=(step - change).abs(), own=own, step=step).drop_nulls()
        # What was refused moved nothing.
        off = off.filter((pl.col("step").abs() > _CENT) | (pl.col("off") < _CENT))
        moved = off.filter(pl.col("own").abs() > _CENT)
        right = int((off["off"] < _CENT).sum()) >= _MOST * off.height
        # A running total of bills grows alone; money comes and goes.
        if right and moved.height >= _STEPS and numbers.select(((own < 0).any()) & ((own > 0).any())).item():
            return True
    return False


def _are_amounts(cells: pl.Series) -> bool:
    values = sample(cells)
    return values.len() > 0 and share(values, "amount") >= _MOST
