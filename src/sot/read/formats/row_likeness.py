"""Do lines within one quoted cell look like rows of the table? Then a stray mark swallowed them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from enum import Enum

from sot.read.formats.quoting import QUOTE, Quoting

_FORMS = re.compile(
    r"(?P<number>[^\w\s]*\d[\d.,' ]*%?\Z)|(?P<mail>[^@\s]+@[^@\s]+\Z)|(?P<code>(?=.*\d)[\w./:+-]+\Z)"
)
_TEXT = "text"
_MOSTLY = 0.9
_FEWEST = 2


class Verdict(Enum):
    """What the lines of a quoted cell are: text, rows of their own, or one cannot know."""

    TEXT = "text"
    ROWS = "rows"
    DOUBT = "doubt"


class RowLikeness:
    """How the cells of the rows of a table look, learned from rows that are sound beyond doubt.

    `quoted`: each of these rows begins with a quotation mark.
    """

    def __init__(self, sound: Sequence[Sequence[str]], width: int, quoted: bool = False) -> None:
        self.width = width
        self.quoted = quoted
        self.forms: dict[int, str] = {}
        for place in range(width):
            counts: Counter[str] = Counter()
            for cell, rows in Counter(row[place] for row in sound).items():
                if cell:
                    counts[_form(cell)] += rows
            form, count = max(counts.items(), key=lambda item: (item[1], item[0]), default=(_TEXT, 0))
            if form != _TEXT and count >= _FEWEST and count >= _MOSTLY * counts.total():
                self.forms[place] = form
        starts = Counter(cell[0].isspace() for row in sound for cell in row[1:] if cell)
        self.blanks = starts[True] > starts[False]

    def is_row(self, cells: Sequence[str]) -> bool:
        """Tell whether `cells` look like a row: each in the form that its column has, where it has one."""
        if len(cells) != self.width:
            return False
        if not self.blanks and any(cell[:1].isspace() for cell in cells[1:]):
            return False  # text has blanks behind its commas, rows have none
        telling = [(form, cells[place].strip('"')) for place, form in self.forms.items() if cells[place]]
        return not any(_form(cell) != form for form, cell in telling if cell) and bool(
            telling or not self.forms
        )

    def judge(self, lines: Sequence[str], quoting: Quoting) -> Verdict:
        """Give what the lines are that one record with line breaks in quoted cells is made of."""
        if self.width < 2:
            return Verdict.DOUBT
        if not any(self._begins_row(line, quoting) for line in lines[1:]):
            return Verdict.TEXT
        split = [quoting.plain(line) for line in lines if line.strip()]
        rows = sum(self.is_row(cells) for cells in split)
        all_rows = self.is_row(split[0]) and self.is_row(split[-1]) and rows >= _MOSTLY * len(split)
        return Verdict.ROWS if all_rows else Verdict.DOUBT

    def _begins_row(self, line: str, quoting: Quoting) -> bool:
        """Tell whether a line could be a row, or the first cells of one that goes on in the next line."""
        first, delimiter, _ = line.partition(quoting.delimiter)
        if not delimiter or (self.quoted and not first.startswith(QUOTE)):
            return False
        if 0 in self.forms:
            return _form(first.strip('"')) == self.forms[0]
        cells = quoting.plain(line)
        return len(cells) == self.width or not any(cell[:1].isspace() for cell in cells[1:])


def _form(cell: str) -> str:
    match = _FORMS.match(cell.strip())
    return (match and match.lastgroup) or _TEXT
