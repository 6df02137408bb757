"""rules/quality/readiness.yaml: when two departments can be connected, and when a warehouse is due."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sot.rules.loader import RuleModel

NAME = "quality/readiness.yaml"

Side = Literal["crm", "finance", "project", "bi"]


class HandoffRule(RuleModel):
    """Two departments that hand customers to each other."""

    from_: Side = Field(alias="from")
    to: Side
    why: str


class WarehouseRule(RuleModel):
    """From how many core systems, or from how much yearly revenue, a warehouse pays."""

    core_systems: int = Field(ge=1)
    yearly_revenue: float = Field(ge=0)


class ReadinessRules(RuleModel):
    """When a handoff is ready, ready after fixes, or not ready."""

    handoffs: tuple[HandoffRule, ...]
    ready_match_rate: float = Field(ge=0, le=1)
    fixes_share: float = Field(ge=0, le=1)
    warehouse: WarehouseRule
