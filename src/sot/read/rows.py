"""Rows that are no data: repeated headers, totals and footers, group headings, rows left out by rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from sot.read.headers import Recipe, fold

if TYPE_CHECKING:
    from sot.read.table import Table

_FIGURE = r"^[^\p{L}]*\p{Lu}{0,3}[^\p{L}]*$"


def clean_rows(table: Table, header: Sequence[str], notes: Sequence[str]) -> None:
    """Take the rows out of `table` that are no data; each is counted in its source under a reason."""
    _drop(table, _repeated(table.frame, header), "header repeated")
    _drop_notes(table, notes)
    if table.shape and table.shape.group:
        _carry_groups(table, table.shape.group)
    for rule in table.shape.skip if table.shape else ():
        column = _column(table.frame, rule.column)
        if column:
            cell = pl.col(column).str.strip_chars().str.to_lowercase().fill_null("")
            named = [value.lower() for value in rule.other_than or rule.values]
            _drop(table, ~cell.is_in(named) if rule.other_than else cell.is_in(named), rule.reason)


def _data(frame: pl.DataFrame) -> list[str]:
    return [name for name in frame.columns if not name.startswith("#")]


def _column(frame: pl.DataFrame, header: str) -> str | None:
    return next((name for name in _data(frame) if fold(name) == fold(header)), None)


def _repeated(frame: pl.DataFrame, header: Sequence[str]) -> pl.Expr:
    cells = [
        (pl.col(name).fill_null("").str.strip_chars() == raw.strip())
        for name, raw in zip(_data(frame), header, strict=False)
    ]
    return pl.all_horizontal(cells) if cells else pl.lit(False)


def _drop(table: Table, condition: pl.Expr, reason: str) -> None:
    if not table.frame.height:
        return
    kept = table.frame.filter(~condition.fill_null(False))
    gone = table.frame.height - kept.height
    if gone:
        table.frame = kept
        table.source.skipped[reason] = table.source.skipped.get(reason, 0) + gone


def _drop_notes(table: Table, notes: Sequence[str]) -> None:
    """Totals and footers: a first cell that says so, and nothing but figures beside it."""
    first = pl.coalesce([pl.col(name) for name in _data(table.frame)]).str.strip_chars()
    pattern = "(?i)" + "|".join(f"(?:{note})" for note in notes)
    suspects = (
        table.frame.with_row_index("#at")
        .with_columns(first.alias("#first"))
        .filter(pl.col("#first").str.contains(pattern))
    )
    others = [
        pl.col(name).is_null()
        | (pl.col(name).str.strip_chars() == pl.col("#first"))
        | pl.col(name).str.contains(_FIGURE)
        for name in _data(table.frame)
    ]
    gone = suspects.filter(pl.all_horizontal(others))["#at"] if others else suspects["#at"]
    if gone.len():
        index = pl.int_range(pl.len(), dtype=pl.UInt32)
        _drop(table, index.is_in(gone.implode()), "total or note")


def _carry_groups(table: Table, name: str) -> None:
    """Rows with nothing but the first column name the customer of the rows below them."""
    columns = _data(table.frame)
    group, rest = columns[0], columns[1:]
    heading = pl.col(group).is_not_null() & pl.all_horizontal([pl.col(column).is_null() for column in rest])
    table.frame = table.frame.with_columns(
        pl.when(heading).then(pl.col(group)).forward_fill().alias("#group"), heading.alias("#heading")
    )
    _drop(table, pl.col("#heading"), "group heading")
    table.frame = table.frame.drop("#heading")
    if name not in table.fields:
        table.fields[name] = Recipe(("#group",))
