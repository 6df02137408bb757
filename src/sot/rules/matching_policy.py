"""rules/matching/policy.yaml: the parts of matching that a steward changes."""

from __future__ import annotations

from typing import Literal

from pydantic import field_validator, model_validator

from sot.rules.loader import RuleModel
from sot.rules.values import Count, Gain, Probability, Share, Word

POLICY = "matching/policy.yaml"
POLICIES = ("cautious", "balanced", "eager")


class Bands(RuleModel):
    """Match probabilities from which a pair is linked automatically, and from which it is in doubt."""

    auto: Probability
    auto_name_only: Probability
    distinctive: Gain
    doubt: Probability
    ask: Probability

    @model_validator(mode="after")
    def _ordered(self) -> Bands:
        if not self.ask <= self.doubt <= self.auto <= self.auto_name_only:
            raise ValueError("must rise: ask, doubt, auto, auto_name_only")
        return self


class SharedValues(RuleModel):
    """By how many customers' names a value may be borne and still be evidence; from which share one town is its own."""

    names: Count
    main_town: Share


class Policy(RuleModel):
    """What a project merges and asks."""

    merge: Literal["auto", "doubt"]
    ask: Probability


class PartWords(RuleModel):
    """Words that name a part of a group: divisions, and countries unless they stand apart from the name."""

    divisions: frozenset[Word]
    countries: frozenset[Word]

    @property
    def all(self) -> frozenset[str]:
        """Give both."""
        return self.divisions | self.countries


class MatchingPolicy(RuleModel):
    """rules/matching/policy.yaml: bands, policies, shared values, words that name parts of a group."""

    bands: Bands
    policies: dict[str, Policy]
    shared: SharedValues
    part_words: PartWords

    @field_validator("policies")
    @classmethod
    def _the_policies(cls, value: dict[str, Policy]) -> dict[str, Policy]:
        if set(value) != set(POLICIES):
            raise ValueError(f"must be {', '.join(POLICIES)}; there are {', '.join(value)}")
        return value
