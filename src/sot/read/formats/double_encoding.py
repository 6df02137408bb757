"""UTF-8 that was taken for Windows-1252 and encoded again ("MÃ¼ller"): undone where the whole file is written so."""

from __future__ import annotations

import re

from sot.model.counts import counted

_SIGNS = (b"\xc3\x83", b"\xc3\x82", b"\xc3\xa2\xe2\x82\xac", b"\xc3\x84", b"\xc3\x85")
"""Ã, Â, â€, Ä and Å: one of these begins each letter that was encoded twice."""
_WORD = re.compile(r"\w*[^\x00-\x7f]\w*")
_TIMES = 2


def encoded_once(utf8: bytes) -> tuple[bytes, str, tuple[str, ...]]:
    """Give the text, its encoding and a warning; the text is decoded once more if every accented line allows it.

    Where some lines are written so and others are sound, the system itself holds such texts, and they stay as they are.
    """
    once = utf8
    times = 0
    while times < _TIMES:
        undone = _undone(once)
        if undone is None:
            break
        once, times = undone, times + 1
    if not times:
        return utf8, "utf-8", ()
    before = [line for line in utf8.split(b"\n") if not line.isascii()]
    shown = _WORD.search(before[0].decode("utf-8", errors="replace"))
    after = next(line for line in once.split(b"\n") if not line.isascii())
    better = _WORD.search(after.decode("utf-8", errors="replace"))
    example = f"'{shown[0]}' as '{better[0]}'" if shown and better else ""
    subject = counted(len(before), "line was", "lines were")
    return once, "utf-8", (f"{subject} encoded twice; read {example}".rstrip(),)


def _undone(utf8: bytes) -> bytes | None:
    """Decode every accented line once more; None where one of them does not allow it."""
    if not any(sign in utf8 for sign in _SIGNS):
        return None
    lines = utf8.split(b"\n")
    changed = 0
    for place, line in enumerate(lines):
        if line.isascii():
            continue
        raw = _as_windows(line.decode("utf-8", errors="replace"))
        try:
            text = raw.decode("utf-8") if raw is not None else None
        except UnicodeDecodeError:
            return None
        if text is None:
            return None
        lines[place] = text.encode()
        changed += 1
    return b"\n".join(lines) if changed else None


def _as_windows(text: str) -> bytes | None:
    """Encode a text in Windows-1252, with the five bytes that it leaves free; None if it has other signs."""
    try:
        return text.encode("cp1252")
    except UnicodeEncodeError:
        pass
    encoded = bytearray()
    for sign in text:
        try:
            encoded += sign.encode("cp1252")
        except UnicodeEncodeError:
            if ord(sign) > 0xFF:
                return None
            encoded.append(ord(sign))
    return bytes(encoded)
