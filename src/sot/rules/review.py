"""The rules of review: answers that a person accepted once for all questions that are alike."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sot.rules.loader import RuleModel

ANSWERS = "review/answers.yaml"


class AnswerRule(RuleModel):
    """Questions whose evidence stands at these levels get this verdict."""

    name: str
    when: dict[str, str] = Field(min_length=1)
    verdict: Literal["same", "related", "different"]
    accepted_by: str
    accepted_on: str
    support: int
    against: int


class AnswerRules(RuleModel):
    """rules/review/answers.yaml."""

    rules: tuple[AnswerRule, ...] = ()


class Mining(RuleModel):
    """rules/review/suggest.yaml: when answers are alike enough to propose a rule."""

    support: int = Field(ge=1)
    against_share: float = Field(ge=0, lt=1)
    most_conditions: int = Field(ge=1, le=4)
    proposals: int = Field(ge=1)
    calibration_answers: int = Field(ge=2)
    beliefs: float = Field(gt=0)
