"""Accounts that are no customers: suppliers, employees, banks and ledger accounts in one list with customers."""

from __future__ import annotations

import polars as pl

from sot.read.columns.headers import words
from sot.read.columns.infer_fields import Guesser
from sot.read.columns.table import Table

_KINDS = 40
"""A column of kinds has few values."""
_MOST = 0.8
_SUPPLIER, _CUSTOMER = frozenset(("supplier", "number")), frozenset(("customer", "number"))


def leave_out_others(table: Table, guesser: Guesser) -> None:
    """Leave the rows out of a list of accounts that a column of kinds, or a supplier's number alone, tells apart."""
    if table.source.object != "account" or table.rules is not None or not table.frame.height:
        return
    for column in table.columns:
        kinds = _kinds(table, column)
        if kinds:
            cell = pl.col(column)
            _drop(table, cell.is_in(sorted(kinds)).fill_null(False), f"not a customer, by '{column}'")
            return
    _by_numbers(table, guesser)


def _kinds(table: Table, column: str) -> set[str]:
    """Give the values of a column that name other parties, where most values are known and some are customers."""
    values = table.frame[column].drop_nulls()
    different = values.unique()
    if not 2 <= different.len() <= _KINDS:
        return set()
    parties = {meaning: frozenset(listed) for meaning, listed in table.unknown.parties.items()}
    said = {value: " ".join(words(value)) for value in different}
    customers = {value for value, text in said.items() if text in parties["customer"]}
    others = {value for value, text in said.items() if text in parties["other"]}
    known = int(values.is_in(sorted(customers | others)).sum())
    return others if customers and others and known >= _MOST * values.len() else set()


def _by_numbers(table: Table, guesser: Guesser) -> None:
    """Where customers and suppliers have numbers of their own, who has only the one of suppliers is none."""
    tokens = {name: frozenset(guesser.vocabulary.tokens(name)) for name in table.columns}
    customer = next((name for name, said in tokens.items() if said == _CUSTOMER), None)
    supplier = next((name for name, said in tokens.items() if said == _SUPPLIER), None)
    if customer and supplier:
        empty = pl.col(customer).str.strip_chars().fill_null("") == ""
        numbered = pl.col(supplier).str.strip_chars().fill_null("") != ""
        _drop(table, empty & numbered, f"a supplier, by '{supplier}'")


def _drop(table: Table, gone: pl.Expr, reason: str) -> None:
    kept = table.frame.filter(~gone)
    table.skip(reason, table.frame.height - kept.height)
    table.frame = kept
