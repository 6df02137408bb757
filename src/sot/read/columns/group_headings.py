"""Statements per customer: rows of one text that head the rows below them become columns, customer and number."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from sot.read.columns.headers import INNER, ROW

_FEW = 2
_PART = 0.5
"""Of the rows at most this share heads others."""
_DAY_OR_CODE = r"^\W*\d|^[A-Z]{1,6}[-_./ ]?\d"
_LABEL = r"^(?:[\p{L} .]{2,24}:\s*)?(.*\S)\s*$"
_CODE = r"^([A-Z]{0,4}[-./]?\d[\dA-Z./-]*)\s+[-–:]?\s*(\p{L}.*)$"
CUSTOMER, NUMBER = "Customer", "Customer number"
"""What the new columns are called, so that their words say what they hold."""
_TOTAL = r"(?i)total|balance|summe|saldo|solde"
_HEADS, _TOTALS, _NAMED = f"{INNER}heads", f"{INNER}totals", f"{INNER}named"


def take_headings(frame: pl.DataFrame, names: Sequence[str]) -> tuple[pl.DataFrame, int] | None:
    """Give the rows below headings, each with its customer and its number, and how many headings there were.

    None where the table is of another kind: its first column holds days or numbers in all rows but the headings,
    the first row is one, and each has rows below it.
    """
    if frame.height <= _FEW or len(names) <= _FEW or CUSTOMER in names:
        return None
    first, *rest = names
    alone = pl.col(first).is_not_null() & pl.all_horizontal([pl.col(column).is_null() for column in rest])
    cells = pl.col(first).str.strip_chars()
    looked = frame.select(
        heads=(alone & cells.str.contains(r"\p{L}{2}") & ~cells.str.contains(_TOTAL)).fill_null(False),
        figure=cells.str.contains(_DAY_OR_CODE).fill_null(True),
    )
    totals = frame.select(total=~alone & cells.str.contains(_TOTAL) & ~cells.str.contains(_DAY_OR_CODE))[
        "total"
    ]
    totals = totals.fill_null(False)
    heads, others = looked["heads"], looked.filter(~pl.col("heads") & ~totals)
    count = int(heads.sum())
    if count < _FEW or not heads[0] or count > _PART * frame.height or not others["figure"].all():
        return None
    if bool((heads & heads.shift(-1).fill_null(True)).any()):
        return None
    text = pl.when(pl.col(_HEADS)).then(cells.str.extract(_LABEL, 1)).forward_fill()
    own = pl.when(~pl.col(_TOTALS)).then(text)
    named = frame.with_columns(heads.alias(_HEADS), totals.alias(_TOTALS)).with_columns(own.alias(_NAMED))
    named = named.filter(~pl.col(_HEADS)).drop(_TOTALS)
    code, name = (pl.col(_NAMED).str.extract(_CODE, group) for group in (1, 2))
    numbered = bool(named.filter(pl.col(_NAMED).is_not_null()).select(code.is_not_null().all()).item())
    below = named.with_columns(
        (name if numbered else pl.col(_NAMED)).alias(CUSTOMER),
        *([code.alias(NUMBER)] if numbered and NUMBER not in names else []),
    )
    added = [column for column in below.columns if column not in (*names, ROW, _HEADS, _NAMED)]
    return below.select(*names, *added, ROW), count
