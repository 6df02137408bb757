"""The rules of matching: evidence of names, comparisons with their levels, blocking rules, thresholds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, field_validator, model_validator

from sot.model.tables import NORMALISED, RECORDS
from sot.rules.blocking_keys import checked_keys, checked_record_keys
from sot.rules.conditions import COLUMNS, conjuncts, parse
from sot.rules.error_text import did_you_mean
from sot.rules.loader import RuleModel
from sot.rules.matching_names import NamesakeRules, least_first, once
from sot.rules.rulebook import Reference, Rulebook
from sot.rules.values import Bits, Count, Gain, Identifier, Probability, Word

BLOCKING = "matching/blocking.yaml"
COMPARISONS = "matching/comparisons.yaml"
NAMES = "matching/names.yaml"
THRESHOLDS = "matching/thresholds.yaml"

NEEDED = ("name", "name_form", "legal_form", "web", "phone", "mailbox", "tax_id", "place")
"""Comparisons that the code names: bands, related customers and evidence in words depend on them."""

ALWAYS = "true"
"""The condition of the last level of a comparison."""


SAME_WORDS = "name_form = same_words"


def starts_with(when: str, condition: str) -> bool:
    """Tell whether a condition holds only where another one does, because it begins with it."""
    first = conjuncts(parse(condition))
    return conjuncts(parse(when))[: len(first)] == first


def _parsed(text: str) -> str:
    parse(text)
    return text


When = Annotated[str, AfterValidator(_parsed)]
"""A condition; see sot.rules.conditions for its grammar."""


class BlockingRule(RuleModel):
    """One way in which two records become a candidate pair."""

    name: Word
    keys: Annotated[str, AfterValidator(checked_keys)]
    cap: Count
    tier: Literal["always", "small"]
    why: str
    by_record: Annotated[str, AfterValidator(checked_record_keys)] | None = None
    """The same keys of each record by itself, with what it is `told` by, for engines that have no whole list in one
    place: keys of records that are told by one and the same are cut. Only needed where `keys` looks across records."""


class BlockingRules(RuleModel):
    """rules/matching/blocking.yaml: which pairs of records are looked at at all."""

    small_records: Count
    large_cap_share: float = Field(gt=0, le=1)
    neighbours: int = Field(ge=0)
    rules: tuple[BlockingRule, ...] = Field(min_length=1, max_length=62)

    @model_validator(mode="after")
    def _named(self) -> BlockingRules:
        once("rules", [rule.name for rule in self.rules])
        return self


class Graded(RuleModel):
    """A comparison whose level is a weight itself, in whole bits from lowest to highest."""

    column: Literal["name_bits"]
    lowest: int = Field(ge=-60, le=60)
    highest: int = Field(ge=-60, le=60)
    words: dict[int, str]

    @model_validator(mode="after")
    def _covered(self) -> Graded:
        least_first("graded", self.lowest, self.highest)
        if not self.words or min(self.words) > self.lowest:
            raise ValueError(
                f"words: none holds for {self.lowest} bits; the lowest step must not be above it"
            )
        return self

    def called(self, bits: int) -> str:
        """Give the words for so many bits: those of the highest step that is not above them."""
        return next(text for step, text in sorted(self.words.items(), reverse=True) if bits >= step)


Difference = Literal["spelling", "word", "name", "place", "site", "part"]
"""What differs between two records, each heavier than the one before."""


class Level(RuleModel):
    """One graded outcome of a comparison; m, u and s are probabilities (see comparisons.yaml)."""

    name: Word
    when: When
    m: Probability
    u: Probability
    s: Probability
    by: str | None = None
    most: Gain | None = None
    veto: bool = False
    asks: Difference | None = None
    settles: Difference | None = None
    room: Gain = 0.0
    alone: Gain = 0.0
    namesakes: Word | None = None

    @field_validator("by")
    @classmethod
    def _a_column(cls, value: str | None) -> str | None:
        known = sorted(name for name, kind in COLUMNS.items() if kind == "code" or name == "towns")
        if value is not None and value not in known:
            raise ValueError(f"must be a column: {', '.join(known)}{did_you_mean(value, known)}")
        return value

    @model_validator(mode="after")
    def _most_of_a_value(self) -> Level:
        if self.most is not None and self.by is None:
            raise ValueError("'most' is the limit of a level that counts 'by' a column; 'by' is missing")
        return self

    @property
    def least_u(self) -> float:
        """The u of a value that tells `most` bits."""
        return self.m * float(2.0 ** -(self.most or 30.0))


class Comparison(RuleModel):
    """One kind of evidence, independent of the others as far as can be.

    `learned` tells that m is refined by the list itself; the levels whose condition begins with it are one then.
    """

    name: Identifier
    why: str
    shows: tuple[str, ...] = Field(min_length=1)
    missing: When | None = None
    learned: When | None = None
    graded: Graded | None = None
    levels: tuple[Level, ...] = ()

    @field_validator("shows")
    @classmethod
    def _columns(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        known = [*RECORDS, *NORMALISED]
        for name in value:
            if name not in known:
                raise ValueError(f"'{name}' is not a column of a record{did_you_mean(name, known)}")
        return value

    @model_validator(mode="after")
    def _whole(self) -> Comparison:
        if (self.graded is None) == (not self.levels):
            raise ValueError("needs either 'graded' or 'levels'")
        once("levels", [level.name for level in self.levels])
        for level in self.levels[:-1]:
            if level.when == ALWAYS:
                raise ValueError(
                    f"levels below '{level.name}' are never reached: its condition is always true"
                )
        if self.levels and self.levels[-1].when != ALWAYS:
            raise ValueError(
                f"the last level ('{self.levels[-1].name}') applies to all other pairs: write when: \"true\""
            )
        if self.learned is not None and not self.alike():
            raise ValueError(f"learned: no level has the condition '{self.learned}'")
        return self

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Give the names of the levels that a pair can have; a graded comparison has those of its words."""
        if self.graded is not None:
            return tuple(self.graded.words.values())
        return tuple(level.name for level in self.levels)

    def alike(self) -> tuple[Level, ...]:
        """Give the levels of which m is learned as of one: their conditions begin with that of `learned`."""
        if self.learned is None:
            return ()
        return tuple(level for level in self.levels if starts_with(level.when, self.learned))


class ComparisonRules(RuleModel):
    """rules/matching/comparisons.yaml: the evidence model."""

    comparisons: tuple[Comparison, ...]

    @model_validator(mode="after")
    def _complete(self) -> ComparisonRules:
        names = [comparison.name for comparison in self.comparisons]
        once("comparisons", names)
        if missing := [name for name in NEEDED if name not in names]:
            close = "".join(did_you_mean(name, missing) for name in names if name not in NEEDED)
            raise ValueError(f"there must be a comparison {', '.join(missing)}{close}")
        by_name = {comparison.name: comparison for comparison in self.comparisons}
        if by_name["name"].graded is None:
            raise ValueError("the comparison 'name' must be graded: its weight is the bits of the names")
        first = by_name["name_form"].levels[0].when if by_name["name_form"].levels else ""
        if not starts_with(first, SAME_WORDS):
            raise ValueError(
                f"the condition of the first level of 'name_form' must begin with '{SAME_WORDS}'"
            )
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """Give the names of the comparisons in their order."""
        return tuple(comparison.name for comparison in self.comparisons)


class Prior(RuleModel):
    """How many duplicates are expected before any evidence is seen, and how many relatives."""

    start: float = Field(gt=0)
    least: float = Field(gt=0)
    most: float = Field(gt=0)
    belief: float = Field(ge=0)
    hopeless: Bits
    relatives: Bits
    relatives_by_duplicates: Bits
    rival: Gain
    room: Gain
    only_room: Gain
    room_by_chance: Gain
    room_most: Gain

    @model_validator(mode="after")
    def _ordered(self) -> Prior:
        if not self.least <= self.start <= self.most:
            raise ValueError(
                f"start ({self.start:g}) must be between least ({self.least:g}) and most ({self.most:g})"
            )
        return self


class Learning(RuleModel):
    """From which probability a pair teaches m, how many pairs the shipped m is worth, and by how many bits it moves."""

    certain: float = Field(gt=0.5, lt=1)
    worth: float = Field(gt=0)
    most: Gain


class Settling(RuleModel):
    """Which evidence shows that a difference is one of a single customer, and how sure it must be.

    by           the comparisons that show it
    differences  those that may be shown
    certain      from which probability without them a pair counts
    least        pairs of which they are known
    share        the share of their usual agreement that is asked for ...
    errors       ... so many standard errors below what is seen
    """

    by: tuple[str, ...]
    differences: tuple[Difference, ...]
    certain: float = Field(gt=0.5, lt=1)
    least: int = Field(ge=20)
    share: float = Field(gt=0.5, le=1)
    errors: float = Field(ge=0)


class LinkageRules(RuleModel):
    """What an absent pair and at most one pair tell inside a component (bits), and whose vetoes always hold."""

    absent: Bits
    most: Gain
    torn: Gain
    never: tuple[str, ...]


class RelatedRules(RuleModel):
    """From how many bits two customers are called related."""

    least: Bits
    names_alone: Bits


class Thresholds(RuleModel):
    """rules/matching/thresholds.yaml: prior, learning, namesakes, clustering."""

    prior: Prior
    learning: Learning
    settling: Settling
    namesakes: NamesakeRules
    linkage: LinkageRules
    related: RelatedRules
    weak_street_words: tuple[Word, ...]

    def references(self, rules: Rulebook) -> Iterator[Reference]:
        """Give the names of comparisons that the linkage needs, and the kinds of names that comparisons need."""
        comparisons = rules.get(COMPARISONS, ComparisonRules)
        for i, name in enumerate(self.linkage.never):
            yield Reference(("linkage", "never", i), name, comparisons.names, "comparison")
        for i, name in enumerate(self.settling.by):
            yield Reference(("settling", "by", i), name, comparisons.names, "comparison")
        kinds = [kind.name for kind in self.namesakes.kinds]
        for comparison in comparisons.comparisons:
            for level in comparison.levels:
                if level.namesakes is not None:
                    what = f"kind of names (level '{level.name}' of '{comparison.name}' in {COMPARISONS})"
                    yield Reference(("namesakes", "kinds"), level.namesakes, kinds, what)
