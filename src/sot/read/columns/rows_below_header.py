"""The rows right below a header that explain it, and headers that stand between the rows of joined files."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import polars as pl

from sot.read.columns.header_row import BLANKS, is_data
from sot.read.columns.headers import fold

_MOST_LABELS = 12
"""A template has no more rows than this between its header and its data."""
_SAMPLE = 60
_FIGURES = 0.8
_TWO = 2
_NEARLY_ALL = 0.8
_FEW_ROWS = 2

_TOLD = re.compile(
    r"(?:required|optional|mandatory|recommended|read.?only|max(?:imum)?\b|pflicht|obligatoire|facultatif|opcional"
    r"|obligat[oó]rio|obbligatorio|facoltativo|verplicht|optioneel|obrigat[oó]rio|n?(?:var)?char(?:acter)?2?\b|n?text\b"
    r"|string\b|number\b|numeric\b|(?:big|small|tiny)?int(?:eger)?\d*\b|float\b|double\b|decimal\b|date(?:time)?2?\b"
    r"|timestamp|bool(?:ean)?\b|uuid\b|uniqueidentifier|picklist|lookup|e\.g\.|z\. ?b\.|example\b|beispiel\b"
    r"|exemple\b|ejemplo\b|esempio\b)(?:$|[ .,:;(/-].*)",
    re.IGNORECASE | re.DOTALL,
)
"""What a template or a database says of a column in place of a value: its type, or whether it is needed."""

Cells = Sequence[str]


def label_rows(rows: Sequence[Cells], header: Cells, is_header: Callable[[Cells], bool]) -> int:
    """Count the rows below the header that are no data: a second row of names, and what a template says of its columns.

    Such a row has words where the rows below it have numbers, codes or addresses, and no such thing itself.
    """
    data = rows[: _SAMPLE + _MOST_LABELS]
    marker = bool(header) and header[0].strip().endswith(":")
    count = 0
    for at, row in enumerate(data[:_MOST_LABELS]):
        below = data[at + 1 : at + 1 + _SAMPLE]
        if len(below) < _FEW_ROWS:
            break
        lone = sum(bool(cell.strip()) for cell in row) == 1 and count > 0
        noted = (
            marker and bool(row[0].strip()) and not any(cells[0].strip() for cells in below[_MOST_LABELS:])
        )
        second = at == 0 and _fills_gaps(row, header, is_header)
        if noted or second or _explains(row, below, is_header) or (lone and marker):
            count = at + 1
        elif not marker:
            break
    return count


def _fills_gaps(row: Cells, header: Cells, is_header: Callable[[Cells], bool]) -> bool:
    """Tell the second line of a header: names stand where the first one, with names of groups, has none."""
    gaps = [place for place, cell in enumerate(header) if not cell.strip()]
    named = [place for place in gaps if place < len(row) and row[place].strip()]
    return len(named) >= _TWO and len(named) == len(gaps) and is_header(row)


def _explains(row: Cells, below: Sequence[Cells], is_header: Callable[[Cells], bool]) -> bool:
    """Tell a row of labels: nothing in it is data, and words stand where the rows below have figures."""
    filled = [cell.strip() for cell in row if cell.strip()]
    if len(filled) >= _TWO and all(_TOLD.match(cell) for cell in filled):
        return True
    if any(map(is_data, row)) or any(
        _is_one_of(cell, _column(below, place)) for place, cell in enumerate(row)
    ):
        return False
    amiss = sum(
        any(map(str.isalpha, cell)) and _holds_figures(_column(below, place))
        for place, cell in enumerate(row)
    )
    return amiss >= _TWO or (amiss == 1 and is_header(row))


def _column(rows: Sequence[Cells], place: int) -> list[str]:
    return [row[place] for row in rows if place < len(row)]


def _is_one_of(cell: str, below: Sequence[str]) -> bool:
    """Tell a code that is written as those below it are: "A-17" above "A-18"."""
    shape = _shape(cell)
    filled = [text for text in below if text.strip()]
    return (
        "9" in shape
        and bool(filled)
        and sum(_shape(text) == shape for text in filled) >= _FIGURES * len(filled)
    )


def _shape(cell: str) -> str:
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "9", cell.strip()))


def _holds_figures(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell.strip()]
    return bool(filled) and sum(map(is_data, filled)) >= _FIGURES * len(filled)


def joined_at(cells: pl.DataFrame, header: Cells) -> int | None:
    """Give the place of a header between the rows that has the same columns in another order, None if there is none."""
    named = [name.strip(BLANKS) for name in header]
    wanted = {fold(name) for name in named if name}
    first = next((place for place, name in enumerate(named) if name), None)
    if first is None or len(wanted) < _TWO or first >= cells.width:
        return None
    hits = cells[cells.columns[first]].str.strip_chars().is_in([name for name in named if name])
    for place in hits.fill_null(value=False).arg_true().to_list()[:_SAMPLE]:
        row = [(cell or "").strip(BLANKS) for cell in cells.row(place)]
        filled = {fold(cell) for cell in row if cell}
        whole = len(filled) >= max(_TWO, _NEARLY_ALL * len(wanted)) and filled <= wanted
        if whole and row != named[: len(row)]:
            return int(place)
    return None
