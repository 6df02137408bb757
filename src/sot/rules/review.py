"""The rules of review: answers that a person accepted once for all questions that are alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from sot.rules.loader import RuleModel
from sot.rules.matching import COMPARISONS, ComparisonRules
from sot.rules.rulebook import Reference, Rulebook

ANSWERS = "review/answers.yaml"


class AnswerRule(RuleModel):
    """Questions whose evidence stands at these levels get this verdict."""

    name: str
    when: dict[str, str] = Field(min_length=1)
    verdict: Literal["same", "related", "different"]
    accepted_by: str
    accepted_on: str
    support: int = Field(ge=0)
    against: int = Field(ge=0)


class AnswerRules(RuleModel):
    """rules/review/answers.yaml."""

    rules: tuple[AnswerRule, ...] = ()

    def references(self, rules: Rulebook) -> Iterator[Reference]:
        """Give the comparisons that conditions name, and their levels."""
        comparisons = {c.name: c for c in rules.get(COMPARISONS, ComparisonRules).comparisons}
        for i, rule in enumerate(self.rules):
            for name, level in rule.when.items():
                at = ("rules", i, "when", name)
                yield Reference(at, name, comparisons, "comparison")
                if name in comparisons:
                    yield Reference(at, level, comparisons[name].outcomes, f"level of '{name}'")


class Mining(RuleModel):
    """rules/review/suggest.yaml: when answers are alike enough to propose a rule."""

    support: int = Field(ge=1)
    against_share: float = Field(ge=0, lt=1)
    most_conditions: int = Field(ge=1, le=4)
    proposals: int = Field(ge=1)
    calibration_answers: int = Field(ge=2)
    beliefs: float = Field(gt=0)
