"""Tables with tabs whose cells hold line ends and tabs behind a backslash, as MySQL writes them (INTO OUTFILE)."""

from __future__ import annotations

import re

_TAB = re.compile(rb"(?<!\\)((?:\\\\)*)\t")
_ESCAPED = re.compile(rb"\\(?=[\t\n])")
_END = re.compile(rb"(?<!\\)(?:\\\\)*\\$")
_MOST = 200
"""Lines of one row; a text whose lines all end so is no such table, and joining them again and again takes hours."""


def joined(utf8: bytes) -> bytes | None:
    """Give the text with such cells in quotation marks; None for others, and where a row has not all cells."""
    if b"\\\n" not in utf8 or b"\t" not in utf8[: utf8.find(b"\n")]:
        return None
    lines = utf8.split(b"\n")
    width = len(_cells(lines[0]))
    rows: list[bytes] = []
    at, ends = 0, 0
    while at < len(lines):
        used = _used(lines, at, width)
        if used == 0:
            return None
        ends += used - 1
        rows.append(_quoted(b"\n".join(lines[at : at + used])) if used > 1 else lines[at])
        at += used
    return b"\n".join(rows) if ends else None


def _used(lines: list[bytes], at: int, width: int) -> int:
    """Give how many lines the row at `at` has; 0 where no number of lines gives as many cells as the header has."""
    used = 1
    while _END.search(lines[at + used - 1]) and at + used < len(lines):
        if used == _MOST:
            return 0
        alone = len(_cells(b"\n".join(lines[at : at + used])))
        if alone >= width and b"\t" in lines[at + used]:
            break
        used += 1
    return used if used == 1 or len(_cells(b"\n".join(lines[at : at + used]))) == width else 0


def _cells(row: bytes) -> list[bytes]:
    return _TAB.sub(rb"\1\0", row).split(b"\0")


def _quoted(row: bytes) -> bytes:
    cells = [_ESCAPED.sub(b"", cell) for cell in _cells(row)]
    return b"\t".join(
        b'"' + cell.replace(b'"', b'""') + b'"' if b"\n" in cell or b"\t" in cell else cell for cell in cells
    )
