"""Movements that were refused: the status of a bank's list is none of a customer, but it tells what did not come."""

from __future__ import annotations

import polars as pl

from sot.read.columns.header_vocabulary import Vocabulary
from sot.read.columns.headers import words
from sot.read.columns.table import Table

_NAMED, _KINDS = 0.6, 20


def leave_out_refused(table: Table, vocabulary: Vocabulary) -> None:
    """Leave the movements out whose status says that nothing was paid, in statements of accounts nobody knows."""
    if not table.moves or table.shape is not None:
        return
    refused = {" ".join(words(phrase)) for phrase in table.unknown.payments_failed}
    for column in table.columns:
        if vocabulary.strength(column, "d.status") < _NAMED:
            continue
        different = table.frame[column].drop_nulls().unique()
        hits = [value for value in different.head(_KINDS) if " ".join(words(value)) in refused]
        if hits and different.len() <= _KINDS:
            kept = table.frame.filter(~pl.col(column).is_in(hits).fill_null(False))
            table.skip(f"a payment that did not come, by '{column}'", table.frame.height - kept.height)
            table.frame = kept
            return
