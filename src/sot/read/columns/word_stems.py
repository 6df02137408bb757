"""Words without the vowels that inflect them, so that one form of a word stands for all (zaplacená, zaplaceno)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

_LEAST, _MOST = 5, 2
"""So many letters a stem has at least, and so many vowels are taken off at most."""
_VOWELS = frozenset("aeiouyаеиоуыяюіїє")


def stem(word: str) -> str:
    """Give a word without the vowels at its end; short ones as they are."""
    cut = len(word)
    while cut > max(_LEAST, len(word) - _MOST) and word[cut - 1] in _VOWELS:
        cut -= 1
    return word[:cut]


def by_stem(known: Mapping[tuple[str, ...], str]) -> dict[tuple[str, ...], str]:
    """Give what phrases mean by the stems of their words; stems that have several meanings say nothing."""
    meanings: dict[tuple[str, ...], set[str]] = {}
    for phrase, meaning in known.items():
        meanings.setdefault(stems(phrase), set()).add(meaning)
    return {phrase: next(iter(several)) for phrase, several in meanings.items() if len(several) == 1}


def stems(phrase: Iterable[str]) -> tuple[str, ...]:
    """Give the stems of the words of a phrase."""
    return tuple(stem(word) for word in phrase)
