"""Which rows of a BI table are figures of customers: labels of a rest are none, nor are labels of other things."""

from __future__ import annotations

import polars as pl

from sot.model.shares import percent
from sot.read.columns.header_vocabulary import vocabulary_of
from sot.read.columns.periods import month_of, period
from sot.read.columns.table import Table
from sot.read.records.bi_figures import figures, rests, totals
from sot.read.records.project_customers import Known, loose

_MOST, _SHORT = 0.5, 4
_NOT = "a pivot table whose labels are not customers of any other system"


def take_figures(table: Table, known: Known, document_tables: list[pl.DataFrame]) -> bool:
    """Put the figures of a BI table among the documents, and leave those rows that are customers; false if none are."""
    if "name" not in table.fields:
        return True
    if table.shape is not None and table.shape.labels_of_anything:
        _leave_details(table)
        if not _are_customers(table, known):
            table.warn(
                f"left out: {_NOT}; export its source rows, or read it together with the list of customers"
            )
            table.skip(_NOT, table.frame.height)
            table.frame, table.source.records = table.frame.clear(), 0
            return False
    amounts = figures(table, vocabulary_of(table.unknown))
    if amounts is not None:
        document_tables.append(amounts)
    whole = table.frame.filter(~pl.Series(totals(table, _labels(table))))
    table.skip("total or note", table.frame.height - whole.height)
    table.frame = whole
    kept = table.frame.filter(~pl.Series(rests(table, _labels(table))))
    table.skip("the rest of the customers, not one customer", table.frame.height - kept.height)
    table.frame, table.source.records = kept, kept.height
    return True


def _labels(table: Table) -> pl.Series:
    return table.cells("name").fill_null("")


def _are_customers(table: Table, known: Known) -> bool:
    labels = _labels(table).filter(~rests(table, _labels(table))).unique()
    hits = sum(loose(label) in known.names for label in labels)
    if labels.len() and hits >= _MOST * labels.len():
        table.warn(f"{percent(hits / labels.len(), 0)} of the labels are customers of another system")
        return True
    return False


def _leave_details(table: Table) -> None:
    """Leave out the months and years that a pivot table lists below each label: the label's row is their sum."""
    labels = _labels(table)
    often = set(labels.filter(labels.is_duplicated()))
    months = table.unknown.months
    # Where months come again and again below labels, one that comes once is a month as well (not a firm called Marten).
    by_month = any(month_of(label, months) for label in often)
    spans = pl.Series(
        [
            bool(
                period(label, months)
                or ((label in often or (by_month and len(label) <= _SHORT)) and month_of(label, months))
            )
            for label in labels
        ],
        dtype=pl.Boolean,
    )
    if spans.any() and not spans.all():
        table.skip("a period below a label, whose row is the sum", int(spans.sum()))
        table.frame = table.frame.filter(~spans)
