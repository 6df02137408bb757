"""Payments that did not come: a list of a payment service holds what was declined or has expired, too."""

from __future__ import annotations

import polars as pl

from sot.read.columns.header_vocabulary import Vocabulary
from sot.read.columns.headers import fold
from sot.read.columns.table import Table

_NAMED, _KINDS = 0.6, 20


def leave_out_refused(table: Table, vocabulary: Vocabulary) -> None:
    """Leave the rows out whose status says that nothing was paid, in lists of payments of programs nobody knows."""
    if table.source.object != "payment" or table.shape is not None:
        return
    refused = {fold(word) for word in table.unknown.refused}
    for column in table.columns:
        if vocabulary.strength(column, "d.status") < _NAMED:
            continue
        different = table.frame[column].drop_nulls().unique()
        hits = [value for value in different.head(_KINDS) if fold(value) in refused]
        if hits and different.len() <= _KINDS:
            kept = table.frame.filter(~pl.col(column).is_in(hits).fill_null(False))
            table.skip(f"a payment that did not come, by '{column}'", table.frame.height - kept.height)
            table.frame = kept
            return
