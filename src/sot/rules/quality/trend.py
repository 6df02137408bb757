"""rules/quality/trend.yaml: which figures are drawn over the runs, and which step of a figure is a jump."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from sot.rules.error_text import did_you_mean
from sot.rules.loader import RuleModel

NAME = "quality/trend.yaml"

Kind = Literal["count", "share", "money"]

FIGURES = (
    "records", "documents", "rejects", "pairs", "related", "customers", "in_several_systems", "largest_customer",
    "cases", "conflicts.open", "conflicts.waived", "decisions", "document_links", "exceptions", "late_kickoff_rate",
    "bi_unexplained_rate",
)  # fmt: skip
GROUPS = (
    "status", "links", "documents", "records", "duplicates", "customers", "counterpart", "conflicts", "kind",
    "exposure", "ids", "leakage", "unapplied_cash", "overdue",
)  # fmt: skip
"""The figures that a run leaves in history.jsonl (emit.history_entry), and groups of them."""


class FigureRule(RuleModel):
    """One figure of the history, or a group of them (`records.*`)."""

    figure: str = Field(description="Such as customers, conflicts.blocker, records.*")
    says: str
    kind: Kind
    most: int | None = Field(None, ge=1, description="Only this many of a group: the largest in the last run")

    @field_validator("figure")
    @classmethod
    def _known(cls, value: str) -> str:
        group, _, rest = value.partition(".")
        if value not in FIGURES and not (group in GROUPS and rest):
            known = [*FIGURES, *(f"{name}.*" for name in GROUPS)]
            raise ValueError(
                f"is not a figure of the history{did_you_mean(value, known)}; there are {', '.join(known)}"
            )
        return value


class JumpRule(RuleModel):
    """A step is a jump if it is more than all of these."""

    times: float = Field(gt=0, description="This many times the usual change")
    share: float = Field(ge=0, description="This share of the previous value")
    count: float = Field(ge=0, description="Least change of a count")
    points: float = Field(ge=0, description="Least change of a share")
    steps: int = Field(ge=1, description="Number of earlier changes that define the usual one")


class TrendRules(RuleModel):
    """What is drawn of the history, and when a step is told."""

    figures: tuple[FigureRule, ...]
    jump: JumpRule
    runs: int = Field(ge=2)
