"""Words of addresses: how they are compared, and the names at the end of a text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

PARTS = ("street", "city", "region", "postcode", "country")
LONGEST = 400
"""A longer text is no address."""
LETTER = r"[^\W\d_]"
_BREAK = re.compile(r"\s*(?:[\r\n|;]|\\n|<br ?/?>)+\s*")
_FULL_STOP = re.compile(rf"(\d)\.\s+(?={LETTER})")
_SLASH = re.compile(rf"({LETTER}{{2,}})\s*/\s*([A-Z]{{2}})\b")
_COMMAS = re.compile(r"\s*,(?:\s*,)*\s*")
_LAST_WORD = re.compile(r"[^\s,;/(-]+$")
_MARKS = re.compile(r"[\s,;/(-]+")
_MOST_WORDS = 5
_SPECIAL = str.maketrans(
    {"ß": "ss", "ø": "o", "ł": "l", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)


def tails(text: str, ends: frozenset[str]) -> list[tuple[str, str]]:
    """Give (rest, last words) of a text, the most words first, where its last word is one of `ends`."""
    bare = text.rstrip(" .)")
    last = _LAST_WORD.search(bare)
    if last is None or fold(last[0]).rpartition(" ")[2] not in ends:
        return []
    places = [hit.start() for hit in _MARKS.finditer(bare)][-_MOST_WORDS:]
    pairs = []
    for place in places:
        name = bare[place:].lstrip(" ,;/(-–")
        rest = bare[:place].rstrip(" ,;(/-–")
        if rest and name and not any(map(str.isdigit, name)) and not any(sign in name for sign in ",;("):
            pairs.append((rest, name))
    return pairs


def tidy(cell: str) -> str:
    """Write an address on one line, its parts set off by commas."""
    text = _COMMAS.sub(", ", " ".join(_BREAK.sub(", ", cell).split()))
    return _SLASH.sub(r"\1, \2", _FULL_STOP.sub(r"\1, ", text)).strip(" ,;.")


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """Give lower-case words without accents and marks."""
    plain = text.lower().translate(_SPECIAL)
    if not plain.isascii():
        plain = "".join(
            letter for letter in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(letter)
        )
    return " ".join(re.findall(r"\w+", plain))


def last_words(names: Iterable[str]) -> frozenset[str]:
    """Give the last word of each name."""
    return frozenset(name.rpartition(" ")[2] for name in names)


def alternatives(listed: Iterable[str]) -> str:
    """Give a pattern of any of the words, the longest first."""
    return "|".join(sorted(map(re.escape, listed), key=lambda word: (-len(word), word)))
