"""Amounts in two columns, debit and credit, where a table of invoices has no other: what is credited is negative."""

from __future__ import annotations

import re
from typing import Literal

import polars as pl

from sot.read.columns.cell_patterns import sample_of, share
from sot.read.columns.headers import INNER, Recipe, words
from sot.read.columns.phrase_book import types_of
from sot.read.columns.table import Table

SIDES = f"{INNER}sides"
"""The column that holds the amount of either side."""
TYPES = f"{INNER}side types"
_TEXTS = ("memo", "line_text", "reference")
_MOST = 0.9
_AMOUNT = ("amount", "betrag", "montant", "importe", "importo", "bedrag")
_CURRENCY = re.compile("[a-z]{3}")
_BALANCES = (("balance",), ("saldo",), ("solde",), ("bakiye",), ("残高",), ("余额",))
_NOTHING = r"^[0.,\s\p{Sc}-]*$"


def take_sides(table: Table, fields: dict[str, Recipe]) -> str | None:
    """Take the amount of invoices from a pair of columns of which each row fills one; give how that is to be shown."""
    if table.source.object not in ("invoice", "payment") or table.shape is not None:
        return None
    if table.source.object == "payment" and not table.moves:
        return None
    debit, credit = _side(table, "debit"), _side(table, "credit")
    if debit is None or credit is None:
        return None
    own = fields.get("amount")
    if own is not None and not (table.moves and set(own.columns) <= {debit, credit}):
        return None
    due, paid = amount_in(debit), amount_in(credit)
    both = table.frame.select((due.is_not_null() & paid.is_not_null()).mean()).item()
    if both > 1 - _MOST:
        return None
    # Of invoices the debit is what is due; of a bank account the credit is what came in.
    put_sides(table, fields, *((credit, debit) if table.moves else (debit, credit)))
    if not table.moves and "doc_type" not in fields:
        _take_types(table, fields, paid.is_not_null())
    # Beside the two sides of an account a balance is the one after each booking, not what is open of it.
    rest = fields.get("open_amount")
    if rest is not None and rest.columns[0] in table.columns and words(rest.columns[0])[-1:] in _BALANCES:
        del fields["open_amount"]
    return f"{credit} - {debit}" if table.moves else f"{debit} - {credit}"


def amount_in(side: str) -> pl.Expr:
    """Give the amounts of a column, and null where it says nothing, or that it is nothing."""
    return pl.when(~pl.col(side).str.contains(_NOTHING)).then(pl.col(side).str.strip_chars())


def put_sides(table: Table, fields: dict[str, Recipe], plus: str, minus: str) -> None:
    """Let the amount of each row be that of the column `plus`, or that of `minus` with a minus before it."""
    against = "-" + amount_in(minus).str.strip_chars_start("- ")
    table.frame = table.frame.with_columns(pl.coalesce(amount_in(plus), against).alias(SIDES))
    table.within |= {plus, minus}
    fields["amount"] = Recipe((SIDES,))


def _take_types(table: Table, fields: dict[str, Recipe], credited: pl.Expr) -> None:
    """Let entries say what they are: a customer is charged by invoices, and credited by payments and credit notes."""
    book = types_of(table.unknown)
    texts = [fields[name].columns[0] for name in _TEXTS if name in fields]
    says = [pl.lit(book.column(table.frame[column])) for column in texts]
    noted = (
        pl.coalesce(*says, pl.lit(None, dtype=pl.String)).is_in(("credit_note", "invoice")).fill_null(False)
    )
    kind = pl.when(~credited).then(pl.lit("invoice")).when(noted).then(pl.lit("credit note"))
    table.frame = table.frame.with_columns(kind.otherwise(pl.lit("payment")).alias(TYPES))
    fields["doc_type"] = Recipe((TYPES,))


def _side(table: Table, side: Literal["debit", "credit"]) -> str | None:
    """Give the column of amounts that is called no more than a side: Soll, Debit, Dr, Debit amount.

    Of a bank account nothing may have moved one way.
    """
    names = set(table.unknown.sides[side])
    for column in table.columns:
        mine = [word for word in words(column) if word not in _AMOUNT and not _CURRENCY.fullmatch(word)]
        if len(mine) == 1 and mine[0] in names and len(mine[0]) > 1:
            values = sample_of(table.frame, column)
            if share(values, "amount") >= _MOST if values.len() else table.moves:
                return column
    return None
