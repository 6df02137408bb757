"""Slips of a hand on a keyboard: what a person who knows the word types by mistake."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

from rapidfuzz.distance import OSA


def same_length(typed: str, meant: str, beside: frozenset[str]) -> bool:
    """Say whether two words of one edit and one length differ in swapped letters, or in one beside the right key."""
    if len(typed) != len(meant):
        return False
    wrong = [x + y for x, y in zip(typed, meant, strict=True) if x != y]
    return len(wrong) == 2 or wrong[0] in beside


def by_hand(typed: str, meant: str, beside: frozenset[str]) -> bool:
    """Say whether `typed` is `meant` with one slip: swapped, a key beside the right one, left out, or typed twice.

    Another letter in place of one, or one more, rather makes another name ("Kellner" beside "Keller").
    """
    if OSA.distance(typed, meant, score_cutoff=1) != 1:
        return False
    if len(typed) <= len(meant):
        return len(typed) < len(meant) or same_length(typed, meant, beside)
    return any(x == y and typed[:at] + typed[at + 1 :] == meant for at, (x, y) in enumerate(pairwise(typed)))


@lru_cache
def neighbours(keyboard: tuple[str, ...]) -> frozenset[str]:
    """Give the pairs of letters that are side by side, or one above the other."""
    at = {letter: (x + y / 2, y) for y, row in enumerate(keyboard) for x, letter in enumerate(row)}
    pairs = ((a + b, x - u, y - v) for a, (x, y) in at.items() for b, (u, v) in at.items() if a != b)
    return frozenset(pair for pair, right, down in pairs if abs(right) <= 1 and abs(down) <= 1)
