"""Periods as BI tools write them in cells and headers: a year, a quarter, a month, a day."""

from __future__ import annotations

import calendar
import re
from collections.abc import Collection, Mapping
from datetime import date

_YEAR = re.compile(r"(?:fy|cy|year|jahr|annee|ano)?\s*((?:19|20)\d\d)", re.IGNORECASE)
_QUARTER = re.compile(
    r"(?:q|qtr|quarter|quartal|trim(?:estre)?\.?|t|kwartaal|k)\s*([1-4])[\s/._-]*((?:19|20)\d\d)"
    r"|((?:19|20)\d\d)[\s/._-]*(?:q|qtr|quarter|quartal|trim(?:estre)?\.?|t|kwartaal|k)\s*([1-4])",
    re.IGNORECASE,
)
_MONTH_NUMBER = re.compile(r"((?:19|20)\d\d)[\s/._-]?(0[1-9]|1[0-2])|(0?[1-9]|1[0-2])[/._-]((?:19|20)\d\d)")
_MONTH_NAME = re.compile(
    r"([^\W\d]{3,})\.?[\s/._-]*((?:19|20)?\d\d)|((?:19|20)\d\d)[\s/._-]*([^\W\d]{3,})\.?"
)
_DAY = re.compile(r"((?:19|20)\d\d)-(\d\d)-(\d\d)(?:[T ].*)?")

_PART = re.compile(r"(?i)(?:q|qtr|quarter|quartal|trim(?:estre)?\.?|t|kwartaal|k)?\s*[1-4]|\d\d")

Period = tuple[date, date]
"""The first and the last day."""


def period(text: str, months: Mapping[str, int]) -> Period | None:
    """Give the period that a text names, None if it names none."""
    text = text.strip()
    if match := _DAY.fullmatch(text):
        return _day(*map(int, match.groups()))
    if match := _YEAR.fullmatch(text):
        return date(int(match[1]), 1, 1), date(int(match[1]), 12, 31)
    if match := _QUARTER.fullmatch(text):
        quarter, year = int(match[1] or match[4]), int(match[2] or match[3])
        return date(year, 3 * quarter - 2, 1), _last(year, 3 * quarter)
    if match := _MONTH_NUMBER.fullmatch(text):
        year, month = int(match[1] or match[4]), int(match[2] or match[3])
        return date(year, month, 1), _last(year, month)
    if match := _MONTH_NAME.fullmatch(text):
        number = month_of(match[1] or match[4], months)
        year = int(match[2] or match[3])
        year = year + 2000 if year < 100 else year
        return (date(year, number, 1), _last(year, number)) if number else None
    return None


def measured(text: str, months: Mapping[str, int], names: Collection[str]) -> tuple[str, Period] | None:
    """Give what a header measures, and the period that it ends with: "Revenue 2025", "Net sales Q1 2026".

    `names` are those of the months in full, whose first letters are in `months`.
    """
    tokens = text.split()
    for count in (2, 1):
        what, when = " ".join(tokens[:-count]), " ".join(tokens[-count:])
        if not any(map(str.isalpha, what)):
            continue
        part = tokens[-count].rstrip(".").lower()
        if count > 1 and not (_PART.fullmatch(part) or part in months or part in names):
            continue
        span = period(when, months)
        if span is not None:
            return what, span
    return None


def month_of(word: str, months: Mapping[str, int]) -> int | None:
    """Give the number of a month by its name in any language, or by its number."""
    word = word.strip().lower()
    if word.isdigit():
        return int(word) if 1 <= int(word) <= 12 else None
    return months.get(word[:4]) or months.get(word[:3])


def month_period(year: int, month: int) -> Period:
    """Give the first and last day of a month."""
    return date(year, month, 1), _last(year, month)


def _day(year: int, month: int, day: int) -> Period | None:
    try:
        only = date(year, month, day)
    except ValueError:
        return None
    return only, only


def _last(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])
