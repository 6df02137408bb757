"""Headers in two rows: quarters, months or measures, and above them the periods to which they belong."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from sot.read.columns.periods import month_of, period

_FEW = 2
_QUARTER = re.compile(r"(?i)(?:q|qtr|quarter|quartal|trim(?:estre)?\.?|t|kwartaal)\s?[1-4]")
_YEAR = re.compile(r"(?:19|20)\d\d")


def dated_header(header: list[str], above: Sequence[str], months: Mapping[str, int]) -> list[str]:
    """Give the header with the year from the row above behind each quarter or month, where at least two have one.

    A matrix repeats its measures below each period and below their total: those get what is above them, too.
    """
    matrix = _matrix(header, above, months)
    if matrix is not None:
        return matrix
    dated = list(header)
    year = ""
    for place, cell in enumerate(header):
        over = above[place].strip() if place < len(above) else ""
        year = over if _YEAR.fullmatch(over) else "" if over else year
        whole = f"{cell.strip()} {year}"
        part = _QUARTER.fullmatch(cell.strip()) or month_of(cell, months)
        if year and part and period(whole, months):
            dated[place] = whole
    count = sum(before != after for before, after in zip(header, dated, strict=True))
    return dated if count >= _FEW else header


def _matrix(header: list[str], above: Sequence[str], months: Mapping[str, int]) -> list[str] | None:
    """Give "Revenue 2025" for Revenue below 2025, where the same measures stand below at least two periods."""
    over, group = [], ""
    for place in range(len(header)):
        group = (above[place].strip() if place < len(above) else "") or group
        over.append(group)
    below: dict[str, list[str]] = {}
    for cell, group in zip(header, over, strict=True):
        if group and cell.strip():
            below.setdefault(group, []).append(cell.strip())
    spans = [group for group in below if period(group, months)]
    if len(spans) < _FEW or any(below[group] != below[spans[0]] for group in spans):
        return None
    measures = below[spans[0]]
    if any(month_of(cell, months) or _QUARTER.fullmatch(cell) for cell in measures):
        return None
    return [
        f"{cell.strip()} {group}" if group and below.get(group) == measures else cell
        for cell, group in zip(header, over, strict=True)
    ]
