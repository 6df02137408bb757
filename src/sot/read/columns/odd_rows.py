"""Rows that look like nothing of their table: notes and stray cells. They become rejects, never customers."""

from __future__ import annotations

import polars as pl

from sot.model.counts import counted
from sot.model.decisions import DOCUMENT_OBJECTS
from sot.read.columns.header_vocabulary import Vocabulary
from sot.read.columns.headers import INNER, ROW
from sot.read.columns.table import Table
from sot.read.columns.without_header import is_headless
from sot.read.formats.grid import Reject

_NARROW = 3
_FULL = 0.9
_IDS = 0.95
_USUAL, _TITLES = 0.5, 12
_PROSAIC, _NAMED = 0.4, 0.8
_PROSE = r"[:;?]\s*$|:\s|→|^(?:\S+\s+){4,}\S+[.!]$|^\S+(?:\s+\S+){8,}$"
"""A line of an explanation: a heading, a rule, a sentence."""
_AT = f"{INNER}at"
_NOTE = (
    r"(?i)^[^:\d]{2,40}:(?:\s|$)|^[*†‡(\[]|\d{1,2}[:.]\d{2}(?:[:.]\d{2})?\s*(?:[ap]m|uhr|h)?$"
    r"|\d{4}-\d{2}-\d{2}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|^(?:page|seite|página|pagina|blad|sida)\b.*\d"
)
"""What a line above or below a table looks like that stands in its name column: "Status: All", "Printed 05/01/2026"."""


def is_notes(table: Table, vocabulary: Vocabulary) -> bool:
    """Tell a sheet of explanations: one column of texts that is not called names, many of them points or sentences."""
    named = any(vocabulary.strength(name, "a.name") >= _NAMED for name in table.columns)
    own = [name for name in table.columns if table.frame[name].count()]
    if named or len(own) != 1 or table.rules is not None or table.source.object != "account":
        return False
    cells = table.frame[own[0]].drop_nulls()
    return cells.len() >= _NARROW and int(cells.str.contains(_PROSE).sum()) >= _PROSAIC * cells.len()


def drop_titles_above(table: Table) -> None:
    """Leave out the first rows of a list without a header that fill none of its usual columns."""
    own, frame = table.columns, table.frame
    if table.rules is not None or not is_headless(own):
        return
    usual = [name for name in own if frame[name].count() >= _USUAL * frame.height]
    if len(usual) < _NARROW - 1 or len(usual) == len(own):
        return
    empty = frame.head(_TITLES).select(pl.all_horizontal(pl.col(name).is_null() for name in usual))[:, 0]
    count = next((place for place, title in enumerate(empty) if not title), 0)
    table.skip("total or note", count)
    table.frame = frame.slice(count)


def reject_odd_rows(table: Table) -> None:
    """Reject rows with one filled cell alone, where that is no name of a customer or the list gives every row an id."""
    own = table.columns
    if len(own) < _NARROW or not table.frame.height:
        return
    # A row with one filled cell has a gap in one of any two columns: most tables are done with a look at two of them.
    fullest = sorted(own, key=lambda name: table.frame[name].null_count())[:2]
    gaps = table.frame.filter(pl.any_horizontal(pl.col(name).is_null() for name in fullest))
    if not gaps.height:
        return
    lone = gaps.filter(_filled(own) == 1)
    if not lone.height or 2 * lone.height > table.frame.height:
        return
    full = int(table.frame.select((_filled(own) >= _NARROW).sum()).item())
    if full < _FULL * (table.frame.height - lone.height):
        return
    # A customer alone is no document.
    names = [
        column
        for field in (("name",) if table.source.object in DOCUMENT_OBJECTS else ("name", "account_name"))
        for column in (table.fields[field].columns if field in table.fields else ())
        if column in own
    ]
    called = pl.coalesce([pl.col(name) for name in names]) if names else pl.lit(None, dtype=pl.String)
    rows = lone.with_columns(called.alias(_AT))
    kept = (
        pl.lit(False)
        if _has_ids(table, lone)
        else pl.col(_AT).is_not_null() & ~pl.col(_AT).str.contains(_NOTE)
    )
    odd = rows.filter(~kept.fill_null(False))
    if not odd.height:
        return
    texts = odd.select(pl.coalesce([pl.col(name) for name in own]))[:, 0].to_list()
    places = odd[ROW].to_list()
    table.rejects += [
        Reject(row, "only one cell: a note, not a row of the table", text)
        for row, text in zip(places, texts, strict=True)
    ]
    table.rejects.sort(key=lambda reject: reject.row)
    table.frame = table.frame.filter(~pl.col(ROW).is_in(places))
    shown = ", ".join(
        f"'{' '.join(text.split())[:40]}' in row {row}"
        for row, text in zip(places[:3], texts[:3], strict=True)
    )
    subject = counted(len(places), "row holds", "rows hold")
    table.warn(f"{subject} one cell alone and no customer; left out: {shown}")


def _filled(columns: list[str]) -> pl.Expr:
    return pl.sum_horizontal(pl.col(name).is_not_null().cast(pl.UInt16) for name in columns)


def _has_ids(table: Table, lone: pl.DataFrame) -> bool:
    """Tell whether the list gives an id to every row but the `lone` ones."""
    if table.record_id is None or table.record_id not in table.frame.columns:
        return False
    ids = table.frame[table.record_id]
    return ids.null_count() - lone[table.record_id].null_count() <= (1 - _IDS) * (ids.len() - lone.height)
