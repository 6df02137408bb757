"""Delimited text whose quotation marks were spoiled at random; each row carries a mark by which it is followed."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from sot.read.formats.delimited import read_delimited
from sot.read.formats.grid import Body

_MARK = re.compile(r"R\d{4}X")
_VALUES = ("Acme Ltd", "Best, Inc", "12 Main St", "", "x", 'Say "hi"', "two\nlines", "Paris", "0123", "a;b|c")
_HEADER = ("Id", "Name", "City", "Street", "Zip", "Note")
_DOUBT = "could be separate rows"


@dataclass(frozen=True)
class Spoiled:
    """A text, and the marks of the rows that it still holds."""

    data: bytes
    marks: tuple[str, ...]


def spoiled(seed: int) -> Spoiled:
    """Make a sound file, and put in, take out or cut off at one to four places."""
    draw = random.Random(seed)
    delimiter, end = draw.choice(",;\t|"), draw.choice(["\n", "\r\n"])
    columns = draw.randint(2, len(_HEADER))
    style = draw.choice(["needed", "all", "some"])
    rows = [_row(draw, i, columns, delimiter, style) for i in range(draw.randint(3, 60))]
    text = end.join([delimiter.join(_HEADER[:columns]), *rows]) + (end if draw.random() < 0.8 else "")
    for _ in range(draw.randint(1, 4)):
        text = _spoil(draw, text, delimiter)
    return Spoiled(text.encode(), tuple(dict.fromkeys(_MARK.findall(text))))


def _row(draw: random.Random, number: int, columns: int, delimiter: str, style: str) -> str:
    cells = [f"R{number:04d}X", *(draw.choice(_VALUES) for _ in range(columns - 1))]
    quoted = [
        style == "all"
        or any(mark in cell for mark in (delimiter, '"', "\n"))
        or (style == "some" and draw.random() < 0.3)
        for cell in cells
    ]
    return delimiter.join(
        '"' + cell.replace('"', '""') + '"' if mark else cell
        for cell, mark in zip(cells, quoted, strict=True)
    )


def _spoil(draw: random.Random, text: str, delimiter: str) -> str:
    kind = draw.random()
    if kind < 0.4:
        at = draw.randrange(len(text))
        return text[:at] + '"' + text[at:]
    if kind < 0.6 and '"' in text:
        at = draw.choice([i for i, letter in enumerate(text) if letter == '"'])
        return text[:at] + text[at + 1 :]
    if kind < 0.9 and delimiter in text:
        at = draw.choice([i for i, letter in enumerate(text) if letter == delimiter]) + 1
        return text[:at] + '"' + text[at:]
    return text[: draw.randrange(len(text) // 2, len(text))]


def silent(case: Spoiled) -> list[str]:
    """Give the marks of the rows that are neither a row, nor a reject, nor in a cell that is reported."""
    grid = read_delimited(case.data)
    body = grid.body(0, len(grid.head[0]))
    alone, shared = _marks(body)
    known = alone | set(_MARK.findall(" ".join(reject.raw for reject in body.rejects)))
    if any(_DOUBT in warning for warning in body.warnings):
        known |= shared | set(_MARK.findall(" ".join(grid.head[0])))
    return [mark for mark in case.marks if mark not in known]


def _marks(body: Body) -> tuple[set[str], set[str]]:
    """Give the marks that have a row of their own, and those that share one."""
    alone: set[str] = set()
    shared: set[str] = set()
    for row in body.cells.iter_rows():
        found = set(_MARK.findall(" ".join(cell or "" for cell in row)))
        (alone if len(found) == 1 else shared).update(found)
    return alone, shared
