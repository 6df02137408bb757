"""What a project changed in a rules file: nothing, some words, or more than words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rapidfuzz.distance import OSA

from sot.rules import Rulebook
from sot.rules.loader import parse
from sot.rules.rulebook import shipped

DICTIONARY = 5
"""From so many pairs of texts on a mapping is a list of words with what they stand for, not a list of settings."""
SLIP_IN = 4
"""In so many letters a word may have one that is wrong and still be taken for another, in twice as many two."""

_CODE = re.compile(r"[A-Z]{2}")
_PATTERN = re.compile(r"[\\^$*+?{}\[\]|()]")


@dataclass(frozen=True)
class Change:
    """A change of a rules file. terms: the words that came or went; None if anything else changed."""

    file: str
    terms: frozenset[str] | None = None

    def touches(self, texts: Iterable[str | None]) -> bool:
        """Whether the change can make a difference to a record with these texts."""
        return self.touched([texts])[0]

    def touched(self, records: Iterable[Iterable[str | None]]) -> list[bool]:
        """Tell for the texts of each record whether the change can make a difference to it."""
        texts = [[text for text in record if text] for record in records]
        if self.terms is None:
            return [True] * len(texts)
        from sot.normalise.text import fold_words  # the stage with it, which is slow to import

        # A call to fold costs more than to fold a text: all are folded at once.
        folded = iter(fold_words(text for record in texts for text in record))
        terms = [(term, _letters(term), _slips(term)) for term in fold_words(sorted(self.terms))]
        return [_meets([next(folded) for _ in record], terms) for record in texts]


def _meets(texts: list[str], terms: list[tuple[str, str, int]]) -> bool:
    """Whether one of the terms (with its letters, and how many of them may be wrong) may be in the texts."""
    together = "".join(_letters(text) for text in texts)
    words = {word for text in texts for word in re.findall(r"\w+", text)}
    return any(
        letters in together or any(OSA.distance(term, word, score_cutoff=slips) <= slips for word in words)
        for term, letters, slips in terms
    )


def changes(rules: Rulebook) -> dict[str, Change]:
    """Give what the project changed of each of its own rules files; a copy that says the same is left out."""
    changed = {name: _change(name, rules.path(name)) for name in rules.own_files() if _read(name)}
    return {name: change for name, change in changed.items() if change is not None}


def _read(name: str) -> bool:
    return name.endswith(".yaml") or (shipped() / name).is_file()


def _change(name: str, after: Path) -> Change | None:
    before = shipped() / name
    if not before.is_file():
        return Change(name)
    if before.read_bytes() == after.read_bytes():
        return None
    (old, *_), (new, _, problems) = parse(before), parse(after)
    if old == new and not problems:
        return None
    terms = _terms(old, new)
    if terms is None or any(_CODE.fullmatch(term) or _PATTERN.search(term) for term in terms):
        return Change(name)
    return Change(name, frozenset(terms))


def _terms(old: Any, new: Any) -> set[str] | None:
    """Give the words in which two parts of a file differ; None if that is not all."""
    if old == new:
        return set()
    if isinstance(old, dict) and isinstance(new, dict):
        return _of_mappings(old, new)
    if isinstance(old, list) and isinstance(new, list):
        if not all(isinstance(word, str) for word in (*old, *new)):
            return None
        moved = (Counter(old) - Counter(new)) + (Counter(new) - Counter(old))
        return set(moved) or None
    return None


def _of_mappings(old: dict[str, Any], new: dict[str, Any]) -> set[str] | None:
    listed = all(isinstance(value, str) for value in (*old.values(), *new.values()))
    words = listed and min(len(old), len(new)) >= DICTIONARY
    touched: set[str] = set()
    for key in old.keys() | new.keys():
        before, after = old.get(key), new.get(key)
        if before == after:
            continue
        if words:
            touched |= {key, *(value for value in (before, after) if value)}
            continue
        if key in old and key in new:
            terms = _terms(before, after)
        else:
            terms = _terms([], after if before is None else before)
            terms = None if terms is None else {key, *terms}
        if terms is None:
            return None
        touched |= terms
    return touched


def _letters(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum())


def _slips(term: str) -> int:
    """Give in how many letters another word may differ and still be taken for `term`."""
    return min(len(term) // SLIP_IN, 2)
