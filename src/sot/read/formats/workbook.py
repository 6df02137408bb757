"""Workbooks: the tables on the sheets of XLSX, XLS, XLSB and ODS files, every cell as text."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from itertools import islice
from xml.etree import ElementTree

import fastexcel
import polars as pl

from sot.errors import InputError
from sot.read.formats import xls, xlsb
from sot.read.formats.grid import Grid, cell_grid

_CELL = rb'<c r="([A-Z]+)(\d+)"(?=[^>]* s="(%b)")(?![^>]* t="(?!n"))[^>]*>(?:<f[^>]*/>|<f[^>]*>.*?</f>)?<v>(\d+)</v>'
_TRIED = 500
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_PADDED = re.compile(r"0\d+$")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

Padded = dict[tuple[int, int], str]
"""(row, column), both from 1: the text that the cell shows."""


def read_workbook(data: bytes, only: str | None = None) -> Iterator[Grid]:
    """Give a grid for every visible sheet that holds something; `only` names the one sheet that is wanted."""
    try:
        book = fastexcel.read_excel(data)
    except Exception as error:  # fastexcel has no base class for what can be wrong with a file
        raise InputError(
            "this workbook can't be opened; save it again as .xlsx, without a password"
        ) from error
    names = [name for name in book.sheet_names if only is None or name == only]
    if not names:
        raise InputError(f"there is no sheet '{only}'; its sheets are {', '.join(book.sheet_names)}")
    padded = _PaddedCells(data)
    for name in names:
        sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
        if sheet.width == 0 or (only is None and sheet.visible != "visible"):
            continue
        cells = padded.restore(sheet.to_polars(), name)
        if cells.height:
            yield cell_grid(cells, name)


class _PaddedCells:
    """Numbers that a format of zeros shows with leading zeros: a ZIP shown as 02134 is stored as 2134."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.archive = zipfile.ZipFile(io.BytesIO(data)) if data[:2] == b"PK" else None
        self.lengths = self._lengths()

    def restore(self, cells: pl.DataFrame, sheet: str) -> pl.DataFrame:
        """Give the cells as they are shown."""
        shown = self._shown(sheet)
        if not shown:
            return cells
        first = min(column for _, column in shown)
        offset = next(
            (place for place in range(cells.width) if self._fits(cells, shown, first - 1 - place)), None
        )
        if offset is None:
            return cells
        by_column: dict[int, dict[int, str]] = {}
        for (row, column), text in shown.items():
            by_column.setdefault(column - 1 - (first - 1 - offset), {})[row - 1] = text
        for place, texts in by_column.items():
            name = cells.columns[place]
            column_ = cells[name].scatter(list(texts), list(texts.values()))
            cells = cells.with_columns(column_.alias(name))
        return cells

    @staticmethod
    def _fits(cells: pl.DataFrame, shown: Padded, shift: int) -> bool:
        """Tell whether the frame, its first column being column `shift` + 1, holds the same numbers."""
        for (row, column), text in islice(shown.items(), _TRIED):
            place = column - 1 - shift
            if not (0 <= place < cells.width and row <= cells.height):
                return False
            if (cells[row - 1, place] or "").lstrip("0") != text.lstrip("0"):
                return False
        return True

    def _lengths(self) -> dict[int, int]:
        """Cell style: number of digits that it shows."""
        try:
            styles = ElementTree.fromstring(self.archive.read("xl/styles.xml")) if self.archive else None
        except (KeyError, ElementTree.ParseError, zipfile.BadZipFile):
            return {}
        if styles is None:
            return {}
        formats = {
            one.get("numFmtId"): len(one.get("formatCode", ""))
            for one in styles.iter(f"{_MAIN}numFmt")
            if xls.ZEROS.match(one.get("formatCode", ""))
        }
        styled = styles.find(f"{_MAIN}cellXfs")
        cells = list(styled) if styled is not None and formats else []
        return {
            i: formats[one.get("numFmtId")] for i, one in enumerate(cells) if one.get("numFmtId") in formats
        }

    def _shown(self, sheet: str) -> Padded:
        if self.data.startswith(xls.MAGIC):
            return xls.zero_padded(self.data, sheet)
        if self.archive and xlsb.BOOK in self.archive.namelist():
            return xlsb.zero_padded(self.archive, sheet)
        return self._shown_in_xlsx(sheet) if self.lengths else self._shown_in_ods(sheet)

    def _shown_in_xlsx(self, sheet: str) -> Padded:
        path = self._path(sheet)
        if self.archive is None or path is None:
            return {}
        found: Padded = {}
        styles = "|".join(map(str, self.lengths)).encode()
        for letters, row, style, value in re.findall(_CELL % styles, self.archive.read(path)):
            found[int(row), _column(letters)] = value.decode().zfill(self.lengths[int(style)])
        return found

    def _shown_in_ods(self, sheet: str) -> Padded:
        """Give the numbers of an OpenDocument sheet that it holds with zeros before them, as it shows them."""
        if self.archive is None or "content.xml" not in self.archive.namelist():
            return {}
        book = ElementTree.fromstring(self.archive.read("content.xml"))
        found: Padded = {}
        row = 1
        table = next(one for one in book.iter(f"{_TABLE}table") if one.get(f"{_TABLE}name") == sheet)
        for line in table.iter(f"{_TABLE}table-row"):
            column = 1
            for cell in line:
                text = "".join(cell.itertext()) if cell.get(f"{_OFFICE}value-type") == "float" else ""
                if _PADDED.match(text):
                    found[row, column] = text
                column += int(cell.get(f"{_TABLE}number-columns-repeated", 1))
            row += int(line.get(f"{_TABLE}number-rows-repeated", 1))
        return found

    def _path(self, sheet: str) -> str | None:
        assert self.archive is not None
        try:
            book = ElementTree.fromstring(self.archive.read("xl/workbook.xml"))
            links = ElementTree.fromstring(self.archive.read("xl/_rels/workbook.xml.rels"))
        except (KeyError, ElementTree.ParseError):
            return None
        wanted = next(
            (one.get(_RELATION) for one in book.iter(f"{_MAIN}sheet") if one.get("name") == sheet), None
        )
        target = next((one.get("Target", "") for one in links if one.get("Id") == wanted), "")
        path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        return path if path in self.archive.namelist() else None


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
