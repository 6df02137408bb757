"""Number formats of spreadsheets: which ones show leading zeros, and which ones show dates.

A format code has up to four sections, parted by semicolons: positive numbers, negative ones, zero, texts. Source:
ECMA-376 part 1, 18.8.31 (numFmts).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_TOKEN = re.compile(r'"([^"]*)"|\\(.)|[_*].|\[([^\]]*)\]|(.)', re.DOTALL)
_CONDITION = re.compile(r"^(<=|<|>=|>|=)\s*(\d+)$")
_LITERALS = " -/()'"
"""Marks that a format shows as they are, without quotation marks."""
_DATES = re.compile(r"[ymdhs]", re.IGNORECASE)
_BUILT_IN_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_LEAST = 2
"""A format of one zero shows no zero in front."""
_MOST_DIGITS = 40


@dataclass(frozen=True)
class Section:
    """One section of a format of digits: its characters, where `0` and `#` are places for digits."""

    places: tuple[tuple[bool, str], ...]
    """(whether it is a place for a digit, the character)"""
    condition: tuple[str, int] | None = None

    @property
    def digits(self) -> int:
        """The least number of digits that are shown: the places from the first zero on."""
        marks = [mark for is_place, mark in self.places if is_place]
        return len(marks) - marks.index("0") if "0" in marks else 0

    @property
    def leads(self) -> bool:
        """Tell whether a zero is written in front as a text ("0"####)."""
        return bool(self.places) and self.places[0] == (False, "0")

    def fits(self, number: int) -> bool:
        """Tell whether the section is the one for this number."""
        if self.condition is None:
            return True
        sign, limit = self.condition
        return (
            (number < limit and "<" in sign)
            or (number > limit and ">" in sign)
            or (number == limit and "=" in sign)
        )

    def text(self, number: int) -> str:
        """Write a whole number as the section shows it."""
        digits = str(number).zfill(self.digits)
        places = sum(is_place for is_place, _ in self.places)
        more, digits = digits[: max(len(digits) - places, 0)], digits[max(len(digits) - places, 0) :]
        missing = places - len(digits)
        shown: list[str] = []
        for is_place, mark in self.places:
            if not is_place:
                shown.append(mark if missing <= 0 or not shown else "")
            elif missing > 0:
                missing -= 1
            else:
                shown.append(more + digits[0])
                more, digits = "", digits[1:]
        return "".join(shown).strip()


@dataclass(frozen=True)
class Padding:
    """A number format that shows whole numbers with zeros in front: 00000, 00000-0000, 0#########."""

    sections: tuple[Section, ...]

    def text(self, number: float) -> str | None:
        """Give the text that a cell shows; None where the format does not hold for the number."""
        if number < 0 or not float(number).is_integer():
            return None
        whole = int(number)
        section = next((section for section in self.sections if section.fits(whole)), None)
        return section.text(whole) if section else None


@lru_cache(maxsize=4096)
def padding(code: str) -> Padding | None:
    """Give how a format writes whole numbers, if it writes zeros in front of them."""
    sections: list[Section] = []
    for written in _sections(code):
        section = _section(written)
        if section is None:
            break
        sections.append(section)
        if section.condition is None:
            break
    padded = any(section.digits >= _LEAST or section.leads for section in sections)
    return Padding(tuple(sections)) if padded else None


@lru_cache(maxsize=4096)
def is_date(code: str) -> bool:
    """Tell a format of dates or times by the letters outside of its texts and brackets."""
    return any(
        (mark is not None and _DATES.match(mark))
        or (bracket is not None and re.fullmatch(r"h+|m+|s+", bracket, re.I))
        for _, _, bracket, mark in _tokens(_sections(code)[0] if code else "")
    )


def is_built_in_date(number: int) -> bool:
    """Tell a format of dates that has a number only and no code."""
    return number in _BUILT_IN_DATES


def _tokens(code: str) -> list[tuple[str | None, str | None, str | None, str | None]]:
    return [(m.group(1), m.group(2), m.group(3), m.group(4)) for m in _TOKEN.finditer(code)]


def _sections(code: str) -> list[str]:
    """Cut a format at the semicolons outside of texts."""
    parts, quoted, escaped = [""], False, False
    for mark in code:
        if mark == ";" and not quoted and not escaped:
            parts.append("")
            continue
        quoted ^= mark == '"' and not escaped
        escaped = mark == "\\" and not escaped
        parts[-1] += mark
    return parts


def _section(code: str) -> Section | None:
    """Read a section that holds places for digits and texts alone; None for any other."""
    places: list[tuple[bool, str]] = []
    condition = None
    for text, escape, bracket, mark in _tokens(code):
        if bracket is not None:
            stated = _CONDITION.match(bracket)
            condition = (stated.group(1), int(stated.group(2))) if stated else condition
        elif text is not None or escape is not None:
            places += [(False, sign) for sign in (text if text is not None else escape or "")]
        elif mark in ("0", "#"):
            places.append((True, mark))
        elif mark is not None and mark in _LITERALS:
            places.append((False, mark))
        elif mark is not None:
            return None
    count = sum(is_place for is_place, _ in places)
    return Section(tuple(places), condition) if 0 < count <= _MOST_DIGITS else None
