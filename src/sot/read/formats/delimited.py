"""Text files with delimiters: a strict fast reader for clean files, and a careful one that loses no row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from sot.model.counts import counted
from sot.read.formats.dialect import find_dialect
from sot.read.formats.encoding import Text, to_text
from sot.read.formats.grid import HEAD_ROWS, Body, Grid, Reject, drop_blank

_OPEN_LINES = 5_000
"""A quoted cell longer than this many lines is an open quote, not a text."""
_SHOWN = 2_000
_OFTEN = 0.5
"""Where so many rows are too wide that is how the file is, and no mistake in a row."""
_UNQUOTED = "delimiter inside a text without quotation marks"


@dataclass(frozen=True)
class _Record:
    """One record of the text: its number from 1, its cells, and what was odd about it."""

    number: int
    raw: str
    cells: list[str]
    note: str = ""


def read_delimited(data: bytes, encoding: str | None = None, delimiter: str | None = None) -> Grid:
    """Give the table that the bytes of a CSV, TSV or other delimited text file hold."""
    text = to_text(data, encoding)
    dialect = find_dialect(text.utf8, delimiter)
    lines = _Lines(text, dialect.delimiter, dialect.skip_lines)
    return Grid(
        head=[row for _, _, row in lines.first(HEAD_ROWS)],
        body=lines.body,
        encoding=text.encoding,
        delimiter=dialect.delimiter,
        warnings=text.warnings,
    )


class _Lines:
    """The records of one text: its first ones, and all below the header, read fast if that is safe."""

    def __init__(self, text: Text, delimiter: str, skip: int) -> None:
        self.utf8 = text.utf8
        self.delimiter = delimiter
        self.skip = skip
        returns = self.utf8.count(b"\r")
        self.lone_cr = returns > 0 and returns != self.utf8.count(b"\r\n")

    def first(self, count: int) -> list[tuple[int, int, list[str]]]:
        """Give the first records as (number, line after it, cells)."""
        cut = self.utf8[:4_194_304]
        reader = csv.reader(_physical(cut.decode("utf-8", errors="ignore")), delimiter=self.delimiter)
        found = []
        for number, row in enumerate(reader):
            if number >= count + self.skip:
                break
            if number >= self.skip:
                found.append((number + 1, reader.line_num, row))
        return found

    def body(self, header: int, width: int) -> Body:
        """Give all rows after row `header` of the first ones."""
        start, line = self.skip, self.skip
        if header >= 0:
            start, line, _ = self.first(header + 1)[header]
        fast = None if self.lone_cr or width == 0 else self._fast(line, width, start)
        return fast or self._careful(line, width, start)

    def _fast(self, line: int, width: int, start: int) -> Body | None:
        schema = {f"c{i}": pl.String for i in range(width)}
        try:
            cells = pl.read_csv(
                self.utf8, has_header=False, schema=schema, separator=self.delimiter, skip_lines=line,
                infer_schema=False,
                null_values="",  # a quoted empty cell is as empty as a bare one
            )  # fmt: skip
        except pl.exceptions.PolarsError:
            return None
        rows = pl.int_range(start + 1, start + 1 + cells.height, dtype=pl.Int64, eager=True).alias("row")
        return Body(*drop_blank(cells, rows))

    def _careful(self, line: int, width: int, start: int) -> Body:
        """Read record by record; whatever can't be a row of the table becomes a reject."""
        lines = list(_physical(self.utf8.decode("utf-8", errors="replace")))[line:]
        found: list[_Record] = []
        rejects: list[Reject] = []
        for record in _records(lines, self.delimiter, width, start + 1):
            if record.note == "open":
                reason = "a quotation mark is opened and never closed"
                rejects.append(Reject(record.number, reason, record.raw[:_SHOWN]))
            elif any(record.cells):
                found.append(record)
        wide = [record for record in found if any(record.cells[width:])]
        warnings = []
        if len(wide) > _OFTEN * len(found):
            told = counted(len(wide), "row has", "rows have")
            warnings.append(f"{told} more cells than the header has columns; these are left out")
        else:
            rejects += [Reject(one.number, _too_wide(one, width), one.raw[:_SHOWN]) for one in wide]
            found = [record for record in found if not any(record.cells[width:])]
        stray = [str(record.number) for record in found if record.note == "literal"]
        if stray:
            warnings.append(
                f"stray quotation marks were read as text in {counted(len(stray), 'row')}: {', '.join(stray[:10])}"
            )
        return _body(found, width, rejects, warnings)


def _body(found: list[_Record], width: int, rejects: list[Reject], warnings: list[str]) -> Body:
    padded = [
        [cell or None for cell in (*one.cells[:width], *[""] * (width - len(one.cells)))] for one in found
    ]
    cells = pl.DataFrame(padded, schema={f"c{i}": pl.String for i in range(width)}, orient="row")
    rows = pl.Series("row", [record.number for record in found], dtype=pl.Int64)
    rejects.sort(key=lambda reject: reject.row)
    return Body(*drop_blank(cells, rows), tuple(rejects), tuple(warnings))


def _too_wide(record: _Record, width: int) -> str:
    return f"{len(record.cells)} cells, but the header has {width} columns: a {_UNQUOTED}?"


def _physical(text: str) -> Iterator[str]:
    return iter(io.StringIO(text, newline=""))


class _Feed:
    """Lines for one csv record, counted, and no more than a record may have."""

    def __init__(self, lines: list[str], at: int) -> None:
        self.lines, self.at, self.used = lines, at, 0

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        if self.used >= _OPEN_LINES or self.at + self.used >= len(self.lines):
            raise StopIteration
        self.used += 1
        return self.lines[self.at + self.used - 1]


def _records(lines: list[str], delimiter: str, width: int, number: int) -> Iterator[_Record]:
    """Give the records from `number` on; an open quotation mark spoils its own line and no other."""
    at = 0
    while at < len(lines):
        feed = _Feed(lines, at)
        cells = next(csv.reader(feed, delimiter=delimiter), [])
        used, note = max(feed.used, 1), ""
        if used > 1 and len(cells) != width:
            alone = lines[at].rstrip("\r\n").split(delimiter)
            if len(alone) == width:
                cells, used, note = [_bare(cell) for cell in alone], 1, "literal"
            elif at + used >= len(lines) or used >= _OPEN_LINES:
                cells, used, note = alone, 1, "open"
        yield _Record(number, "".join(lines[at : at + used]).rstrip("\r\n"), cells, note)
        at += used
        number += 1


def _bare(cell: str) -> str:
    closed = len(cell) > 1 and cell.startswith('"') and cell.endswith('"')
    return cell[1:-1].replace('""', '"') if closed else cell
