"""Files that enclose their cells in single quotation marks: written as those with double ones."""

from __future__ import annotations

import re
from functools import cache

_LOOKED = 200
_MARKS = (b",", b";", b"\t", b"|")
_LEAST = 3


def double_quoted(utf8: bytes) -> bytes | None:
    """Give the text with double quotation marks where every line encloses cells in single ones; None for others."""
    start = utf8[3:] if utf8.startswith(b"\xef\xbb\xbf") else utf8
    if not start.startswith(b"'") or b'"' in utf8:
        return None
    lines = start.split(b"\n")
    first = [line for line in lines[:_LOOKED] if line.strip()]
    mark = next((sign for sign in _MARKS if len(first) >= _LEAST and _all_fit(first, sign)), None)
    if mark is None:
        return None
    whole = _row(mark)
    if not all(whole.fullmatch(line.rstrip(b"\r")) for line in lines if line.strip()):
        return None
    cell = _cell(mark)
    return b"\n".join(cell.sub(_doubled, line) for line in lines)


def _all_fit(lines: list[bytes], mark: bytes) -> bool:
    """Tell whether all lines have the same number of cells, more than one, and most of these are enclosed."""
    whole = _row(mark)
    widths = {len(_cell(mark).findall(line.rstrip(b"\r"))) for line in lines}
    return len(widths) == 1 and widths != {1} and all(whole.fullmatch(line.rstrip(b"\r")) for line in lines)


@cache
def _row(mark: bytes) -> re.Pattern[bytes]:
    cell = _one(mark)
    return re.compile(cell + b"(?:" + re.escape(mark) + cell + b")*")


@cache
def _cell(mark: bytes) -> re.Pattern[bytes]:
    return re.compile(b"(?<![^" + re.escape(mark) + b"])'(?:[^']|'')*'(?=" + re.escape(mark) + b"|\r?$)")


def _one(mark: bytes) -> bytes:
    return b"(?:'(?:[^']|'')*+'|[^'" + re.escape(mark) + b"]*+)"


def _doubled(cell: re.Match[bytes]) -> bytes:
    return b'"' + cell[0][1:-1].replace(b"''", b"'") + b'"'
