"""rules/quality/trend.yaml: which figures are drawn over the runs, and which step of a figure is a jump."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sot.rules.loader import RuleModel

NAME = "quality/trend.yaml"

Kind = Literal["count", "share", "money"]


class FigureRule(RuleModel):
    """One figure of the history, or a group of them (`records.*`)."""

    figure: str
    says: str
    kind: Kind
    most: int | None = Field(None, ge=1, description="Of a group only so many, the largest in the last run")


class JumpRule(RuleModel):
    """A step is a jump if it is more than all of these."""

    times: float = Field(gt=0, description="So many times the usual step")
    share: float = Field(ge=0, description="This share of the value before")
    count: float = Field(ge=0, description="So much at all, of a count")
    points: float = Field(ge=0, description="So much at all, of a share")
    steps: int = Field(ge=1, description="So many steps before say what is usual")


class TrendRules(RuleModel):
    """What is drawn of the history, and when a step is told."""

    figures: tuple[FigureRule, ...]
    jump: JumpRule
    runs: int = Field(ge=2)
