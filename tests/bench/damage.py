"""Damage to the bytes of a file, drawn at random: outside, and within what is packed, so that checksums hold."""

from __future__ import annotations

import gzip
import io
import random
import re
import zipfile

_PUT_IN = (
    b'"', b"\0", b"\xff" * 4, b"<", b"[" * 50, b"\n", b"&x;", b"\x7f\xff\xff\xff", b"\xff\xff\xff\x7f", b"-1", b"{",
    b"\r", b"<table>" * 20, b"<![", b"<!--", b"&#1114112;", b"1e999", b"XFD1048576", b"\xd8\x00", b"4294967295",
    b"=", b"'", b"NaN",
)  # fmt: skip
_NUMBER = re.compile(rb"\d+")
_NUMBERS = (b"0", b"-1", b"65536", b"2147483648", b"99999999999999999999", b"1048577")
_OUTSIDE = 0.4
"""Of packed files so many are damaged from the outside, which their checksums mostly show."""


def damaged(draw: random.Random, data: bytes) -> bytes:
    """Damage a file, in half of the cases that are packed behind its packing."""
    if draw.random() >= _OUTSIDE:
        if data.startswith(b"PK\x03\x04"):
            return _in_zip(draw, data)
        if data.startswith(b"\x1f\x8b"):
            return gzip.compress(_spoiled(draw, gzip.decompress(data)))
    return _spoiled(draw, data)


def _in_zip(draw: random.Random, data: bytes) -> bytes:
    """Damage one member of an archive, or two; or leave one out, or have it twice."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist() if not name.endswith("/")]
    for _ in range(draw.randint(1, 2)):
        at = draw.randrange(len(parts))
        name, content = parts[at]
        kind = draw.random()
        if kind < 0.05 and len(parts) > 1:
            del parts[at]
        elif kind < 0.1:
            parts[at] = name, parts[draw.randrange(len(parts))][1]
        else:
            parts[at] = name, _spoiled(draw, content)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", draw.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])) as archive:
        for name, content in parts:
            archive.writestr(name, content)
    return made.getvalue()


def _spoiled(draw: random.Random, data: bytes) -> bytes:
    """Flip, cut, repeat, delete or put in bytes, or change numbers, at one to eight places."""
    found = bytearray(data)
    for _ in range(draw.randint(1, 8)):
        at, size = draw.randrange(len(found) + 1), draw.choice([1, 1, 4, 64, 1_000])
        kind = draw.randrange(6)
        if kind == 0 and found:
            found[at - 1] ^= 1 << draw.randrange(8)
        elif kind == 1:
            found[at:at] = draw.choice(_PUT_IN)
        elif kind == 2:
            del found[at : at + size]
        elif kind == 3:
            found[at:at] = found[at : at + size]
        elif kind == 4:
            number = _NUMBER.search(found, at)
            if number:
                found[number.start() : number.end()] = draw.choice(_NUMBERS)
        elif draw.random() < 0.2:
            del found[at:]
    return bytes(found)
