"""Lists that stand side by side in one sheet, under the same names: they are put one below the other."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from sot.read.columns.headers import fold
from sot.read.columns.two_line_records import one_line_each
from sot.read.formats.grid import Body, drop_blank

_LEAST = 2
"""So many names at least make a list."""


def one_record_each(header: list[str], body: Body, labels: int) -> tuple[list[str], Body, int]:
    """Give header, rows and the number of rows of labels, with one record in every row."""
    starts = [] if labels else starts_of_lists(header)
    if not starts:
        return one_line_each(header, body, labels)
    width = len(_filled(header[starts[0] : starts[1]]))
    parts = []
    for start in starts:
        own = body.cells.select(pl.nth(start + place).alias(f"c{place}") for place in range(width))
        parts.append(drop_blank(own, body.rows))
    cells, rows = pl.concat([part[0] for part in parts]), pl.concat([part[1] for part in parts])
    note = f"{len(starts)} lists are side by side under the same names; read as one"
    return header[starts[0] : starts[0] + width], Body(cells, rows, body.rejects, (*body.warnings, note)), 0


def starts_of_lists(header: Sequence[str]) -> list[int]:
    """Give the columns at which lists of the same names begin; none where there is one list alone."""
    names = [fold(name) for name in header]
    first = next((place for place, name in enumerate(names) if name), len(names))
    starts = [place for place in range(first, len(names)) if names[place] and names[place] == names[first]]
    if len(starts) < _LEAST:
        return []
    ends = [*starts[1:], len(names)]
    lists = [tuple(_filled(names[start:end])) for start, end in zip(starts, ends, strict=True)]
    whole = all(part == lists[0] for part in lists) and len(lists[0]) >= _LEAST and all(lists[0])
    return starts if whole else []


def _filled(names: Sequence[str]) -> list[str]:
    """Give the names of a list up to the gap behind it; what stands behind the gap makes it another list."""
    kept = list(names)
    while kept and not kept[-1].strip():
        kept.pop()
    return kept
