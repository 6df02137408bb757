"""Columns that nothing is known of, but whose codes other documents hold, too: a contract, a statement of work."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from sot.model.decisions import DOCUMENT_OBJECTS
from sot.read.columns.cell_patterns import SAMPLE, share
from sot.read.columns.headers import Recipe
from sot.read.columns.table import Table

_CODE, _LONGEST = r"^[\p{L}\d][\p{L}\d/_.#-]{2,}$", 40
"""Of these, letters and digits together tell something: postcodes and amounts are shared by chance."""
_SEVERAL = r"\s*[,;|]\s*"
_MOST, _FEW, _SHARED = 0.9, 3, 0.3
_KNOWN_BY = ("number", "reference", "deal_ref", "project_ref", "order_ref", "invoice_ref")
_NUMBERED = ("deal", "project")
"""Documents that a column with a code of its own in each row may number."""


def take_shared_codes(tables: Sequence[Table]) -> None:
    """Take the columns as references in which at least a third of the codes stand in another kind of documents, too."""
    document_tables = [
        table for table in tables if table.source.object in DOCUMENT_OBJECTS and table.frame.height
    ]
    free = [(table, column, codes) for table in document_tables for column in table.columns
            if column not in table.taken and (codes := _codes(table.frame[column])) is not None]  # fmt: skip
    if not free:
        return
    known = [(table, column, codes) for table in document_tables for column in _held(table)
             if (codes := _codes(table.frame[column])) is not None]  # fmt: skip
    for table, column, codes in free:
        # A credit note names an invoice, which is a document of its own kind: then the other is known by that code.
        apart = [held for other, _, held in free if other.source.object != table.source.object]
        apart += [held for other, _, held in known if other is not table]
        if any(len(codes & held) >= max(_FEW, _SHARED * min(len(codes), len(held))) for held in apart):
            _take(table, column)


def _held(table: Table) -> list[str]:
    named = [column for name in _KNOWN_BY if name in table.fields for column in table.fields[name].columns]
    return [column for column in (*named, table.record_id) if column in table.columns]


def _codes(cells: pl.Series) -> frozenset[str] | None:
    """Give the codes that the cells hold, one or several each; None where they are no codes."""
    values = cells.drop_nulls()
    if values.len() > SAMPLE:
        # By powers of two: what is looked at of a long column is looked at of a shorter one, too.
        values = values.filter(values.hash() % (1 << (values.len() // SAMPLE).bit_length()) == 0)
    values = values.str.strip_chars().unique()
    if values.len() < _FEW or share(values, "date") >= _MOST:
        return None
    parts = values.str.replace_all(_SEVERAL, "\n").str.split("\n").explode().drop_nulls()
    fits = int((parts.str.contains(_CODE) & (parts.str.len_chars() <= _LONGEST)).sum())
    if fits < _MOST * parts.len():
        return None
    telling = parts.filter(parts.str.contains(r"\p{L}") & parts.str.contains(r"\d"))
    return frozenset(telling.str.to_lowercase().to_list()) if telling.len() >= _MOST * parts.len() else None


def _take(table: Table, column: str) -> None:
    cells = table.frame[column]
    own = table.source.object in _NUMBERED and not cells.null_count() and cells.n_unique() == cells.len()
    name = "number" if own and "number" not in table.fields else "reference"
    before = table.fields[name].columns if name in table.fields else ()
    made = Recipe((*before, column), "all" if before else "one")
    table.fields[name] = made
    table.source.fields[name] = table.source.used[name] = str(made)
    table.source.confidence.setdefault(name, _MOST)
    table.source.taken |= {column}
