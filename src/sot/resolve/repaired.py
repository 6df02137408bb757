"""Letters that were once read in a wrong encoding ("MÃ¼ller"), written right where there is one reading alone."""

from __future__ import annotations

import re

import polars as pl

BROKEN = "[ÃÂ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€."
"""Signs that begin no run of letters in any language; one of them is enough to know such a text."""
_RUN = re.compile("[^\x00-\x7f]+")
_LIKELY = re.compile("[\u00a0-\u017f‐-⁄€™]+")
"""What such runs stand for: letters of Europe, and quotation marks and dashes."""
_TIMES = 2


def undone(text: pl.Expr) -> pl.Expr:
    """Give texts with such runs decoded once more; all others as they are."""
    return text.map_batches(_undone, return_dtype=pl.String, is_elementwise=True)


def is_broken(text: pl.Expr) -> pl.Expr:
    """Tell the texts that `undone` changes."""
    return undone(text) != text


def _undone(texts: pl.Series) -> pl.Series:
    broken = texts.filter(texts.str.contains(BROKEN)).unique()
    if not broken.len():
        return texts
    return texts.replace(broken, pl.Series([_of_text(text) for text in broken], dtype=pl.String))


def _of_text(text: str) -> str:
    for _ in range(_TIMES):
        text = _RUN.sub(_of_run, text) if re.search(BROKEN, text) else text
    return text


def _of_run(run: re.Match[str]) -> str:
    try:
        read = _bytes(run[0]).decode("utf-8")
    except UnicodeError:
        return run[0]
    return read if _LIKELY.fullmatch(read) or re.search(BROKEN, read) else run[0]


def _bytes(text: str) -> bytes:
    """Encode a text in Windows-1252, with the bytes that it leaves free."""
    return b"".join(
        sign.encode("latin-1") if "\x80" <= sign <= "\x9f" else sign.encode("cp1252") for sign in text
    )
