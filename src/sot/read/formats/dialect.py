"""How a text file is written: its delimiter, how it escapes quotation marks, and rows that were quoted whole."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from sot.read.formats.line_records import LineRecords, physical_lines
from sot.read.formats.quoting import Quoting, State
from sot.read.formats.row_likeness import RowLikeness

CANDIDATES = (",", ";", "\t", "|", "^", "~", "\x01", "\x1f", "¦", "§")
_SEP_LINE = re.compile(r"^\ufeff?\"?sep=(.)\"?\s*$", re.IGNORECASE)
_SAMPLE = 262_144
_RECORDS = 200
_ESCAPED = b'\\"'
_MOSTLY = 0.9
_FEWEST_ROWS = 2


@dataclass(frozen=True)
class Dialect:
    """The delimiter, how many lines at the top only declare it (`sep=;`), and how cells are quoted."""

    delimiter: str
    skip_lines: int = 0
    backslash: bool = False
    """A backslash escapes quotation marks."""
    blanks: bool = False
    """Blanks stand around quoted cells."""


def find_dialect(utf8: bytes, delimiter: str | None = None) -> Dialect:
    """Work out the dialect; `delimiter` is the one that the person set."""
    sample = utf8[:_SAMPLE].decode("utf-8", errors="ignore")
    first = sample.split("\n", 1)[0].rstrip("\r")
    declared = _SEP_LINE.match(first) if len(first) < 12 else None
    if not delimiter:
        delimiter = declared.group(1) if declared else _fittest(sample)
    blanks = _has_blanks(sample, delimiter)
    return Dialect(delimiter, 1 if declared else 0, _escapes(utf8, delimiter), blanks)


def unwrapped(utf8: bytes) -> bytes | None:
    """Give the text of a file that quotes each whole line as one cell, without that layer; None for others.

    A column of such lines, saved again, becomes that. The first line, the header, may be bare.
    """
    # The first lines tell; a large file is not cut into lines for nothing.
    whole = utf8[: utf8.rfind(b"\n", 0, _SAMPLE)] if len(utf8) > _SAMPLE else utf8
    if not all(_is_wrapped(line) for line in whole.split(b"\n")[1:_RECORDS] if line.strip()):
        return None
    lines = utf8.split(b"\n")
    wrapped = [line for line in lines[1:] if line.strip()]
    if len(wrapped) < _FEWEST_ROWS or not all(_is_wrapped(line) for line in wrapped[:_RECORDS]):
        return None
    inner = [_inner(line) if _is_wrapped(line) else line for line in lines]
    sample = [line.decode(errors="replace") for line in inner[: _RECORDS + 1] if line.strip()]
    if not any(_same_width(sample, mark) for mark in CANDIDATES):
        return None
    return b"\n".join(inner) if all(_is_wrapped(line) for line in wrapped) else None


def _is_wrapped(line: bytes) -> bool:
    line = line.rstrip(b"\r")
    closed = len(line) > 1 and line.startswith(b'"') and line.endswith(b'"')
    return closed and b'"' not in line[1:-1].replace(b'""', b"")


def _inner(line: bytes) -> bytes:
    body = line.rstrip(b"\r")
    return body[1:-1].replace(b'""', b'"') + line[len(body) :]


def _same_width(lines: list[str], delimiter: str) -> bool:
    quoting = Quoting(delimiter)
    if any(quoting.state(line) is not State.CLOSED for line in lines):
        return False
    widths = {len(quoting.cells(line)) for line in lines}
    return len(widths) == 1 and widths.pop() > 1


def _escapes(utf8: bytes, delimiter: str) -> bool:
    """Tell whether a backslash escapes quotation marks: lines with \\\" are sound with it, and not without."""
    lines = [line.decode(errors="replace") for line in islice(_escaped_lines(utf8), _RECORDS)]
    if not lines:
        return False
    plain, escaped = Quoting(delimiter), Quoting(delimiter, backslash=True)
    votes = sum((escaped.state(line) is State.CLOSED) - (plain.state(line) is State.CLOSED) for line in lines)
    return votes > 0 and votes >= _MOSTLY * sum(plain.state(line) is State.ODD for line in lines)


def _has_blanks(sample: str, delimiter: str) -> bool:
    """Tell whether blanks stand between delimiters and quoted cells, so that they are no part of the values."""
    if not delimiter.strip():
        return False
    spaced = re.compile(re.escape(delimiter) + ' +"')
    lines = [line for line in islice(sample.splitlines(), _RECORDS) if spaced.search(line)]
    quoting = Quoting(delimiter, blanks=True)
    sound = sum(quoting.state(line) is State.CLOSED for line in lines)
    return bool(lines) and sound >= _MOSTLY * len(lines)


def _escaped_lines(utf8: bytes) -> Iterator[bytes]:
    at = utf8.find(_ESCAPED)
    while at >= 0:
        end = utf8.find(b"\n", at) % (len(utf8) + 1)
        yield utf8[utf8.rfind(b"\n", 0, at) + 1 : end]
        at = utf8.find(_ESCAPED, end)


def _fittest(sample: str) -> str:
    marks = [mark for mark in CANDIDATES if mark in sample] or CANDIDATES
    return max(marks, key=lambda mark: (_fitness(sample, mark), -CANDIDATES.index(mark)))


def _fitness(sample: str, delimiter: str) -> float:
    """Score how evenly `delimiter` cuts the lines into columns: share of equally wide rows times width."""
    records = LineRecords(Quoting(delimiter), RowLikeness([], 0)).read(physical_lines(sample), 1)
    widths = Counter(len(record.cells) for record in islice(records, _RECORDS) if any(record.cells))
    wide = {width: count for width, count in widths.items() if width > 1}
    if not wide:
        return 0.0
    width, count = max(wide.items(), key=lambda item: (item[1] * item[0], item[0]))
    share = count / widths.total()
    return float(share**3 * (width - 1) ** 0.5)
