"""Numbers that a workbook shows with zeros in front: a ZIP shown as 02134 is stored as 2134, and read as that."""

from __future__ import annotations

import io
import re
import zipfile
from itertools import islice
from xml.etree import ElementTree

import polars as pl

from sot.read.formats import xls, xlsb
from sot.read.formats.xlsx_package import SheetPart, XlsxPackage

_CELL = (
    rb"""<(?:\w+:)?c\b(?=[^>]*\ss=["'](%b)["'])(?![^>]*\st=["'](?!n["']))(?:[^>]*?\sr=["']([A-Za-z]+)(\d+)["'])?[^>]*>"""
    rb"""\s*(?:<(?:\w+:)?f\b[^>]*/>|<(?:\w+:)?f\b[^>]*>[^<]*</(?:\w+:)?f>)?\s*<(?:\w+:)?v\b[^>]*>\s*([\d.eE+]+)\s*<"""
)
_TRIED = 500
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_PADDED = re.compile(r"0[\d -]*\d$")
_NO_DIGIT = re.compile(r"\D")

Padded = dict[tuple[int, int], str]
"""(row, column), both from 1: the text that the cell shows."""


def restore(
    cells: pl.DataFrame, data: bytes, package: XlsxPackage | None, sheet: SheetPart
) -> pl.DataFrame | None:
    """Give the cells as they are shown; None where that can't be worked out from the fast reader's cells."""
    shown = _in_xlsx(package, sheet) if package is not None else _in_others(data, sheet.name)
    if shown is None:
        return None
    if not shown:
        return cells
    first = min(column for _, column in shown)
    places = range(cells.width)
    offset = next((place for place in places if _fits(cells, shown, first - 1 - place)), None)
    if offset is None:
        return cells if package is None else None
    by_column: dict[int, dict[int, str]] = {}
    for (row, column), text in shown.items():
        by_column.setdefault(column - first + offset, {})[row - 1] = text
    for place, texts in by_column.items():
        name = cells.columns[place]
        restored = cells[name].scatter(list(texts), list(texts.values()))
        cells = cells.with_columns(restored.alias(name))
    return cells


def _fits(cells: pl.DataFrame, shown: Padded, shift: int) -> bool:
    """Tell whether the frame, its first column being column `shift` + 1, holds the same numbers."""
    for (row, column), text in islice(shown.items(), _TRIED):
        place = column - 1 - shift
        if not (0 <= place < cells.width and row <= cells.height):
            return False
        stored = (cells[row - 1, place] or "").lstrip("0")
        if not _NO_DIGIT.sub("", text).endswith(stored) or bool(stored) != bool(text.strip("0 -")):
            return False
    return True


def _in_xlsx(package: XlsxPackage, sheet: SheetPart) -> Padded | None:
    padded: Padded = {}
    if not package.padded:
        return padded
    pattern = re.compile(_CELL % "|".join(map(str, package.padded)).encode())
    for style, letters, row, value in pattern.findall(b"".join(package.pieces(sheet))):
        if not row:
            return None
        text = package.padded[int(style)].text(_number(value))
        if text is not None:
            padded[int(row), _column(letters.upper())] = text
    return padded


def _in_others(data: bytes, sheet: str) -> Padded:
    if data.startswith(xls.MAGIC):
        return xls.zero_padded(data, sheet)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile:
        return {}
    if xlsb.BOOK in archive.namelist():
        return xlsb.zero_padded(archive, sheet)
    return _in_ods(archive, sheet)


def _in_ods(archive: zipfile.ZipFile, sheet: str) -> Padded:
    """Give the numbers of an OpenDocument sheet that it holds with zeros before them, as it shows them."""
    if "content.xml" not in archive.namelist():
        return {}
    book = ElementTree.fromstring(archive.read("content.xml"))
    padded: Padded = {}
    row = 1
    tables = (table for table in book.iter(f"{_TABLE}table") if table.get(f"{_TABLE}name") == sheet)
    for line in (line for table in islice(tables, 1) for line in table.iter(f"{_TABLE}table-row")):
        column = 1
        for cell in line:
            text = "".join(cell.itertext()) if cell.get(f"{_OFFICE}value-type") == "float" else ""
            if _PADDED.match(text):
                padded[row, column] = text
            column += int(cell.get(f"{_TABLE}number-columns-repeated", 1))
        row += int(line.get(f"{_TABLE}number-rows-repeated", 1))
    return padded


def _number(text: bytes) -> float:
    try:
        return float(text)
    except ValueError:
        return -1.0


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
