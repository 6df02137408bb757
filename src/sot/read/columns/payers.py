"""Whose money a movement is, where only its text names the payer: the customer of other tables whose name is in it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

import polars as pl

from sot.read.columns.headers import INNER, words
from sot.read.columns.kana_readings import read_aloud

PAYER = f"{INNER}payer"
"""The column of the payers taken from texts."""
_WORD = re.compile(r"[^\W_]+")
_MOST_WORDS, _SHORTEST = 6, 7
"""Of a name of one word, so many letters are needed: a shorter one may be a word of anything."""


def payers(
    texts: pl.Series, names: Collection[str], ends: Collection[str], readings: Mapping[str, str]
) -> pl.Series:
    """Give for each text the longest of `names` in it, as it is written there, with the legal form behind it.

    Where none is, it is the name that is read as the text says in kana.
    """
    distinct = texts.drop_nulls().unique()
    held = pl.Series(
        [_payer(text, names, ends) or read_aloud(text, readings) for text in distinct], dtype=pl.String
    )
    return texts.replace_strict(distinct, held, default=None, return_dtype=pl.String).alias(PAYER)


def _payer(text: str, names: Collection[str], ends: Collection[str]) -> str | None:
    pieces = [(piece, "".join(words(piece[0]))) for piece in _WORD.finditer(text)]
    plain = [(piece, word) for piece, word in pieces if len(word) > 1 and word not in ends]
    best: tuple[int, int, int] | None = None
    for first in range(len(plain)):
        for last in range(first, min(first + _MOST_WORDS, len(plain))):
            name = " ".join(word for _, word in plain[first : last + 1])
            long = last > first or len(name) >= _SHORTEST
            if long and name in names and (best is None or len(name) > best[0]):
                best = len(name), plain[first][0].start(), plain[last][0].end()
    if best is None:
        return None
    _, start, end = best
    for piece, word in pieces:
        # The legal form right behind the name is a part of it.
        if piece.start() >= end and word in ends and not text[end : piece.start()].strip(" .,"):
            end = piece.end()
    return text[start:end]
