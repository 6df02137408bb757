"""The rules of matching: evidence of names, comparisons with their levels, blocking rules, thresholds."""

from __future__ import annotations

from math import log2
from typing import Literal

from sot.rules.loader import RuleModel


class LeftOver(RuleModel):
    """What a word costs that only one of two names has (bits)."""

    fixed: float
    share: float
    town: float
    weak: float
    number: float
    further: float


class Replaced(RuleModel):
    """What it costs that both names have words of their own (bits)."""

    fixed: float
    share: float


class Spelling(RuleModel):
    """What the match of two words loses by the way in which they differ (bits)."""

    cap: float
    typo: float
    further_edit: float
    short_word: float
    second_edit: float
    known_words: float
    far_rarer: float
    plural: float
    prefix: float
    short_prefix: float
    initial: float
    consonants: float
    shortest: int
    slip_records: int
    common: int


class Acronym(RuleModel):
    """What initials tell that stand for a whole name (bits)."""

    per_letter: float
    letters_count: int
    fixed: float
    known_word: float
    cap: float
    least: int
    longest: int


class Respelling(RuleModel):
    """Which rare words are taken for misspelled words for "company": in how many records at most, of how many letters.

    Inside a name only words for "company" of `inside` letters or more are looked for.
    """

    records: int
    shortest: int
    longest: int
    inside: int


class Endings(RuleModel):
    """Which words may be slips of what the same name has elsewhere."""

    shortest: int
    longest: int
    known: int
    keyboard: tuple[str, ...]
    joining: str


class CutNames(RuleModel):
    """Which names were cut off: by their length, or because they end with an "and"."""

    least: int
    times: float
    narrowest: int
    open_words: int
    joining: tuple[str, ...]


class NameRules(RuleModel):
    """rules/matching/names.yaml: how much two names tell, in bits."""

    damping: tuple[float, ...]
    word_cap: float
    name_cap: float
    name_floor: float
    shared_word: float
    shared_town: float
    prior_count: float
    background_names: int
    known_in_background: int
    known_in_exports: int
    whole_name: float
    left_over: LeftOver
    replaced: Replaced
    other_number: float
    telling: float
    spelling: Spelling
    established: float
    squashed: float
    squashed_edit: float
    acronym: Acronym
    alias: float
    namesake_floor: float
    namesake_doubt: float
    respelling: Respelling
    endings: Endings
    cut: CutNames
    division_words: frozenset[str]
    country_words: frozenset[str]
    joining_words: frozenset[str]
    company_words: frozenset[str]
    caps_up_to: int

    @property
    def part_words(self) -> frozenset[str]:
        """Words that name a part of a group."""
        return self.division_words | self.country_words

    @property
    def weak_words(self) -> frozenset[str]:
        """Words that are left out or put in at will."""
        return self.joining_words | self.company_words

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


class BlockingRule(RuleModel):
    """One way in which two records become a candidate pair."""

    name: str
    keys: str
    cap: int
    tier: Literal["always", "small"]
    why: str


class BlockingRules(RuleModel):
    """rules/matching/blocking.yaml: which pairs of records are looked at at all."""

    small_records: int
    large_cap_share: float
    neighbours: int
    rules: tuple[BlockingRule, ...]


class Graded(RuleModel):
    """A comparison whose level is a weight itself, in whole bits from lowest to highest."""

    column: str
    lowest: int
    highest: int
    words: dict[int, str]

    def called(self, bits: int) -> str:
        """Give the words for so many bits: those of the highest step that is not above them."""
        return next(text for step, text in sorted(self.words.items(), reverse=True) if bits >= step)


Difference = Literal["spelling", "word", "name"]
"""How far two names differ, each more than the one before."""


class Level(RuleModel):
    """One graded outcome of a comparison; m, u and s are probabilities (see comparisons.yaml)."""

    name: str
    when: str
    m: float
    u: float
    s: float
    by: str | None = None
    most: float | None = None
    veto: bool = False
    asks: Difference | None = None
    settles: Difference | None = None
    room: float = 0.0
    alone: float = 0.0

    @property
    def least_u(self) -> float:
        """The u of a value that tells `most` bits."""
        return self.m * float(2.0 ** -(self.most or 30.0))


class Comparison(RuleModel):
    """One kind of evidence, independent of the others as far as can be.

    `learned` tells that m is refined by the list itself; the levels whose condition begins with it are one then.
    """

    name: str
    why: str
    shows: tuple[str, ...]
    missing: str | None = None
    learned: str | None = None
    graded: Graded | None = None
    levels: tuple[Level, ...] = ()


class ComparisonRules(RuleModel):
    """rules/matching/comparisons.yaml: the evidence model."""

    comparisons: tuple[Comparison, ...]


class Prior(RuleModel):
    """How many duplicates are expected before any evidence is seen, and how many relatives."""

    start: float
    least: float
    most: float
    belief: float
    hopeless: float
    relatives: float
    relatives_by_duplicates: float
    rival: float
    room: float
    only_room: float
    room_by_chance: float


class Learning(RuleModel):
    """From which probability a pair teaches m, how many pairs the shipped m is worth, and by how many bits it moves."""

    certain: float
    worth: float
    most: float


class Bands(RuleModel):
    """Match probabilities from which a pair is linked automatically, and from which it is in doubt."""

    auto: float
    auto_name_only: float
    distinctive: float
    doubt: float
    ask: float


class SharedValues(RuleModel):
    """By how many customers' names a value may be borne and still be evidence; from which share one town is its own."""

    names: int
    main_town: float


class Policy(RuleModel):
    """What a project merges and asks."""

    merge: Literal["auto", "doubt"]
    ask: float


class LinkageRules(RuleModel):
    """What an absent pair and at most one pair tell inside a component (bits), and whose vetoes always hold."""

    absent: float
    most: float
    never: tuple[str, ...]


class RelatedRules(RuleModel):
    """From how many bits two customers are called related."""

    least: float
    names_alone: float


class Thresholds(RuleModel):
    """rules/matching/thresholds.yaml: prior, bands, shared values, clustering."""

    prior: Prior
    learning: Learning
    bands: Bands
    policies: dict[str, Policy]
    shared: SharedValues
    linkage: LinkageRules
    related: RelatedRules
    weak_street_words: tuple[str, ...]
