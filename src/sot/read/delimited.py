"""Text files with delimiters: a strict fast reader for clean files, and a careful one that loses no row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import polars as pl

from sot.read.dialect import find_dialect
from sot.read.encoding import Text, to_text
from sot.read.grid import HEAD_ROWS, Body, Grid, Reject, drop_blank

_OPEN_LINES = 5_000
"""A quoted cell longer than this many lines is an open quote, not a text."""
_SHOWN = 2_000


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
        self.lone_cr = self.utf8.count(b"\r") != self.utf8.count(b"\r\n")

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
            )  # fmt: skip
        except pl.exceptions.PolarsError:
            return None
        rows = pl.int_range(start + 1, start + 1 + cells.height, dtype=pl.Int64, eager=True).alias("row")
        cells, rows, blank = drop_blank(cells, rows)
        return Body(cells, rows, blank=blank)

    def _careful(self, line: int, width: int, start: int) -> Body:
        lines = list(_physical(self.utf8.decode("utf-8", errors="replace")))[line:]
        columns: list[list[str | None]] = []
        numbers: list[int] = []
        rejects: list[Reject] = []
        repaired: list[int] = []
        blank = 0
        for number, (raw, row, note) in enumerate(_records(lines, self.delimiter, width), start + 1):
            if note == "literal":
                repaired.append(number)
            if not any(row):
                blank += 1
            elif note == "open":
                rejects.append(Reject(number, "a quotation mark is opened and never closed", raw[:_SHOWN]))
            elif any(row[width:]):
                extra = len(row) - width
                rejects.append(
                    Reject(number, f"{extra} more cells than the header has columns", raw[:_SHOWN])
                )
            else:
                columns.append([cell or None for cell in row[:width]] + [None] * (width - len(row)))
                numbers.append(number)
        cells = pl.DataFrame(columns, schema={f"c{i}": pl.String for i in range(width)}, orient="row")
        warnings = ()
        if repaired:
            shown = ", ".join(map(str, repaired[:10]))
            warnings = (f"stray quotation marks were read as text in {len(repaired)} rows: {shown}",)
        return Body(cells, pl.Series("row", numbers, dtype=pl.Int64), tuple(rejects), warnings, blank)


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


def _records(lines: list[str], delimiter: str, width: int) -> Iterator[tuple[str, list[str], str]]:
    """Give (raw text, cells, note) for each record; an open quote spoils its own line and no other."""
    at = 0
    while at < len(lines):
        feed = _Feed(lines, at)
        row = next(csv.reader(feed, delimiter=delimiter), [])
        used, note = max(feed.used, 1), ""
        if used > 1 and len(row) != width:
            alone = lines[at].rstrip("\r\n").split(delimiter)
            unclosed = at + used >= len(lines) or used >= _OPEN_LINES
            if len(alone) == width:
                row, used, note = [_bare(cell) for cell in alone], 1, "literal"
            elif unclosed:
                row, used, note = alone, 1, "open"
        yield "".join(lines[at : at + used]).rstrip("\r\n"), row, note
        at += used


def _bare(cell: str) -> str:
    closed = len(cell) > 1 and cell.startswith('"') and cell.endswith('"')
    return cell[1:-1].replace('""', '"') if closed else cell
