"""What matching reports of itself: the finds of the blocking rules, what was learned, and the model as it was used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self


@dataclass(frozen=True)
class BlockingReport:
    """What one blocking rule did.

    cap          the most records that may share a key
    keys         the keys that two or more records share, without those above the cap
    cut_keys, cut_records  the keys above the cap, and the records that have them
    pairs, links, links_alone  the pairs that the rule found, the links among them, and the links that no other found
    """

    rule: str
    cap: int
    keys: int
    largest_block: int
    cut_keys: int
    cut_records: int
    pairs: int = 0
    links: int = 0
    links_alone: int = 0


@dataclass(frozen=True)
class Lesson:
    """What was learned of one comparison: from so many sure pairs, the bits that its levels tell more, by name."""

    sure: int
    bits: dict[str, float]


Lessons = dict[str, Lesson]
"""By the name of the comparison."""

Settled = tuple[tuple[str, str], ...]
"""Levels of name_form with levels of place: differences that the list shows to be of one customer."""


@dataclass(frozen=True)
class MatchReport:
    """What matching did with a list.

    candidates, scored  how many pairs blocking found, and how many of them were scored
    links_per_record    how many links a record has, `inside` its system and `across` systems
    recall_estimate     the share of all links that blocking finds, at most
    copies              how many records are exact duplicates of two others
    settled             the differences that nobody is asked about, since the list shows that they are of one customer
    """

    blocking: tuple[BlockingReport, ...] = ()
    candidates: int = 0
    scored: int = 0
    links_per_record: dict[str, float] = field(default_factory=dict)
    recall_estimate: float = 1.0
    learned: Lessons = field(default_factory=dict)
    copies: int = 0
    settled: Settled = ()

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Self:
        """Give the report that a run wrote as plain values."""
        known = {each.name: plain[each.name] for each in fields(cls) if each.name in plain}
        known["blocking"] = tuple(BlockingReport(**each) for each in plain.get("blocking", ()))
        known["learned"] = {name: Lesson(**each) for name, each in plain.get("learned", {}).items()}
        known["settled"] = tuple((name, place) for name, place in plain.get("settled", ()))
        return cls(**known)


@dataclass(frozen=True)
class UsedLevel:
    """A level as a run used it: m as learned, u, s, and what it tells against relatives (bits).

    Fields with a default came later: a run of an older sot lacks them.
    """

    gamma: int
    name: str
    m: float
    u: float
    s: float
    bits_relative: float
    veto: bool
    alone: float = 0.0
    same_words: bool = False

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Self:
        """Give the level that a run wrote as plain values; what another version of sot wrote besides is left out."""
        return cls(**{each.name: plain[each.name] for each in fields(cls) if each.name in plain})


@dataclass(frozen=True)
class UsedComparison:
    """A comparison as a run used it, its levels by gamma."""

    name: str
    why: str
    levels: tuple[UsedLevel, ...]

    @property
    def top(self) -> int:
        """The gamma of the level that agrees most."""
        return max(level.gamma for level in self.levels)


@dataclass(frozen=True)
class UsedModel:
    """The comparisons as a run used them, and the probabilities at which its bands begin."""

    comparisons: tuple[UsedComparison, ...] = ()
    bands: dict[str, float] = field(default_factory=dict)

    def comparison(self, name: str) -> UsedComparison:
        """Give the comparison of that name; there must be one (LookupError)."""
        for each in self.comparisons:
            if each.name == name:
                return each
        raise LookupError(f"the model has no comparison '{name}'")

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Self:
        """Give the model that a run wrote as plain values."""
        comparisons = (
            UsedComparison(
                each["name"], each["why"], tuple(UsedLevel.from_json(level) for level in each["levels"])
            )
            for each in plain["comparisons"]
        )
        return cls(tuple(comparisons), dict(plain["bands"]))
