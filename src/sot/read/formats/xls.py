"""Numbers of an old workbook (.xls) that it shows with leading zeros: what the usual reader leaves away.

A file of Microsoft's compound format holds a stream "Workbook" of records (BIFF 8). Of these only number formats,
cell styles and cells with numbers are looked at.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping

from sot.read.formats.number_formats import Padding, padding

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_ENDS = 0xFFFFFFFA
"""Sector numbers from here on are marks: the end of a chain, or no sector at all."""
_ENTRY, _MINI_AT_MOST = 128, 4096
_BOF, _EOF, _FORMAT, _STYLE, _SHEET = 0x0809, 0x000A, 0x041E, 0x00E0, 0x0085
_FORMULA, _NUMBER, _SMALL, _SMALL_ROW = 0x0006, 0x0203, 0x027E, 0x00BD

Record = tuple[int, bytes]
Cell = tuple[int, int, int, float]
"""Row and column, both from 0, the style and the number."""


def zero_padded(data: bytes, sheet: str) -> dict[tuple[int, int], str]:
    """Give (row, column), both from 1: the text shown, for whole numbers under a format of zeros."""
    try:
        return _padded(data, sheet)
    except (struct.error, LookupError, UnicodeDecodeError):
        # A damaged file: what can be read of it is read without the zeros.
        return {}


def _padded(data: bytes, sheet: str) -> dict[tuple[int, int], str]:
    book = _stream(data, "Workbook")
    formats, starts = _globals(book)
    if not formats or sheet not in starts:
        return {}
    return shown(_cells(book, starts[sheet]), formats)


def shown(cells: Iterable[Cell], formats: Mapping[int, Padding]) -> dict[tuple[int, int], str]:
    """Give (row, column), both from 1: the text of the whole numbers whose style shows zeros in front."""
    texts = (
        ((row + 1, column + 1), formats[style].text(number))
        for row, column, style, number in cells
        if style in formats
    )
    return {place: text for place, text in texts if text is not None}


def _stream(data: bytes, wanted: str) -> bytes:
    """Give a stream of a compound file by its name, empty where there is none."""
    size = 1 << min(struct.unpack_from("<H", data, 30)[0], 12)
    first_dir, first_mini, first_more = (struct.unpack_from("<I", data, at)[0] for at in (48, 60, 68))
    tables = list(struct.unpack_from("<109I", data, 76))
    while first_more < _ENDS:
        *more, first_more = struct.unpack_from(f"<{size // 4}I", data, (first_more + 1) * size)
        tables += more
    fat = [
        number
        for table in tables
        if table < _ENDS
        for number in struct.unpack_from(f"<{size // 4}I", data, (table + 1) * size)
    ]

    def chain(first: int) -> bytes:
        return b"".join(data[(at + 1) * size : (at + 2) * size] for at in _chain(first, fat))

    entries = chain(first_dir)
    places = {}
    for at in range(0, len(entries) - _ENTRY + 1, _ENTRY):
        length = struct.unpack_from("<H", entries, at + 64)[0]
        name = entries[at : at + max(length - 2, 0)].decode("utf-16-le")
        places[name] = struct.unpack_from("<II", entries, at + 116)
    if wanted not in places:
        return b""
    first, whole = places[wanted]
    if whole >= _MINI_AT_MOST:
        return chain(first)[:whole]
    small = chain(places["Root Entry"][0])
    short = chain(first_mini)
    mini = list(struct.unpack(f"<{len(short) // 4}I", short))
    return b"".join(small[at * 64 : (at + 1) * 64] for at in _chain(first, mini))[:whole]


def _chain(first: int, table: list[int]) -> Iterator[int]:
    """Follow a chain of sectors; one that bites its tail ends with the table."""
    for _ in table:
        if first >= _ENDS:
            return
        yield first
        first = table[first]


def _records(book: bytes, at: int) -> Iterator[Record]:
    """Give the records of the part that begins `at`, without those of parts within it (charts)."""
    depth = 0
    while at + 4 <= len(book):
        kind, length = struct.unpack_from("<HH", book, at)
        depth += (kind == _BOF) - (kind == _EOF)
        if depth == 0:
            return
        if depth == 1:
            yield kind, book[at + 4 : at + 4 + length]
        at += 4 + length


def _globals(book: bytes) -> tuple[dict[int, Padding], dict[str, int]]:
    """Give the format of each style that shows zeros in front, and where each sheet begins."""
    zeros: dict[int, Padding] = {}
    styles: list[int] = []
    starts: dict[str, int] = {}
    for kind, body in _records(book, 0):
        if kind == _FORMAT:
            form = _text(body[4:], struct.unpack_from("<H", body, 2)[0])
            padded = padding(form)
            if padded is not None:
                zeros[struct.unpack_from("<H", body)[0]] = padded
        elif kind == _STYLE:
            styles.append(struct.unpack_from("<H", body, 2)[0])
        elif kind == _SHEET:
            starts[_text(body[7:], body[6])] = struct.unpack_from("<I", body)[0]
    return {style: zeros[form] for style, form in enumerate(styles) if form in zeros}, starts


def _text(body: bytes, length: int) -> str:
    """Give a text behind its flags: of two bytes a character, or of one."""
    return (
        body[1 : 1 + 2 * length].decode("utf-16-le")
        if body[0] & 1
        else body[1 : 1 + length].decode("latin-1")
    )


def _cells(book: bytes, at: int) -> Iterator[Cell]:
    """Give the cells of a sheet that hold numbers."""
    for kind, body in _records(book, at):
        if kind == _NUMBER or (kind == _FORMULA and body[12:14] != b"\xff\xff"):
            yield struct.unpack_from("<HHHd", body)
        elif kind == _SMALL:
            row, column, style, packed = struct.unpack_from("<HHHI", body)
            yield row, column, style, unpacked(packed)
        elif kind == _SMALL_ROW:
            row, column = struct.unpack_from("<HH", body)
            for i in range((len(body) - 6) // 6):
                style, packed = struct.unpack_from("<HI", body, 4 + 6 * i)
                yield row, column + i, style, unpacked(packed)


def unpacked(packed: int) -> float:
    """Give the number that four bytes hold: a whole one, or the upper half of a float; perhaps by hundred."""
    if packed & 2:
        number = float((packed ^ 0x80000000) - 0x80000000 >> 2)
    else:
        number = struct.unpack("<d", struct.pack("<Q", (packed & ~3) << 32))[0]
    return number / 100 if packed & 1 else number
