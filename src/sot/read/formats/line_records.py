"""Records of delimited text, line by line: a stray quotation mark spoils its own line and no other."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from sot.read.formats.quoting import QUOTE, Quoting, State
from sot.read.formats.row_likeness import RowLikeness, Verdict

_OPEN_LINES = 5_000
"""A quoted cell longer than this many lines is an open quote, not a text."""


class Note(Enum):
    """What was odd about a record."""

    NONE = ""
    STRAY = "stray quotation marks were read as text"
    DOUBT = "a quoted cell contains lines that could be separate rows"
    OPEN = "a quotation mark is opened and never closed"
    CUT = "the file ends within a quoted cell: is it cut off?"


@dataclass(frozen=True)
class Record:
    """One record of the text: its number from 1, its lines as they are in the file, and its cells."""

    number: int
    raw: str
    lines: int
    cells: list[str]
    note: Note = Note.NONE


def physical_lines(text: str) -> list[str]:
    """Give the lines of a text with their ends; nothing but line feeds and returns ends a line."""
    return list(io.StringIO(text, newline=""))


class LineRecords:
    """Reads the records of a table whose rows have `likeness.width` cells (0: nobody knows).

    Every line is in exactly one record.
    """

    def __init__(self, quoting: Quoting, likeness: RowLikeness) -> None:
        self.quoting = quoting
        self.likeness = likeness

    def read(self, lines: Sequence[str], number: int) -> Iterator[Record]:
        """Give the records that `lines` make; the first one has the number `number`."""
        at = 0
        while at < len(lines):
            used, cells, note = self._record(lines, at)
            yield Record(number, "".join(lines[at : at + used]).rstrip("\r\n"), used, cells, note)
            at += used
            number += 1

    def _record(self, lines: Sequence[str], at: int) -> tuple[int, list[str], Note]:
        line = lines[at]
        if QUOTE not in line and not self.quoting.backslash:
            return 1, line.rstrip("\r\n").split(self.quoting.delimiter), Note.NONE
        state = self.quoting.state(line)
        if state is State.CLOSED:
            return 1, self.quoting.cells(line), Note.NONE
        alone = self._alone(line)
        if state is State.ODD:
            return 1, alone, Note.STRAY
        used = self._closed_after(lines, at)
        return (
            self._stray(alone, at + 1 == len(lines)) if used is None else self._long(lines, at, used, alone)
        )

    def _alone(self, line: str) -> list[str]:
        """Give the cells of a line with a stray mark: the reading that has as many as a row, if there is one."""
        readings = self.quoting.readings(line)
        return next((cells for cells in readings if len(cells) == self.likeness.width), readings[0])

    def _stray(self, alone: list[str], last: bool) -> tuple[int, list[str], Note]:
        """Read a line with a mark that nothing closes."""
        if len(alone) == self.likeness.width:
            return 1, alone, Note.STRAY
        return 1, alone, Note.CUT if last else Note.OPEN

    def _closed_after(self, lines: Sequence[str], at: int) -> int | None:
        """Give how many lines there are up to where the quoted cell that opens in line `at` is closed soundly."""
        for used, line in enumerate(lines[at + 1 : at + _OPEN_LINES], 2):
            if QUOTE not in line:
                continue
            state = self.quoting.state(line, inside=True)
            if state is not State.OPEN:
                return used if state is State.CLOSED else None
        return None

    def _long(
        self, lines: Sequence[str], at: int, used: int, alone: list[str]
    ) -> tuple[int, list[str], Note]:
        """Read a line whose quoted cell is closed in a later one: as one record, unless these lines are rows."""
        whole = lines[at : at + used]
        cells = self.quoting.cells("".join(whole))
        if self.likeness.width == 0:
            return used, cells, Note.NONE
        verdict = self.likeness.judge(whole, self.quoting)
        if len(cells) == self.likeness.width:
            if verdict is Verdict.ROWS:
                return 1, alone, Note.STRAY
            return used, cells, Note.DOUBT if verdict is Verdict.DOUBT else Note.NONE
        if len(alone) == self.likeness.width:
            return 1, alone, Note.STRAY
        if verdict is Verdict.TEXT:
            return used, cells, Note.NONE
        return 1, alone, Note.OPEN
