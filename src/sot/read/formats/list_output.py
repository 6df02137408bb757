"""Lists made for paper: columns framed by bars (SAP), cut by a ruler of dashes (SQL clients), or of fixed width.

Such a text has no delimiter. Its columns are told from where the bars, the dashes or the blanks stand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from math import ceil

import polars as pl

from sot.read.formats.encoding import to_text
from sot.read.formats.grid import Grid, cell_grid

_HEAD = 65_536
_FEW_LINES = 3
_FRAMED, _BOXED = 0.5, 0.2
_RULE = re.compile(r"^\s*[-=+|]{20,}\s*$")
_RULER = re.compile(r"^\s*-{2,}(?:[\s+|]+-{2,})+[\s+|]*$")
_LINE = re.compile(r"^[\s\-=_+|]*$")
_GAP = re.compile(r"\S(\s{2,})\S")
_WIDE = re.compile(r"\s{2,}")
_DELIMITED = re.compile(r"[,;\t|^]")
_SPARED = 0.6
"""A text in which so many lines hold a delimiter is no list of fixed width."""
_TABULAR = 0.6
_ALIGNED = 0.97
_TRIED = 400
_BLANK = " |"
_RULED = 60
"""A ruler stands within so many lines from the top."""

Columns = list[tuple[int, int | None]]
"""Where each column begins and where the next one does."""


def read_list(data: bytes, encoding: str | None) -> Grid | None:
    """Give the table of a list made for paper; None if the text is none."""
    head = data[:_HEAD]
    if b"\0" in head or not _looks_like_list(head.decode("latin-1").splitlines()):
        return None
    text = to_text(data, encoding)
    lines = text.utf8.decode("utf-8", errors="replace").splitlines()
    rows = _framed(lines) or _cut(lines)
    if rows is None:
        return None
    width = max(map(len, rows))
    padded = [[cell or None for cell in (*row, *[""] * (width - len(row)))] for row in rows]
    cells = pl.DataFrame(padded, schema={f"c{i}": pl.String for i in range(width)}, orient="row")
    grid = cell_grid(cells)
    return Grid(head=grid.head, body=grid.body, encoding=text.encoding, warnings=text.warnings)


def _looks_like_list(lines: Sequence[str]) -> bool:
    rulers = [line for line in lines[:_RULED] if _RULER.match(line)]
    filled = [line for line in lines if line.strip() and not _LINE.match(line)]
    if len(filled) < _FEW_LINES:
        return False
    if sum(map(_is_framed, filled)) >= _framed_share(lines) * len(filled):
        return True
    if rulers:
        return True
    gaps = sum(len(_GAP.findall(line)) > 0 for line in filled)
    delimited = sum(bool(_DELIMITED.search(line)) for line in filled)
    return gaps >= _TABULAR * len(filled) and delimited < _SPARED * len(filled)


def _framed_share(lines: Sequence[str]) -> float:
    """Give how many lines must be framed: fewer where a header between two rules shows a box."""
    boxed = any(
        _is_framed(line) and _RULE.match(above) is not None and _RULE.match(below) is not None
        for above, line, below in zip(lines, lines[1:], lines[2:], strict=False)
    )
    return _BOXED if boxed else _FRAMED


def _is_framed(line: str) -> bool:
    bare = line.strip()
    return len(bare) > 2 and bare.startswith("|") and bare.endswith("|") and bare.count("|") > 2


def _framed(lines: Sequence[str]) -> list[list[str]] | None:
    """Cut the lines of a list at its bars; a bar within a text is told by the bars of the header."""
    framed = [line for line in lines if _is_framed(line)]
    written = sum(not _LINE.match(line) for line in lines)
    if len(framed) < _FEW_LINES - 1 or len(framed) < _framed_share(lines) * written:
        return None
    bars = [place for place, mark in enumerate(framed[0].rstrip()) if mark == "|"]
    # Rows are numbered by their order, also two of one line: a number stands for one row everywhere.
    rows: list[list[str]] = []
    for line in lines:
        rest = line
        while rest:
            cells, rest = _between(rest, bars)
            rows.append(cells)
        if not line:
            rows.append([""])
    return rows


def _between(line: str, bars: Sequence[int]) -> tuple[list[str], str]:
    """Give the cells of a line, and what is behind its last bar: where a line break is lost, that is the next row."""
    if _LINE.match(line):
        return [""], ""
    if not _is_framed(line):
        # A wide gap stands between a label and what it says.
        return ["  ".join(_WIDE.split(line.strip()))], ""
    cells = line.strip()[1:-1].split("|")
    rest = ""
    if len(cells) != len(bars) - 1 and all(len(line) > bar and line[bar] == "|" for bar in bars):
        cells = [line[first + 1 : last] for first, last in pairwise(bars)]
        rest = line[bars[-1] + 1 :]
    return [cell.strip() for cell in cells], "" if _LINE.match(rest) else rest


def _cut(lines: Sequence[str]) -> list[list[str]] | None:
    """Cut lines at the columns that a ruler shows, else at those that are blank in all lines of the table."""
    lines = [line.expandtabs(8) for line in lines]
    ruler = next((line for line in lines[:_RULED] if _RULER.match(line)), None)
    columns = _under_ruler(ruler) if ruler else _blank_columns(lines)
    if len(columns) < 2:
        return None
    return [_cells(line, columns) for line in lines]


def _under_ruler(ruler: str) -> Columns:
    starts = [hit.start() for hit in re.finditer(r"-{2,}", ruler)]
    return list(zip(starts, [*starts[1:], None], strict=True))


def _blank_columns(lines: Sequence[str]) -> Columns:
    """Give the columns between places that are blank in nearly all lines with more than one text."""
    gaps = [len(_GAP.findall(line.strip())) for line in lines[:_TRIED]]
    usual = max(gaps, key=lambda count: (gaps.count(count) * count, count), default=0)
    table = [line.rstrip() for line, count in zip(lines, gaps, strict=False) if count > _TABULAR * usual]
    if len(table) < _FEW_LINES:
        return []
    most = len(table) - ceil(_ALIGNED * len(table))
    longest = max(map(len, table))
    filled = [
        sum(len(line) > place and line[place] != " " for line in table) > most for place in range(longest)
    ]
    # One blank parts two columns where a name in the header begins right behind it, after blanks of its own.
    named = {hit.end() - 1 for hit in re.finditer(r"  \S", table[0])}
    starts = [
        place
        for place in range(longest)
        if filled[place]
        and (
            place == 0 or (not filled[place - 1] and (place == 1 or place in named or not filled[place - 2]))
        )
    ]
    return list(zip(starts, [*starts[1:], None], strict=True))


def _cells(line: str, columns: Columns) -> list[str]:
    """Cut one line; a line that runs over the columns is a title or a note, and one cell."""
    if _LINE.match(line):
        return [""]
    if any(len(line) > at and line[at - 1] not in _BLANK and line[at] not in _BLANK for at, _ in columns[1:]):
        return [" ".join(line.split())]
    starts = [0, *(at for at, _ in columns[1:])]
    return [line[first:last].strip(_BLANK) for first, (_, last) in zip(starts, columns, strict=True)]
