"""Payments that brought no money in: refused or not made, or returned in full, by their status."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from sot.read.columns.cell_patterns import NEGATIVE
from sot.read.columns.header_vocabulary import Vocabulary
from sot.read.columns.headers import words
from sot.read.columns.phrase_book import returns_of
from sot.read.columns.table import Table

_NAMED = 0.6


def drop_failed(table: Table, vocabulary: Vocabulary) -> None:
    """Leave out payments that were refused or never made; of a bank's movements the status is no field of the table."""
    states = _status(table)
    if states is None and table.moves and table.shape is None:
        called = (name for name in table.columns if vocabulary.strength(name, "d.status") >= _NAMED)
        column = next(called, None)
        states = table.frame[column] if column is not None else None
    failed = _those(states, table.unknown.payments_failed)
    # A list of nothing but such rows says something else by that word.
    if failed is None or failed.all():
        return
    table.skip("a payment that failed or was cancelled", int(failed.sum()))
    table.frame = table.frame.filter(~failed)


def returned(table: Table) -> pl.Series | None:
    """Tell the payments that were returned in full; None where none was, or where returns have rows of their own."""
    back = _those(_status(table), table.unknown.payments_returned)
    if back is None or back.all():
        return None
    cells = table.cells("amount")
    below = cells.str.contains(NEGATIVE).drop_nulls()
    return None if below.any() and not below.all() else back


def sent_back(table: Table, amounts: pl.Series, out: pl.Series) -> pl.Series:
    """Tell the movements by which money that came in went out again: as much, and a text that says so.

    `out` tells the movements by which money goes out. Returned direct debits are such (devolución, Rücklastschrift).
    """
    figures = amounts.str.replace_all(r"\D", "")
    again = out & figures.is_in(figures.filter(~out).drop_nulls().unique().implode())
    if not again.any():
        return again
    rows = table.frame.select(table.columns).filter(again)
    texts = rows.select(pl.concat_str(pl.all(), separator=" ", ignore_nulls=True)).to_series()
    meant = {text for text in texts.unique() if returns_of(table.unknown).meaning(text) is not None}
    at = again.arg_true().filter(texts.is_in(list(meant)))
    return pl.Series(range(out.len()), dtype=at.dtype).is_in(at.implode())


def _status(table: Table) -> pl.Series | None:
    status = table.fields.get("status")
    if table.source.object != "payment" or status is None or "amount" not in table.fields:
        return None
    return table.cells("status")


def _those(cells: pl.Series | None, phrases: Sequence[str]) -> pl.Series | None:
    """Tell the rows whose cell is one of these phrases; None where that of none is."""
    if cells is None:
        return None
    wanted = {" ".join(words(phrase)) for phrase in phrases}
    those = [cell for cell in cells.drop_nulls().unique().to_list() if " ".join(words(cell)) in wanted]
    return cells.is_in(those).fill_null(False) if those else None
