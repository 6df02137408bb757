"""Pages of HTML, and XML of old Excel, that systems write under the name of a workbook: the tables in them."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

import polars as pl

from sot.errors import InputError
from sot.read.formats.encoding import to_text
from sot.read.formats.grid import Grid, cell_grid

_HEAD = 65_536
_BEFORE = b"\xef\xbb\xbf\xff\xfe \t\r\n"
_SIGNS = (b"<table", b"<html", b"urn:schemas-microsoft-com:office:spreadsheet")
_MAIL = b"mime-version:"
_ROWS, _CELLS, _ASIDE = ("tr", "row"), ("td", "th", "cell"), ("comment", "style", "script")
_FARTHEST = 16_384
"""No sheet has more columns or more empty rows than this between two that are filled."""


def is_markup(data: bytes) -> bool:
    """Tell a page or XML with tables, also one that is packed like a mail (MHTML), from other text."""
    if data[: len(_MAIL)].lower() == _MAIL:
        return b"text/html" in data[:_HEAD].lower()
    # Of UTF-16 only the zeros are in the way of seeing this.
    head = data[:_HEAD].replace(b"\0", b"").lstrip(_BEFORE).lower()
    return head.startswith(b"<") and any(sign in head for sign in _SIGNS)


def read_markup(data: bytes, encoding: str | None = None, only: str | None = None) -> Iterator[Grid]:
    """Give a grid for each table; `only` names the one sheet that is wanted, where the file names its sheets."""
    text = to_text(_unpacked(data), encoding)
    parser = _Parser()
    parser.feed(text.utf8.decode())
    parser.close()
    tables = [table for table in parser.tables if table.width > 1] or [t for t in parser.tables if t.width]
    wanted = [table for table in tables if only is None or table.sheet == only]
    if not wanted:
        raise InputError("there is no table in this page" if only is None else f"there is no sheet '{only}'")
    for number, table in enumerate(wanted, 1):
        sheet = table.sheet or (f"table {number}" if len(wanted) > 1 else None)
        yield replace(cell_grid(table.cells(), sheet), encoding=text.encoding, warnings=text.warnings)


def _unpacked(data: bytes) -> bytes:
    if data[: len(_MAIL)].lower() != _MAIL:
        return data
    mail = email.message_from_bytes(data, policy=email.policy.default)
    part = next((part for part in mail.walk() if part.get_content_type() == "text/html"), None)
    content = part.get_payload(decode=True) if part else b""
    return content if isinstance(content, bytes) else b""


@dataclass
class _Table:
    sheet: str | None
    rows: list[list[str]] = field(default_factory=list)
    covered: set[int] = field(default_factory=set)
    """Columns of the last row into which a cell of a row above reaches."""
    reaching: dict[int, int] = field(default_factory=dict)
    """Column: into how many rows below the last one a cell reaches."""

    def begin_row(self) -> None:
        """Begin the next row, with the cells in mind that reach down into it."""
        self.rows.append([])
        self.covered = set(self.reaching)
        self.reaching = {column: rows - 1 for column, rows in self.reaching.items() if rows > 1}

    @property
    def width(self) -> int:
        return max(map(len, self.rows), default=0)

    def cells(self) -> pl.DataFrame:
        width = self.width
        padded = [[*row, *[""] * (width - len(row))] for row in self.rows]
        return pl.DataFrame(
            padded, schema=[f"c{i}" for i in range(width)], orient="row", infer_schema_length=1
        )


class _Parser(HTMLParser):
    """Collects the tables; one inside another is a table of its own."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[_Table] = []
        self._open: list[_Table] = []
        self._sheet: str | None = None
        self._text: list[str] | None = None
        self._aside = 0
        self._span = 1
        self._down = 0

    def close(self) -> None:
        """End, also where the page breaks off."""
        super().close()
        self._end_cell()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a sheet, a table, a row or a cell."""
        name = tag.rpartition(":")[2]
        attributes = {key.rpartition(":")[2]: value or "" for key, value in attrs}
        if name == "worksheet":
            self._sheet = attributes.get("name")
        elif name == "table":
            self._text = None
            self.tables.append(_Table(self._sheet))
            self._open.append(self.tables[-1])
        elif name in _ASIDE:
            self._aside += 1
        elif not self._open:
            return
        elif name in _ROWS:
            self._end_cell()
            for _ in range(_gap(attributes, len(self._open[-1].rows)) + 1):
                self._open[-1].begin_row()
        elif name in _CELLS:
            self._begin_cell(attributes)
        elif name in ("br", "p", "div") and self._text is not None:
            self._text.append(" ")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin and end what is empty."""
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """End a cell or a table."""
        name = tag.rpartition(":")[2]
        if name in (*_CELLS, *_ROWS):
            self._end_cell()
        elif name == "table" and self._open:
            self._end_cell()
            self._open.pop()
        elif name in _ASIDE:
            self._aside = max(self._aside - 1, 0)

    def handle_data(self, data: str) -> None:
        """Add to the text of the cell."""
        if self._text is not None and not self._aside:
            self._text.append(data)

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        self._end_cell()
        rows = self._open[-1].rows
        if not rows:
            rows.append([])
        rows[-1] += [""] * _gap(attributes, len(rows[-1]))
        while len(rows[-1]) in self._open[-1].covered:
            rows[-1].append("")
        self._span = max(_number(attributes, "colspan"), _number(attributes, "mergeacross") + 1)
        self._down = min(_number(attributes, "rowspan"), _FARTHEST) - 1
        self._text = []

    def _end_cell(self) -> None:
        if self._text is not None and self._open:
            cell = " ".join("".join(self._text).split())
            at, span = len(self._open[-1].rows[-1]), min(self._span, _FARTHEST)
            if self._down > 0:
                self._open[-1].reaching |= dict.fromkeys(range(at, at + span), self._down)
            self._open[-1].rows[-1] += [cell, *[""] * (span - 1)]
        self._text = None


def _gap(attributes: dict[str, str], filled: int) -> int:
    """Give how many cells or rows are left out before the one that says its own place."""
    return min(max(_number(attributes, "index") - 1 - filled, 0), _FARTHEST)


def _number(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0
