"""The rules about names in matching: spellings, acronyms, typos, cut names, and how names differ."""

from __future__ import annotations

from math import log2

from pydantic import Field, model_validator

from sot.rules.loader import RuleModel
from sot.rules.values import Bits, Count, Gain, Probability, Share, Word


def least_first(what: str, least: float, most: float) -> None:
    """Raise ValueError if the lower bound is above the upper one."""
    if least > most:
        raise ValueError(f"{what}: the lower bound {least:g} is above the upper bound {most:g}")


def once(what: str, names: list[str]) -> None:
    """Raise ValueError if a name is there twice."""
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"{what} must have different names; twice: {', '.join(twice)}")


class LeftOver(RuleModel):
    """What a word costs that only one of two names has (bits)."""

    fixed: Gain
    share: Share
    town: Gain
    weak: Gain
    number: Gain
    further: Gain


class Replaced(RuleModel):
    """What it costs that both names have words of their own (bits)."""

    fixed: Gain
    share: Share


class Spelling(RuleModel):
    """What the match of two words loses by the way in which they differ (bits)."""

    cap: Gain
    typo: Gain
    further_edit: Gain
    short_word: Gain
    second_edit: Gain
    known_words: Gain
    far_rarer: float = Field(ge=1)
    plural: Gain
    prefix: Gain
    short_prefix: Gain
    initial: Gain
    consonants: Gain
    shortest: Count
    slip_records: Count
    everyday: Count
    nickname: Gain
    woman: list[Word]
    company: list[Word]
    strange: Count
    common: Count


class Acronym(RuleModel):
    """What initials tell that stand for a whole name (bits)."""

    per_letter: Gain
    letters_count: Count
    fixed: Bits
    known_word: Gain
    cap: Gain
    least: Count
    longest: Count


class Respelling(RuleModel):
    """Which rare words are taken for misspelled words for "company": in how many records at most, of how many letters.

    Inside a name only words for "company" of `inside` letters or more are looked for.
    """

    records: Count
    shortest: Count
    longest: Count
    inside: Count


class Endings(RuleModel):
    """Which words may be slips of what the same name has elsewhere."""

    shortest: Count
    longest: Count
    known: Count
    keyboard: tuple[Word, ...]
    joining: Word


class CutNames(RuleModel):
    """Which names were cut off: by their length, or because they end with an "and"."""

    least: Count
    times: float = Field(ge=1)
    narrowest: Count
    open_words: Count
    joining: tuple[Word, ...]


class NameRules(RuleModel):
    """rules/matching/names.yaml: how much two names tell, in bits."""

    damping: tuple[Share, ...] = Field(min_length=1)
    word_cap: Gain
    name_cap: Gain
    name_floor: float = Field(ge=-60, le=0)
    shared_word: Bits
    shared_town: Gain
    prior_count: float = Field(gt=0)
    background_names: Count
    known_in_background: Count
    known_in_exports: Count
    whole_name: Gain
    left_over: LeftOver
    replaced: Replaced
    other_number: Gain
    telling: Gain
    spelling: Spelling
    established: Gain
    squashed: Gain
    squashed_edit: Gain
    acronym: Acronym
    alias: Gain
    namesake_floor: Gain
    namesake_doubt: Gain
    nicknames: dict[Word, list[Word]]
    respelling: Respelling
    endings: Endings
    cut: CutNames
    joining_words: frozenset[Word]
    company_words: frozenset[Word]
    titles: frozenset[Word]
    generations: frozenset[Word]
    bodies: frozenset[Word]
    caps_up_to: Count

    @model_validator(mode="after")
    def _ordered(self) -> NameRules:
        least_first("acronym", self.acronym.least, self.acronym.longest)
        least_first("respelling", self.respelling.shortest, self.respelling.longest)
        least_first("endings", self.endings.shortest, self.endings.longest)
        once("nicknames", [name for given, short in self.nicknames.items() for name in (given, *short)])
        return self

    @property
    def everyday_names(self) -> dict[str, int]:
        """Give the given names that have everyday forms, and these, with the number of the person's name."""
        numbered = enumerate(self.nicknames.items(), 1)
        return {name: number for number, (given, short) in numbered for name in (given, *short)}

    @property
    def weak_words(self) -> frozenset[str]:
        """Words that are left out or put in at will."""
        return self.joining_words | self.company_words | self.titles

    def at_size(self, records: int) -> NameRules:
        """Give these rules for so many records: beyond `caps_up_to`, each doubling lifts the caps by one bit."""
        room = max(0.0, log2(max(records, 1) / self.caps_up_to))
        return self.model_copy(
            update={
                "word_cap": self.word_cap + room,
                "name_cap": self.name_cap + room,
                "spelling": self.spelling.model_copy(update={"cap": self.spelling.cap + room}),
                "acronym": self.acronym.model_copy(update={"cap": self.acronym.cap + room}),
            }
        )


class NameKind(RuleModel):
    """Names of so many bits or more, and less than those of the kind before: the share that several customers bear."""

    name: Word
    least: Bits
    share: Probability


class NamesakeRules(RuleModel):
    """How often a name is of several customers: the shipped share, and how a list moves it."""

    kinds: tuple[NameKind, ...] = Field(min_length=1)
    worth: float = Field(gt=0)
    unknown: Share
    repeated: float = Field(gt=0)
    less: Gain
    more: Gain

    @model_validator(mode="after")
    def _every_name(self) -> NamesakeRules:
        once("kinds", [kind.name for kind in self.kinds])
        least = [kind.least for kind in self.kinds]
        if least != sorted(least, reverse=True) or least[-1] > 0:
            raise ValueError(f"kinds: 'least' must fall, down to 0 for all other names; it is {least}")
        return self
