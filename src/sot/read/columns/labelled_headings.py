"""Statements per customer: a row of labels and values (A/C: H001, Name: Harbor) above the header of each part."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import polars as pl

from sot.read.columns.group_headings import CUSTOMER, NUMBER, Headed, totals
from sot.read.columns.header_row import BLANKS
from sot.read.columns.headers import INNER, ROW

_FEW = 2
_AT = f"{INNER}at"
Labels = dict[str, str]
"""Label, without its colon, and what follows it."""


def take_labelled(
    frame: pl.DataFrame, header: Sequence[str], titles: Sequence[Sequence[str]], named: Callable[[str], bool]
) -> Headed | None:
    """Give the rows below labels, each with its customer and its number; None where the table has no such parts.

    Each part has the header again, and `named` tells the label that a customer's name follows. What stands above the
    first header is in `titles`.
    """
    names = [name for name in frame.columns if name != ROW][: len(header)]
    again = pl.all_horizontal(
        pl.col(name).fill_null("").str.strip_chars() == raw.strip(BLANKS)
        for name, raw in zip(names, header, strict=True)
    )
    at = frame.select(again.alias(_AT))[_AT].arg_true().to_list()
    above = _labels([*titles[-1]] if titles else [])
    if CUSTOMER in names or not at or not _customer(above, named):
        return None
    parts = [(0, above)]
    for place in at:
        labels = _labels(frame.row(place - 1)[: len(names)]) if place else {}
        if not _customer(labels, named):
            return None
        parts.append((place, labels))
    starts = pl.DataFrame(
        [(place, _customer(labels, named), _number(labels, named)) for place, labels in parts],
        schema={_AT: pl.UInt32, CUSTOMER: pl.String, NUMBER: pl.String}, orient="row",
    )  # fmt: skip
    gone = {*at, *(place - 1 for place in at)}
    sums = frame.select(totals(names).alias(_AT))[_AT]
    rows = frame.with_row_index(_AT).join_asof(starts, on=_AT)
    rows = rows.filter(~pl.col(_AT).is_in(sorted(gone)) & ~sums)
    added = [CUSTOMER, *([NUMBER] if NUMBER not in names and starts[NUMBER].count() == starts.height else [])]
    return Headed(rows.select(*names, *added, ROW), len(gone), int(sums.sum()))


def _labels(cells: Sequence[str | None]) -> Labels:
    labels: Labels = {}
    label = None
    for cell in ((cell or "").strip() for cell in cells):
        if cell.endswith(":"):
            label = cell.rstrip(": ")
        elif cell and label is not None:
            labels[label] = cell
            label = None
    return labels if len(labels) >= _FEW else {}


def _customer(labels: Labels, named: Callable[[str], bool]) -> str | None:
    return next((value for label, value in labels.items() if named(label)), None)


def _number(labels: Labels, named: Callable[[str], bool]) -> str | None:
    """Give the code in front of the name."""
    label, value = next(iter(labels.items()))
    return value if not named(label) and any(map(str.isdigit, value)) else None
