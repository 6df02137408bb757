"""rules/quality/drift.yaml: how grave each kind of drift is, and who acts."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sot.rules.loader import RuleModel

NAME = "quality/drift.yaml"


class DriftRule(RuleModel):
    """One kind of drift."""

    severity: Literal["blocker", "warning", "info"]
    who: str
    do: str


class DriftKinds(RuleModel):
    """All kinds of drift; each needs its line."""

    stopped_delivering: DriftRule
    link_broken: DriftRule
    link_lost: DriftRule
    duplicate_again: DriftRule
    value_moved: DriftRule
    without_link: DriftRule
    exception_new: DriftRule
    exception_grown: DriftRule
    exception_gone: DriftRule


class DriftRules(RuleModel):
    """What is drift, and who acts."""

    kinds: DriftKinds
    few_rows: float = Field(gt=0, le=1)
    rows_lacking: int = Field(ge=1)
