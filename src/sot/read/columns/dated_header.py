"""Headers of months, quarters or measures, and the periods to which they belong: above them, or in the file's name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from pathlib import PurePath

from sot.model.sources import Source
from sot.read.columns.headers import words
from sot.read.columns.periods import month_of, period
from sot.rules.systems import UnknownRules

_FEW, _MONTHS = 2, 3
_QUARTER = re.compile(r"(?i)(?:q|qtr|quarter|quartal|trim(?:estre)?\.?|t|kwartaal)\s?[1-4]")
_YEAR = re.compile(r"(?:19|20)\d\d")
_YEAR_WITHIN = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


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


def with_year(
    header: list[str], source: Source, above: Sequence[Sequence[str]], rules: UnknownRules
) -> list[str]:
    """Give the header with the year behind each month, where it has at least three and there is one year to be read:
    in the name of the file or sheet, or in the rows `above` the header.
    """
    months, names = rules.months, rules.month_names
    bare = [cell.strip().rstrip(".").lower() for cell in header]
    at = [place for place, cell in enumerate(bare) if cell in months or " ".join(words(cell)) in names]
    if len({month_of(bare[place], months) for place in at} - {None}) < _MONTHS:
        return header
    named = (PurePath(source.path).stem, source.sheet or "")
    # What is above the header may say when it was printed.
    years = _years(named) or _years(chain.from_iterable(above))
    if len(years) != 1:
        return header
    dated = list(header)
    for place in at:
        dated[place] = f"{header[place].strip()} {min(years)}"
    return dated


def _years(texts: Iterable[str]) -> set[str]:
    return {year for text in texts for year in _YEAR_WITHIN.findall(text)}


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
