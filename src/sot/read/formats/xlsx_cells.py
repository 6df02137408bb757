"""A reader of XLSX sheets that takes whatever can be read: for files at which the fast reader gives up.

It goes through the XML of a sheet piece by piece and looks at local names alone. Cells that lie far outside of the
table cost no memory: columns and rows that are empty are not stored.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

import polars as pl

from sot.model.counts import counted
from sot.read.formats.xlsx_package import SheetPart, XlsxPackage

_CHUNK_ROWS = 20_000
_GAP_COLUMNS = 256
_GAP_ROWS = 1_000
_MOST_ROWS = 1 << 20
_MOST_COLUMNS = 1 << 14
_PLACE = re.compile(r"^\$?([A-Za-z]{0,3})\$?(\d*)$")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_NUMBER = re.compile(r"^[-+]?(\d+(\.\d*)?|\.\d+)([Ee][-+]?\d+)?$")


@dataclass
class SheetCells:
    """The cells of a sheet as text, with the physical number of each row, and what went wrong on the way."""

    cells: pl.DataFrame
    rows: pl.Series
    warnings: tuple[str, ...] = ()


@dataclass
class _Cell:
    """The cell that is being read."""

    row: int
    column: int
    kind: str
    style: int
    value: list[str] = field(default_factory=list)
    inline: list[str] = field(default_factory=list)


class _Parser:
    """Takes the events of expat; gives cells to `take`."""

    def __init__(self, take: Callable[[_Cell], None]) -> None:
        self.take = take
        self.row = 0
        self.column = 0
        self.cell: _Cell | None = None
        self.into: list[str] | None = None
        self.aloud = False

    def feed(self, pieces: Iterator[bytes]) -> str | None:
        """Read all pieces; give what was wrong with the XML, if anything was."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        try:
            for piece in pieces:
                parser.Parse(piece, False)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            return str(error)
        return None

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "c":
            self._begin(attributes)
        elif name == "row":
            number = attributes.get("r", "")
            self.row = int(number) if number.isdigit() else self.row + 1
            self.column = 0
        elif self.cell is not None:
            if name == "v":
                self.into = self.cell.value
            elif name == "t" and not self.aloud:
                self.into = self.cell.inline
            elif name == "rPh":
                self.aloud = True

    def _begin(self, attributes: dict[str, str]) -> None:
        place = _PLACE.match(attributes.get("r", ""))
        letters, digits = place.groups() if place else ("", "")
        self.column = _column(letters) if letters else self.column + 1
        styled = attributes.get("s", "")
        style = int(styled) if styled.isdigit() else 0
        row = int(digits) if digits else self.row
        self.cell = _Cell(row, self.column, attributes.get("t", "n"), style)

    def _end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name == "c" and self.cell is not None:
            self.take(self.cell)
            self.cell = None
        elif name in ("v", "t"):
            self.into = None
        elif name == "rPh":
            self.aloud = False

    def _text(self, text: str) -> None:
        if self.into is not None:
            self.into.append(text)


class _Columns:
    """Collects cells by column, in frames of some thousand rows."""

    def __init__(self) -> None:
        self.frames: list[pl.DataFrame] = []
        self.held: dict[int, dict[int, str]] = {}
        self.outside = 0

    def add(self, row: int, column: int, text: str) -> None:
        """Take a cell."""
        if not (0 < row <= _MOST_ROWS and 0 < column <= _MOST_COLUMNS):
            self.outside += 1
            return
        cells = self.held.get(row)
        if cells is None:
            if len(self.held) >= _CHUNK_ROWS:
                self._flush()
            cells = self.held[row] = {}
        cells[column] = text

    def _flush(self) -> None:
        rows = sorted(self.held)
        columns = sorted({column for cells in self.held.values() for column in cells})
        data: dict[str, list[str | None] | list[int]] = {"row": rows}
        for column in columns:
            data[str(column)] = [self.held[row].get(column) for row in rows]
        schema = {"row": pl.Int64, **{str(column): pl.String for column in columns}}
        self.frames.append(pl.DataFrame(data, schema=schema))
        self.held = {}

    def whole(self) -> tuple[pl.DataFrame, pl.Series]:
        """Give all cells: small gaps as they are, large ones as one empty row or column."""
        self._flush()
        frame = pl.concat(self.frames, how="diagonal").sort("row", maintain_order=True)
        used = sorted(int(name) for name in frame.columns if name != "row")
        rows = _with_gaps(frame["row"].to_list(), _GAP_ROWS)
        wanted = pl.DataFrame({"row": rows}, schema={"row": pl.Int64})
        if len(rows) != frame.height:
            frame = wanted.join(frame, on="row", how="left", maintain_order="left")
        columns = _with_gaps(used, _GAP_COLUMNS)
        empty = pl.lit(None, dtype=pl.String)
        cells = frame.select(
            (pl.col(str(column)) if str(column) in frame.columns else empty).alias(f"c{place}")
            for place, column in enumerate(columns)
        )
        return cells, frame["row"]


def read_cells(package: XlsxPackage, sheet: SheetPart) -> SheetCells:
    """Give the cells of a sheet as the fast reader would; XML that breaks off gives what comes before."""
    columns = _Columns()
    shown = _Shown(package)

    def take(cell: _Cell) -> None:
        text = shown.text(cell)
        if text:
            columns.add(cell.row, cell.column, text)

    broken = _Parser(take).feed(package.pieces(sheet))
    cells, rows = columns.whole()
    warnings = []
    if broken:
        warnings.append(f"the sheet is damaged and was read up to the damage: {broken}")
    if shown.lost:
        warnings.append(f"{counted(shown.lost, 'cell')} without a text in the workbook; read as empty")
    if columns.outside:
        warnings.append(f"{counted(columns.outside, 'cell')} outside the limits of a sheet; left out")
    return SheetCells(cells, rows, tuple(warnings))


class _Shown:
    """The text of a cell, as the fast reader writes it, with the zeros that its format shows."""

    def __init__(self, package: XlsxPackage) -> None:
        self.texts, self.padded, self.dated = package.texts, package.padded, package.dated
        self.start = (
            datetime.datetime(1904, 1, 1) if package.dates_from_1904 else datetime.datetime(1899, 12, 30)
        )
        self.lost = 0

    def text(self, cell: _Cell) -> str:
        """Give the text of the cell; empty for an error value."""
        value = "".join(cell.value)
        if cell.kind == "s":
            if value.strip().isdigit() and int(value) < len(self.texts):
                return _plain(self.texts[int(value)])
            self.lost += value != ""
            return ""
        if cell.kind == "inlineStr":
            return _plain("".join(cell.inline) or value)
        if cell.kind == "e":
            return ""
        if cell.kind == "b":
            return {"1": "true", "0": "false"}.get(value, value)
        if cell.kind == "n" and _NUMBER.match(value.strip()):
            return self._number(float(value), cell.style)
        return _plain(value)

    def _number(self, number: float, style: int) -> str:
        if style in self.padded:
            padded = self.padded[style].text(number)
            if padded is not None:
                return padded
        if style in self.dated:
            try:
                return str(self.start + datetime.timedelta(milliseconds=round(number * 86_400_000)))
            except OverflowError:
                return ""
        return str(int(number)) if number.is_integer() and abs(number) < 1e20 else repr(number)


def _plain(text: str) -> str:
    """Undo the marks in which a workbook writes what XML can't hold: _x000D_ is a line end."""
    return _ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), text) if "_x" in text else text


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def _with_gaps(used: list[int], most: int) -> list[int]:
    """Give the numbers with those between them, but one alone for a gap of more than `most`."""
    numbers: list[int] = []
    before = used[0] - 1 if used and used[0] > most else 0
    for number in used:
        gap = number - before - 1
        numbers += range(before + 1, number) if gap <= most else [number - 1]
        numbers.append(number)
        before = number
    return numbers
