"""Numbers of a binary workbook (.xlsb) that it shows with leading zeros: what the usual reader leaves away.

Its parts are streams of records (BIFF 12). Of these only number formats, cell styles and cells with numbers are
looked at.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from xml.etree import ElementTree

from sot.read.formats.number_formats import Padding, padding
from sot.read.formats.xls import Cell, shown, unpacked

BOOK = "xl/workbook.bin"

_ROW, _SMALL, _NUMBER, _FORMULA = 0, 2, 5, 9
_FORMAT, _STYLE, _STYLES_BEGIN, _STYLES_END, _SHEET = 44, 47, 617, 618, 156

Record = tuple[int, bytes]


def zero_padded(archive: zipfile.ZipFile, sheet: str) -> dict[tuple[int, int], str]:
    """Give (row, column), both from 1: the text shown, for whole numbers under a format of zeros."""
    try:
        formats = _formats(archive.read("xl/styles.bin"))
        path = _path(archive, sheet) if formats else None
        return shown(_cells(archive.read(path)), formats) if path else {}
    except (
        struct.error,
        LookupError,
        UnicodeDecodeError,
        ElementTree.ParseError,
        zipfile.BadZipFile,
        zlib.error,
    ):
        # A damaged file: what can be read of it is read without the zeros.
        return {}


def _records(part: bytes) -> Iterator[Record]:
    """Give the records of a part: the kind in one byte or two and the length in up to four, seven bits in each."""
    at = 0
    while at < len(part):
        kind, at = _counted(part, at)
        length, at = _counted(part, at)
        yield kind, part[at : at + length]
        at += length


def _counted(part: bytes, at: int) -> tuple[int, int]:
    """Give the number that begins `at`, and where it ends."""
    number = part[at]
    if number < 0x80:
        return number, at + 1
    number &= 0x7F
    for place in range(1, 4):
        byte = part[at + place]
        number |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            break
    return number, at + place + 1


def _formats(part: bytes) -> dict[int, Padding]:
    """Give the format of each style of a cell that shows zeros in front."""
    zeros: dict[int, Padding] = {}
    styles: list[int] = []
    of_cells = False
    for kind, body in _records(part):
        if kind == _FORMAT:
            form, _ = _text(body, 2)
            padded = padding(form)
            if padded is not None:
                zeros[struct.unpack_from("<H", body)[0]] = padded
        elif kind in (_STYLES_BEGIN, _STYLES_END):
            of_cells = kind == _STYLES_BEGIN
        elif kind == _STYLE and of_cells:
            styles.append(struct.unpack_from("<H", body, 2)[0])
    return {style: zeros[form] for style, form in enumerate(styles) if form in zeros}


def _path(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """Give the part of the archive that holds a sheet."""
    for kind, body in _records(archive.read(BOOK)):
        if kind == _SHEET:
            link, end = _text(body, 8)
            if _text(body, end)[0] == sheet:
                links = ElementTree.fromstring(archive.read("xl/_rels/workbook.bin.rels"))
                target = {entry.get("Id"): entry.get("Target", "") for entry in links}[link]
                return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return None


def _text(body: bytes, at: int) -> tuple[str, int]:
    """Give the text that begins `at` with the count of its characters, and where it ends."""
    end = at + 4 + 2 * struct.unpack_from("<I", body, at)[0]
    return body[at + 4 : end].decode("utf-16-le"), end


def _cells(page: bytes) -> Iterator[Cell]:
    """Give the cells of a sheet that hold numbers."""
    row = 0
    for kind, body in _records(page):
        if kind == _ROW:
            row = struct.unpack_from("<I", body)[0]
        elif kind == _SMALL:
            column, style, packed = struct.unpack_from("<III", body)
            yield row, column, style & 0xFFFFFF, unpacked(packed)
        elif kind in (_NUMBER, _FORMULA):
            column, style, number = struct.unpack_from("<IId", body)
            yield row, column, style & 0xFFFFFF, number
