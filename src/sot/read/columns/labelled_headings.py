"""Statements per customer: a row of labels and values (A/C: H001, Name: Harbor) above the header of each part."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import polars as pl

from sot.read.columns.group_headings import CUSTOMER, NUMBER, TOTAL, Headed, totals
from sot.read.columns.header_row import BLANKS
from sot.read.columns.headers import INNER, ROW

_FEW, _MOST_ROWS = 2, 8
_ONE = re.compile(r"^([^\W\d_][^:\d]{0,30}?)(?::\s*|\s{2,})(\S.*)$")
_CODE = re.compile(r"[A-Z]{0,8}[-./]?\d[\dA-Z-]*$")
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
    first, _ = _above(titles, len(titles), len(names))
    # Most tables have no labels above their header, and are not looked through for it.
    if not names or CUSTOMER in names or not _customer(first, named):
        return None
    again = pl.all_horizontal(
        pl.col(name).fill_null("").str.strip_chars() == raw.strip(BLANKS)
        for name, raw in zip(names, header, strict=True)
    )
    at = frame.select(again.alias(_AT))[_AT].arg_true().to_list()
    if not at:
        return None
    parts, gone = [(0, first)], set(at)
    rows = frame.select(names).rows()
    for place in at:
        labels, used = _above(rows, place, len(names))
        if not _customer(labels, named):
            return None
        parts.append((place, labels))
        gone.update(used)
    starts = pl.DataFrame(
        [(place, _customer(labels, named), _number(labels, named)) for place, labels in parts],
        schema={_AT: pl.UInt32, CUSTOMER: pl.String, NUMBER: pl.String}, orient="row",
    )  # fmt: skip
    sums = frame.select(totals(names).alias(_AT))[_AT]
    below = frame.with_row_index(_AT).join_asof(starts, on=_AT)
    below = below.filter(~pl.col(_AT).is_in(sorted(gone)) & ~sums)
    added = [CUSTOMER, *([NUMBER] if NUMBER not in names and starts[NUMBER].count() == starts.height else [])]
    return Headed(below.select(*names, *added, ROW), len(gone), int(sums.sum()))


def _above(rows: Sequence[Sequence[str | None]], place: int, width: int) -> tuple[Labels, list[int]]:
    """Give the labels in the rows right above a header, and where those rows are."""
    labels: Labels = {}
    used = []
    for at in range(place - 1, max(place - 1 - _MOST_ROWS, -1), -1):
        cells = [(cell or "").strip() for cell in rows[at][:width]]
        pairs = _labels(cells)
        if any(cells) and (not pairs or any(re.search(TOTAL, label) for label in pairs)):
            break
        labels = {**pairs, **labels}
        used.append(at)
    return (labels, used) if len(labels) >= _FEW else ({}, [])


def _labels(cells: Sequence[str]) -> Labels:
    """Give the labels of a row with what follows each: in the next cell behind a colon, or in the only cell."""
    filled = [cell for cell in cells if cell]
    if len(filled) == 1:
        match = _ONE.match(filled[0])
        return {match[1].strip(): match[2]} if match else {}
    labels: Labels = {}
    label = None
    for cell in filled:
        if cell.endswith(":"):
            label = cell.rstrip(": ")
        elif label is not None:
            labels[label] = cell
            label = None
    return labels


def _customer(labels: Labels, named: Callable[[str], bool]) -> str | None:
    """Give the name behind the label of one; a customer may be called by its number first."""
    called = [value for label, value in labels.items() if named(label)]
    return next((value for value in called if not _CODE.match(value)), None)


def _number(labels: Labels, named: Callable[[str], bool]) -> str | None:
    """Give the code behind a label of the customer, else the one right before the name."""
    name = _customer(labels, named)
    values = list(labels.values())
    before = values[values.index(name) - 1] if name in values[1:] else ""
    codes = [value for label, value in labels.items() if named(label) and _CODE.match(value)]
    return codes[0] if codes else before if _CODE.match(before) else None
