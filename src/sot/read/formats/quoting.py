"""The grammar of one line of delimited text: where its cells end, and whether its quotation marks are sound."""

from __future__ import annotations

import csv
import re
from enum import Enum
from functools import cache

QUOTE = '"'

csv.field_size_limit(2**31 - 1)

_compiled = cache(re.compile)
"""Dialects are few and tried on every file; the cache of `re` itself is smaller than all patterns of a run."""


class State(Enum):
    """How a line ends: all its quoted cells are closed, one is still open, or a mark stands where none may."""

    CLOSED = "closed"
    OPEN = "open"
    ODD = "odd"


class Quoting:
    """Lines of one dialect: RFC 4180 with `delimiter`, marks that a backslash escapes, blanks around quoted cells.

    In both a mark within an unquoted cell is text (12" pipe), as in RFC 4180 readers of all spreadsheets.
    """

    def __init__(self, delimiter: str, backslash: bool = False, blanks: bool = False) -> None:
        self.delimiter = delimiter
        self.backslash = backslash
        self.blanks = blanks
        mark = re.escape(delimiter)
        inside = r'[^"]*+(?:""[^"]*+)*+'
        bare = rf'[^"{mark}\r\n][^{mark}\r\n]*+'
        if backslash:
            inside = r'[^"\\]*+(?:(?:""|\\.)[^"\\]*+)*+'
            bare = rf'(?:[^"{mark}\r\n\\]|\\.)(?:[^{mark}\r\n\\]|\\.)*+'
        blank = "[ ]*+" if blanks else ""
        quoted = rf'{blank}"{inside}"{blank}'
        cells = rf"(?:(?>{quoted}|{bare}|){mark})*+"
        last = rf"(?>{quoted}|{bare}|)[\r\n]*+\Z"
        self._closed = _compiled(cells + last, re.DOTALL)
        self._opens = _compiled(rf'{cells}{blank}"{inside}\Z', re.DOTALL)
        self._goes_on = _compiled(rf"{inside}\Z", re.DOTALL)
        self._closes = _compiled(rf'{inside}"{blank}(?:[\r\n]*+\Z|{mark}{cells}{last})', re.DOTALL)
        self._opens_again = _compiled(rf'{inside}"{blank}{mark}{cells}{blank}"{inside}\Z', re.DOTALL)
        text = rf"(?:[^{mark}\\]|\\.)*+" if backslash else rf"[^{mark}]*+"
        end = rf"({mark}|\Z)"
        self._escaped = _compiled(rf'\\(["\\{mark}])')
        self._plain = _compiled(rf"({quoted}(?={mark}|\Z)|{text}){end}", re.DOTALL)
        self._tolerant = _compiled(rf"({quoted}[^{mark}]*+|{text}){end}", re.DOTALL)

    def state(self, line: str, inside: bool = False) -> State:
        """Give how `line` ends; `inside`: a quoted cell was open at its start."""
        if inside:
            if self._goes_on.match(line) or self._opens_again.match(line):
                return State.OPEN
            return State.CLOSED if self._closes.match(line) else State.ODD
        if self._closed.match(line):
            return State.CLOSED
        return State.OPEN if self._opens.match(line) else State.ODD

    def cells(self, text: str) -> list[str]:
        """Give the cells of a record whose quotation marks are sound."""
        if self.backslash or self.blanks:
            return self.plain(text)
        return next(csv.reader([text], delimiter=self.delimiter), [])

    def plain(self, line: str) -> list[str]:
        """Give the cells of a line cell by cell: a mark that does not enclose a cell is text."""
        return self._split(self._plain, line)

    def readings(self, line: str) -> list[list[str]]:
        """Give the ways to read a line with a stray mark, the likeliest first; each keeps stray marks as text.

        Cell by cell; with a delimiter between two marks as text.
        """
        return [self._split(pattern, line) for pattern in (self._plain, self._tolerant)]

    def _split(self, pattern: re.Pattern[str], line: str) -> list[str]:
        line = line.rstrip("\r\n")
        cells: list[str] = []
        at, end = 0, None
        while end != "":
            match = pattern.match(line, at)
            if match is None:  # a backslash at the end of the line escapes nothing
                return [*cells, line[at:]]
            cell, end = match.groups()
            cells.append(self._value(cell))
            at = match.end()
        return cells

    def _value(self, cell: str) -> str:
        whole = cell
        cell = cell.strip(" ") if self.blanks else cell
        closed = len(cell) > 1 and cell.startswith(QUOTE) and cell.endswith(QUOTE)
        value = whole
        if closed and self.state(cell) is State.CLOSED:
            value = cell[1:-1].replace('""', '"')
        return self._escaped.sub(r"\1", value) if self.backslash else value
