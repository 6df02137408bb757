"""Bring text of any script and state into folded form: repaired, lower-case Latin letters without accents."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping

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
UNCLEAN = r"[^ -~]|  |^ | $|&#?\w{2,8};"
CONTROLS = r"[\p{Cc}\p{Cf}\p{Co}\p{Cn}]"


def repair(value: str) -> str:
    """Undo wrong decoding and HTML escapes of one suspicious value; what can't be repaired stays as it is."""
    import ftfy

    for _ in range(2):
        value = html.unescape(value)
    return ftfy.fix_text(value, normalization="NFC", uncurl_quotes=True)


def clean(values: pl.Series) -> pl.Series:
    """Give values repaired: no mojibake, no control characters, blanks single and none at the ends."""
    unclean = values.filter(values.str.contains(UNCLEAN)).unique()
    return values.replace(unclean, _cleaned(unclean)) if unclean.len() else values


def _cleaned(values: pl.Series) -> pl.Series:
    frame = pl.DataFrame({"v": values})
    odd = frame.filter(pl.col("v").str.contains(SUSPICIOUS))["v"].unique()
    if odd.len():
        frame = frame.with_columns(
            pl.col("v").replace(odd, pl.Series([repair(value) for value in odd], dtype=pl.String))
        )
    # A lost character between a small and a capital letter was most likely a blank.
    expr = pl.col("v").str.replace_all(r"(\p{Ll})\x{FFFD}(\p{Lu})", "$1 $2")
    expr = expr.str.replace_all(r"[\u200B-\u200F\u2060\uFEFF\u00AD]", "").str.replace_all(CONTROLS, " ")
    return frame.select(expr.str.replace_all(r"\s+", " ").str.strip_chars())["v"]


def fold(values: pl.Series) -> pl.Series:
    """Give values in lower case, Latin letters without accents; every other script is transliterated."""
    lower = values.str.to_lowercase()
    frame = pl.DataFrame({"v": lower})
    odd = frame.filter(pl.col("v").str.contains(NON_ASCII)).unique()
    if not odd.height:
        return lower
    plain = odd.select("v", f=_unaccented(pl.col("v")))
    foreign = plain.filter(pl.col("f").str.contains(NON_ASCII))["f"].unique()
    latin = pl.Series([_latin(value) for value in foreign], dtype=pl.String)
    plain = plain.with_columns(pl.col("f").replace(foreign, latin))
    return frame.join(plain, on="v", how="left", maintain_order="left").select(pl.coalesce("f", "v"))["f"]


def fold_words(values: Iterable[str]) -> list[str]:
    """Fold texts in their order, as `fold` does."""
    return fold(pl.Series(list(values), dtype=pl.String)).to_list()


def _unaccented(expr: pl.Expr) -> pl.Expr:
    signs = {**SIGNS, **QUOTES}
    expr = expr.str.replace_many(list(signs), list(signs.values())).str.normalize("NFKC").str.to_lowercase()
    expr = expr.str.replace_many(list(SPECIAL), list(SPECIAL.values()))
    # Marks fall only behind Latin letters: in other scripts they are part of the letter.
    return expr.str.normalize("NFKD").str.replace_all(r"([a-z0-9])\p{M}+", "$1").str.normalize("NFC")


def _latin(value: str) -> str:
    return re.sub(r"\s+", " ", str(anyascii(value)).lower()).strip()


def words(expr: pl.Expr) -> pl.Expr:
    """Give folded text as words apart by one blank: letters and digits only; null where nothing is left."""
    bare = expr.str.replace_all("'", "", literal=True).str.replace_all(r"[^a-z0-9]+", " ").str.strip_chars()
    return bare.replace("", None)


def bare_words(values: Iterable[str]) -> list[str]:
    """Give texts in their order, folded and as `words` gives a column; empty where nothing is left."""
    folded = pl.DataFrame({"f": fold(pl.Series(list(values), dtype=pl.String))})
    return folded.select(words(pl.col("f")).fill_null(""))["f"].to_list()


def spellings(table: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Turn {word: its other spellings} of the rules round: {other spelling as bare words: word}."""
    pairs = [(other, word) for word, others in table.items() for other in others]
    return dict(zip(bare_words(other for other, _ in pairs), (word for _, word in pairs), strict=True))


def alternatives(phrases: Iterable[str]) -> str:
    """Give a regular expression that meets any of the phrases, the longest first."""
    return "|".join(re.escape(phrase) for phrase in sorted(set(phrases), key=lambda p: (-len(p), p)))


def without_placeholders(column: str, placeholders: frozenset[str]) -> pl.Expr:
    """Give `column` without blanks at its ends, null where it is empty or a placeholder."""
    value = pl.col(column).str.strip_chars()
    return pl.when(~value.str.to_lowercase().is_in(sorted(placeholders))).then(value)
