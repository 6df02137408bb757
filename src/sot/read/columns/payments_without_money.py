"""Payments that brought no money in: refused or not made, or returned in full, by their status."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from sot.read.columns.headers import words
from sot.read.columns.table import Table

_NEGATIVE = r"^\s*(?:\D{0,4}-|\().*\d|\d-\s*$"


def drop_failed(table: Table) -> None:
    """Leave out payments that were refused or never made."""
    failed = _said(table, table.unknown.payments_failed)
    # A list of nothing but such rows says something else by that word.
    if failed is None or failed.all():
        return
    table.skip("a payment that failed or was cancelled", int(failed.sum()))
    table.frame = table.frame.filter(~failed)


def returned(table: Table) -> pl.Series | None:
    """Tell the payments that were returned in full; None where none was, or where returns have rows of their own."""
    back = _said(table, table.unknown.payments_returned)
    if back is None or back.all():
        return None
    cells = table.frame.select(table.fields["amount"].expression().alias("cell"))["cell"]
    below = cells.str.contains(_NEGATIVE).drop_nulls()
    return None if below.any() and not below.all() else back


def _said(table: Table, phrases: Sequence[str]) -> pl.Series | None:
    """Tell the payments whose status is one of these phrases; None where that of none is."""
    status = table.fields.get("status")
    if table.source.object != "payment" or status is None or "amount" not in table.fields:
        return None
    cells = table.frame.select(status.expression().alias("said"))["said"]
    wanted = {" ".join(words(phrase)) for phrase in phrases}
    those = [cell for cell in cells.drop_nulls().unique().to_list() if " ".join(words(cell)) in wanted]
    return cells.is_in(those).fill_null(False) if those else None
