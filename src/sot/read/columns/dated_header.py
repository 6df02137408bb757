"""Headers in two rows: quarters or months, and above them the years to which they belong."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from sot.read.columns.periods import month_of, period

_FEW = 2
_QUARTER = re.compile(r"(?i)(?:q|qtr|quarter|quartal|trim(?:estre)?\.?|t|kwartaal)\s?[1-4]")
_YEAR = re.compile(r"(?:19|20)\d\d")


def dated_header(header: list[str], above: Sequence[str], months: Mapping[str, int]) -> list[str]:
    """Give the header with the year from the row above behind each quarter or month, where at least two have one."""
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
