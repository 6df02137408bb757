"""Columns that hold two things of days in one cell: a span (Notion: 2026-01-05 → 2026-02-01), a day and a number.

Ecount numbers the documents of each day: 일자-No. holds 2026/01/05-1.
"""

from __future__ import annotations

import re

import polars as pl

from sot.read.columns.cell_patterns import PATTERNS, SAMPLE

_MARK = r"→|–|—|\s-\s|\.\."
_SPAN = r"^(.*\d.*?)\s*(?:→|–|—|\s-\s|\.\.)\s*(.*\d.*)$"
_MOST, _FEW = 0.5, 3
_ENDS = (("Start date", 1), ("End date", 2))
_NUMBERED, _TWICE = r"^(\d{4}[/.-]\d{1,2}[/.-]\d{1,2})\s?-\s?\d{1,5}$", r"^(\S+?)\s?-\s?(\S+)$"


def split_spans(frame: pl.DataFrame, names: list[str]) -> tuple[pl.DataFrame, list[str]]:
    """Put two columns in the place of each whose cells are spans; a cell of one day alone is a start."""
    # Most columns are out at a look: nothing is taken apart that has no such mark.
    marked = frame.head(SAMPLE).select(pl.col(names).str.contains(_MARK).any()).row(0) if names else ()
    for name in [name for name, any_ in zip(names, marked, strict=True) if any_]:
        if not _is_span(frame[name]):
            continue
        parts = [f"{name} - {end}" for end, _ in _ENDS]
        if set(parts) & set(names):
            continue
        cells = pl.col(name).str.strip_chars()
        frame = frame.with_columns(
            pl.coalesce(cells.str.extract(_SPAN, group), cells if group == 1 else None).alias(part)
            for part, (_, group) in zip(parts, _ENDS, strict=True)
        )
        at = names.index(name)
        names = [*names[:at], *parts, *names[at + 1 :]]
        frame = frame.select(names)
    return _split_numbered(frame, names)


def _split_numbered(frame: pl.DataFrame, names: list[str]) -> tuple[pl.DataFrame, list[str]]:
    """Put the day of each document before its number, which is one of that day: 2026/01/05-1."""
    for name in names:
        called = re.match(_TWICE, name)
        if called is None or {called[1], called[2]} & set(names):
            continue
        values = frame[name].drop_nulls().head(SAMPLE).str.strip_chars()
        if int(values.str.contains(_NUMBERED).sum()) < max(_FEW, _MOST * values.len()):
            continue
        at = names.index(name)
        day = pl.col(name).str.strip_chars().str.extract(_NUMBERED, 1).alias(called[1])
        frame = frame.with_columns(day).rename({name: called[2]})
        names = [*names[:at], called[2], called[1], *names[at + 1 :]]
        frame = frame.select(names)
    return frame, names


def _is_span(cells: pl.Series) -> bool:
    values = cells.drop_nulls().head(SAMPLE).str.strip_chars().unique()
    spans = values.filter(values.str.contains(_MARK))
    if values.len() < _FEW or spans.len() < _MOST * values.len():
        return False
    ends = [spans.str.extract(_SPAN, group) for _, group in _ENDS]
    return all(bool(end.is_not_null().all()) and _are_days(end) for end in ends)


def _are_days(texts: pl.Series) -> bool:
    plain = texts.str.replace(r"^(\d{1,2}) (\p{L}+\.?),? (\d{4})", "$1 $2 $3")
    return bool(plain.str.contains(PATTERNS["date"]).all())
