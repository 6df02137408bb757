"""Which words are spelt with two letters where others write an umlaut (Mueller, Müller, Muller)."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from sot.normalise.text import clean, fold

DIGRAPHS = {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"}


def learn(records: pl.DataFrame, columns: Iterable[str], known: Iterable[str]) -> dict[str, str]:
    """Give {two-letter spelling: spelling without accents} of the words `known` and of those in the records.

    Only words that somebody writes with an umlaut: "ue" in "Fuentes" or "Blue" is none.
    """
    return spelled(written(records, columns, known))


def written(records: pl.DataFrame, columns: Iterable[str], known: Iterable[str] = ()) -> pl.Series:
    """Give the words with an umlaut among `known` and in the columns of `records`, sorted."""
    seen = pl.concat([*(records[column] for column in columns), pl.Series(known, dtype=pl.String)])
    seen = clean(seen.filter(seen.str.contains("(?i)[äöüøå]")).unique().str.to_lowercase())
    return seen.str.extract_all(r"\p{L}*[äöüøå]\p{L}*").explode().drop_nulls().unique().sort()


def spelled(words: pl.Series) -> dict[str, str]:
    """Give {two-letter spelling: spelling without accents} of words with an umlaut."""
    pairs = zip(
        fold(words.str.replace_many(list(DIGRAPHS), list(DIGRAPHS.values()))), fold(words), strict=True
    )
    return {two: plain for two, plain in pairs if two != plain and two.isalpha() and two.isascii()}
