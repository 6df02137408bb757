"""Text files with delimiters: a fast reader for sound files, and a careful one that loses no row of the others.

Which of them reads is decided by a second look at the bytes (`quote_structure`): the fast reader is trusted only
where every quotation mark is sound and it gives as many rows as the bytes hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import islice

import polars as pl

from sot.errors import InputError
from sot.model.counts import counted
from sot.read.formats.dialect import Dialect, find_dialect, unwrapped
from sot.read.formats.encoding import Text, to_text
from sot.read.formats.escaped_ends import joined
from sot.read.formats.grid import HEAD_ROWS, Body, Grid, Reject, drop_blank
from sot.read.formats.line_records import LineRecords, Note, Record, physical_lines
from sot.read.formats.quote_structure import structure
from sot.read.formats.quoting import QUOTE, Quoting
from sot.read.formats.row_likeness import RowLikeness, Verdict
from sot.read.formats.single_quotes import double_quoted

_HEAD_BYTES = 4_194_304
_SAMPLE_LINES = 500
_SHOWN = 32_000
"""So many characters of a rejected row are kept: a spreadsheet has no longer cell."""
_NAMED = 10
"""So many rows are named in a warning."""
_OFTEN = 0.5
"""Where so many rows are too wide that is how the file is, and no mistake in a row."""
_UNQUOTED = "delimiter inside a text without quotation marks"
_ESCAPED = "lines that end in a backslash are read as one row with the next line"
_SINGLE = "cells are in single quotation marks; read as the text within them"
_WRAPPED = "each line was quoted as a whole; read as the row within the quotation marks"


def read_delimited(data: bytes, encoding: str | None = None, delimiter: str | None = None) -> Grid:
    """Give the table that the bytes of a CSV, TSV or other delimited text file hold."""
    text = to_text(data, encoding)
    inner = unwrapped(text.utf8)
    if inner is not None:
        text = Text(inner, text.encoding, (*text.warnings, _WRAPPED))
    double = double_quoted(text.utf8)
    if double is not None:
        text = Text(double, text.encoding, (*text.warnings, _SINGLE))
    escaped = joined(text.utf8)
    if escaped is not None:
        text = Text(escaped, text.encoding, (*text.warnings, _ESCAPED))
    dialect = find_dialect(text.utf8, delimiter)
    lines = _Lines(text.utf8, dialect)
    return Grid(
        head=[record.cells for record in lines.first(HEAD_ROWS)],
        body=lines.body,
        encoding=text.encoding,
        delimiter=dialect.delimiter,
        warnings=text.warnings,
    )


class _Lines:
    """The records of one text: its first ones, and all below the header, read fast if that is safe."""

    def __init__(self, utf8: bytes, dialect: Dialect) -> None:
        self.utf8 = utf8
        self.delimiter = dialect.delimiter
        self.skip = dialect.skip_lines
        self.quoting = Quoting(dialect.delimiter, dialect.backslash, dialect.blanks)
        returns = utf8.count(b"\r")
        lone_return = returns > 0 and returns != utf8.count(b"\r\n")
        self.plain = dialect.delimiter.isascii() and not (dialect.backslash or dialect.blanks or lone_return)
        self.head = physical_lines(utf8[:_HEAD_BYTES].decode("utf-8", errors="ignore"))[self.skip :]
        self.records = LineRecords(self.quoting, self._likeness())

    def _likeness(self) -> RowLikeness:
        """Learn how the rows look from the first ones whose marks are sound."""
        first = LineRecords(self.quoting, RowLikeness([], 0)).read(self.head[:_SAMPLE_LINES], 1)
        sound = [record for record in first if record.note is Note.NONE and any(record.cells)]
        widths = Counter(len(record.cells) for record in sound)
        width = max(widths.items(), key=lambda item: (item[0] * item[1], item[0]), default=(0, 0))[0]
        rows = [record for record in sound if len(record.cells) == width]
        return RowLikeness(
            [record.cells for record in rows[1:]], width, all(record.raw.startswith(QUOTE) for record in rows)
        )

    def first(self, count: int) -> list[Record]:
        """Give the first records."""
        return list(islice(self.records.read(self.head, self.skip + 1), count))

    def body(self, header: int, width: int) -> Body:
        """Give all rows after row `header` of the first ones."""
        above = self.first(header + 1)
        line = self.skip + sum(record.lines for record in above)
        start = self.skip + len(above)
        fast = self._fast(line, width, start) if self.plain and width else None
        body = fast or self._careful(line, width, start)
        return replace(body, warnings=(*_odd(above), *body.warnings))

    def _fast(self, line: int, width: int, start: int) -> Body | None:
        """Let Polars read what the bytes show to be sound; None where they don't, or the counts of rows differ."""
        counts = structure(self.utf8, self._offset(line), self.delimiter)
        if not counts.sound or any(self._is_doubtful(*bounds) for bounds in counts.long_rows):
            return None
        schema = {f"c{i}": pl.String for i in range(width)}
        try:
            cells = pl.read_csv(
                self.utf8, has_header=False, schema=schema, separator=self.delimiter, skip_lines=line,
                infer_schema=False,
                null_values="",  # a quoted empty cell is as empty as a bare one
            )  # fmt: skip
        except pl.exceptions.PolarsError:
            return None
        if cells.height != counts.rows:
            return None
        rows = pl.int_range(start + 1, start + 1 + cells.height, dtype=pl.Int64, eager=True).alias("row")
        return Body(*drop_blank(cells, rows), warnings=tuple(self._cut_off(counts.last)))

    def _offset(self, line: int) -> int:
        at = 0
        for _ in range(line):
            at = self.utf8.find(b"\n", at) + 1 or len(self.utf8)
        return at

    def _is_doubtful(self, start: int, end: int) -> bool:
        """Tell whether the lines of one record could be rows of their own."""
        lines = physical_lines(self.utf8[start:end].decode("utf-8", errors="replace"))
        return self.records.likeness.judge(lines, self.quoting) is not Verdict.TEXT

    def _cut_off(self, last: int) -> list[str]:
        """Tell of a file whose last record, which begins at byte `last`, ends before its row does."""
        if not self.utf8 or self.utf8.endswith((b"\n", b"\r")):
            return []
        text = self.utf8[last:].decode("utf-8", errors="replace")
        cells, width = self.quoting.plain(text), self.records.likeness.width
        if not 1 < len(cells) < width:
            return []
        return [f"the last line has {len(cells)} of {width} cells and no line end: is the file cut off?"]

    @cached_property
    def _all(self) -> list[str]:
        return physical_lines(self.utf8.decode("utf-8", errors="replace"))

    def _careful(self, line: int, width: int, start: int) -> Body:
        """Read record by record; whatever can't be a row of the table becomes a reject."""
        lines = self._all[line:]
        records = list(self.records.read(lines, start + 1))
        if sum(record.lines for record in records) != len(lines):
            raise InputError("the lines read differ from the lines in the file")
        open_ = [record for record in records if record.note in (Note.OPEN, Note.CUT)]
        rejects = [_reject(record, record.note.value) for record in open_]
        kept = [r for r in records if any(r.cells) and r.note not in (Note.OPEN, Note.CUT)]
        wide = [record for record in kept if any(record.cells[width:])]
        last = len(records[-1].raw.encode()) if records else 0
        warnings = self._cut_off(len(self.utf8) - last)
        if len(wide) > _OFTEN * len(kept):
            wider = counted(len(wide), "row has", "rows have")
            warnings.append(f"{wider} more cells than the header has columns; these are left out")
        else:
            rejects += [_reject(record, _too_wide(record, width)) for record in wide]
            kept = [record for record in kept if not any(record.cells[width:])]
        warnings += _odd(kept)
        return _body(kept, width, rejects, warnings)


def _body(kept: Sequence[Record], width: int, rejects: list[Reject], warnings: list[str]) -> Body:
    padded = [
        [cell or None for cell in (*record.cells[:width], *[""] * (width - len(record.cells)))]
        for record in kept
    ]
    cells = pl.DataFrame(padded, schema={f"c{i}": pl.String for i in range(width)}, orient="row")
    rows = pl.Series("row", [record.number for record in kept], dtype=pl.Int64)
    rejects.sort(key=lambda reject: reject.row)
    return Body(*drop_blank(cells, rows), tuple(rejects), tuple(warnings))


def _reject(record: Record, reason: str) -> Reject:
    return Reject(record.number, reason, record.raw[:_SHOWN])


def _too_wide(record: Record, width: int) -> str:
    return f"{len(record.cells)} cells, but the header has {width} columns: a {_UNQUOTED}?"


def _odd(records: Iterable[Record]) -> list[str]:
    """Tell of the rows in which marks are odd, and that were read all the same."""
    places: dict[Note, list[str]] = {Note.STRAY: [], Note.DOUBT: []}
    for record in records:
        if record.note in places:
            places[record.note].append(str(record.number))
    return [
        f"{note.value} in {counted(len(rows), 'row')}: {', '.join(rows[:_NAMED])}"
        + (" …" if len(rows) > _NAMED else "")
        for note, rows in places.items()
        if rows
    ]
