"""Words of a status or type column, in any language: known whole, else by the longest known words within them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

import polars as pl

from sot.read.columns.headers import PLAIN, words
from sot.read.columns.word_stems import by_stem, stems
from sot.rules.systems import UnknownRules

_SHORTEST = 3
"""A phrase of fewer letters is a code (RE, AR), which says something alone, not within a text."""


class PhraseBook:
    """Phrases and what each of them says; texts are compared without case, accents and punctuation."""

    def __init__(self, phrases: Mapping[Any, Iterable[str]], negations: Iterable[str] = ()) -> None:
        self._whole: dict[str, str] = {}
        self._parts: dict[tuple[str, ...], str] = {}
        for meaning, listed in phrases.items():
            for phrase in listed:
                whole = _plain(phrase)
                self._whole.setdefault(whole, meaning)
                if len(whole) >= _SHORTEST:
                    self._parts.setdefault(words(phrase), meaning)
        self._longest = max((len(part) for part in self._parts), default=0)
        self._negations = frozenset(negations)
        self._known: dict[str, str | None] = {}

    def meaning(self, text: str) -> str | None:
        """Give what a text says, None where it holds no known words."""
        if text not in self._known:
            mine = words(text)
            self._known[text] = (
                self._whole.get(_plain(text)) or self._within(mine) or self._stems.get(stems(mine))
            )
        return self._known[text]

    def says_alone(self, text: str) -> bool:
        """Tell a text that is one of the phrases and no more; within a name their words say nothing."""
        return _plain(text) in self._whole

    @cached_property
    def _stems(self) -> dict[tuple[str, ...], str]:
        """The phrases in any form that only the vowels at the ends of words tell apart."""
        return by_stem(self._parts)

    def column(self, cells: pl.Series) -> pl.Series:
        """Give what each cell says; each different text is looked at once."""
        texts = cells.drop_nulls().unique()
        meanings = pl.Series([self.meaning(text) for text in texts], dtype=pl.String)
        return cells.replace_strict(texts, meanings, default=None, return_dtype=pl.String)

    def _within(self, mine: Sequence[str]) -> str | None:
        for length in range(min(self._longest, len(mine)), 0, -1):
            for at in range(len(mine) - length + 1):
                meaning = self._parts.get(tuple(mine[at : at + length]))
                if meaning is not None and (not at or mine[at - 1] not in self._negations):
                    return meaning
        return None


def _plain(text: str) -> str:
    """Give the letters and digits of a text alone, without case and accents."""
    bare = unicodedata.normalize("NFKD", text.translate(PLAIN)).casefold()
    return "".join(c for c in bare if c.isalnum() or c in "%$")


_made: dict[str, tuple[UnknownRules, PhraseBook]] = {}


def types_of(rules: UnknownRules) -> PhraseBook:
    """Give the book of the types of documents, one for all that ask with the same rules."""
    return _book(rules, "types", lambda: PhraseBook(rules.types))


def states_of(rules: UnknownRules, kind: str | None = None) -> PhraseBook:
    """Give the book of the states of one kind of document (deal, project, invoice), one for all that ask.

    Without a kind it knows those of all kinds.
    """
    begin = f"{kind}_" if kind else ""

    def made() -> PhraseBook:
        phrases = {state: listed for state, listed in rules.states.items() if state.startswith(begin)}
        return PhraseBook(phrases, rules.negations)

    return _book(rules, f"states {kind}", made)


def relations_of(rules: UnknownRules) -> PhraseBook:
    """Give the book of what accounts are to the company: customers, prospects, former customers."""
    listed = (*rules.parties["customer"], *rules.relations)
    return _book(rules, "relations", lambda: PhraseBook({"customer": listed}))


def returns_of(rules: UnknownRules) -> PhraseBook:
    """Give the book of what is said of money that went back to whom it came from."""
    listed = (*rules.payments_returned, *rules.payments_failed, *rules.types["refund"])
    return _book(rules, "returns", lambda: PhraseBook({"refund": listed}))


def _book(rules: UnknownRules, about: str, made: Callable[[], PhraseBook]) -> PhraseBook:
    held = _made.get(about)
    if held is None or held[0] is not rules:
        held = _made[about] = rules, made()
    return held[1]
