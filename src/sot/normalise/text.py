"""Bring text of any script and state into folded form: repaired, lower-case Latin letters without accents."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache

import numpy as np
import polars as pl
from anyascii import anyascii

NON_ASCII = r"[^\x00-\x7F]"
# Letters that unaccenting leaves alone; ß and the like are two letters everywhere.
SPECIAL = {
    "ß": "ss",
    "ø": "o",
    "ł": "l",
    "æ": "ae",
    "œ": "oe",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "ı": "i",
    "ŋ": "n",
    "ħ": "h",
}
# Signs that stand in names and say nothing; compatibility folding would make letters of some of them.
SIGNS = {"™": " ", "®": " ", "©": " ", "℠": " ", "℗": " ", "\ufffd": "", "№": " no "}
# Letters of the Arabic and the Hebrew script that a transliteration drops, or writes by their vowel marks: two names
# that differ in one of them are two names. Some are written in several ways at will.
SEMITIC = {
    **dict.fromkeys("اأإآٱאע", "a"),
    **dict.fromkeys("عٵ", "e"),
    "ؤ": "w",
    "ئ": "y",
    "ى": "y",
    "ة": "h",
    "ء": "",
    "ـ": "",
    **{chr(mark): "" for mark in range(0x064B, 0x0653)},
}
QUOTES = {
    "’": "'",
    "‘": "'",
    "´": "'",
    "`": "'",
    "ʼ": "'",
    "′": "'",
    "“": '"',
    "”": '"',
    "„": '"',
    "«": '"',
    "»": '"',
    "‹": '"',
    "›": '"',
    "「": '"',
    "」": '"',
    "『": '"',
    "』": '"',
    "–": "-",
    "—": "-",
    "‐": "-",
    "‑": "-",
    "−": "-",
}
# What text looks like that was decoded with the wrong table, or escaped once too often.
LEADS = "ÃÂâÐÑÅÄ√€ãåæçéèìïð"
TRAILS = "\u0080-\u00bf‚-›€™ŒœŠšŸŽžƒˆ˜†‡…•‰∫∂∑∏π∆Ω"
SUSPICIOUS = rf"[{LEADS}][{TRAILS}]|‚Äô|ÃƒÂ|&#?\w{{2,8}};|√[^\s]"
# All that cleaning may change; most values are plain words of ASCII and need no more than this look.
UNCLEAN = r"[^ -~]|  |^ | $|&#?[0-9A-Za-z_]{2,8};"
CONTROLS = r"[\p{Cc}\p{Cf}\p{Co}\p{Cn}]"


def repair(value: str) -> str:
    """Undo wrong decoding and HTML escapes of one suspicious value; what can't be repaired stays as it is."""
    import ftfy

    for _ in range(2):
        value = html.unescape(value)
    return ftfy.fix_text(value, normalization="NFC", uncurl_quotes=True)


def clean(values: pl.Series) -> pl.Series:
    """Give values repaired: no mojibake, no control characters, blanks single and none at the ends."""
    return _changed(values, values.str.contains(UNCLEAN), _cleaned)


def _cleaned(values: pl.Series) -> pl.Series:
    values = _changed(values, values.str.contains(SUSPICIOUS), _repaired)
    # A lost character between a small and a capital letter was most likely a blank.
    expr = pl.col("v").str.replace_all(r"(\p{Ll})\x{FFFD}(\p{Lu})", "$1 $2")
    expr = expr.str.replace_all(r"[\u200B-\u200F\u2060\uFEFF\u00AD]", "").str.replace_all(CONTROLS, " ")
    return values.to_frame("v").select(expr.str.replace_all(r"\s+", " ").str.strip_chars())["v"]


def _repaired(values: pl.Series) -> pl.Series:
    return pl.Series([repair(value) for value in values], dtype=pl.String)


def fold(values: pl.Series) -> pl.Series:
    """Give values in lower case, Latin letters without accents; every other script is transliterated."""
    lower = values.str.to_lowercase()
    return _changed(lower, lower.str.contains(NON_ASCII), _transliterated)


def _transliterated(values: pl.Series) -> pl.Series:
    letters = _accented_letters()
    plain = values.str.replace_many(list(letters), list(letters.values()))
    plain = _changed(plain, plain.str.contains(NON_ASCII), _unaccented)
    return _changed(plain, plain.str.contains(NON_ASCII), _latin)


@cache
def _accented_letters() -> dict[str, str]:
    """Give the letters of European languages without their accents: most foreign text needs no other look."""
    letters = pl.Series([chr(code) for code in range(0xDF, 0x180)])
    pairs = zip(letters, _unaccented(letters), strict=True)
    return {letter: plain for letter, plain in pairs if plain.isalpha() and plain.isascii()}


def _changed(values: pl.Series, hit: pl.Series, work: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """Give values, those where `hit` holds as `work` gives them."""
    rows = hit.arg_true().to_numpy()
    if not len(rows):
        return values
    places = np.arange(len(values))
    places[rows] = np.arange(len(values), len(values) + len(rows))
    return pl.concat([values, work(values.gather(rows))]).gather(places)


def fold_words(values: Iterable[str]) -> list[str]:
    """Fold texts in their order, as `fold` does."""
    return fold(pl.Series(list(values), dtype=pl.String)).to_list()


def _unaccented(values: pl.Series) -> pl.Series:
    signs = {**SIGNS, **QUOTES}
    expr = (
        pl.col("v")
        .str.replace_many(list(signs), list(signs.values()))
        .str.normalize("NFKC")
        .str.to_lowercase()
    )
    expr = expr.str.replace_many(list(SPECIAL), list(SPECIAL.values()))
    # Marks fall only behind Latin letters: in other scripts they are part of the letter.
    expr = expr.str.normalize("NFKD").str.replace_all(r"([a-z0-9])\p{M}+", "$1").str.normalize("NFC")
    return values.to_frame("v").select(expr)["v"]


def _latin(values: pl.Series) -> pl.Series:
    # Names are written with x where Cyrillic letters spell it: Яндекс is Yandex, Максима is Maxima.
    spelt = values.str.replace_all("кс", "x", literal=True)
    # The Arabic article is written onto its word, and left out at will.
    spelt = spelt.str.replace_all(r"(^|\s)\x{0627}\x{0644}(\p{Arabic}{2})", "$1$2")
    spelt = spelt.str.replace_many(list(SEMITIC), list(SEMITIC.values()))
    return pl.Series(
        [re.sub(r"\s+", " ", str(anyascii(value)).replace("`", "").lower()).strip() for value in spelt],
        dtype=pl.String,
    )


def words(expr: pl.Expr) -> pl.Expr:
    """Give folded text as words apart by one blank: letters and digits only; null where nothing is left."""
    bare = expr.str.replace_all("'", "", literal=True).str.replace_all(r"[^a-z0-9]+", " ").str.strip_chars()
    return bare.replace("", None)


def bare_words(values: Iterable[str]) -> list[str]:
    """Give texts in their order, folded and as `words` gives a column; empty where nothing is left."""
    return list(_bare_words(tuple(values)))


@lru_cache(maxsize=256)  # the words of the rules: each of a few dozen lists is asked for again in every run
def _bare_words(values: tuple[str, ...]) -> tuple[str, ...]:
    folded = pl.DataFrame({"f": fold(pl.Series(values, dtype=pl.String))})
    return tuple(folded.select(words(pl.col("f")).fill_null(""))["f"])


def spellings(table: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Turn {word: its other spellings} of the rules round: {other spelling as bare words: word}."""
    pairs = [(other, word) for word, others in table.items() for other in others]
    return dict(zip(bare_words(other for other, _ in pairs), (word for _, word in pairs), strict=True))


NOTHING = r"[^\s\S]"
"""A regular expression that meets no text."""


def alternatives(phrases: Iterable[str]) -> str:
    """Give a regular expression that meets any of the phrases, the longest first; without phrases it meets nothing."""
    longest_first = sorted(set(phrases), key=lambda phrase: (-len(phrase), phrase))
    return "|".join(map(re.escape, longest_first)) or NOTHING


def without_placeholders(column: str, placeholders: frozenset[str]) -> pl.Expr:
    """Give `column` without blanks at its ends, null where it is empty or a placeholder."""
    value = pl.col(column).str.strip_chars()
    return pl.when(~value.str.to_lowercase().is_in(sorted(placeholders))).then(value)
