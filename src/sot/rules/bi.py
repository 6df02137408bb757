"""The rules of the comparison of BI figures with the ledger."""

from __future__ import annotations

from pydantic import Field

from sot.rules.handoffs import Share, Tolerance
from sot.rules.loader import RuleModel
from sot.rules.rulebook import Rulebook

NAME = "handoffs/bi.yaml"


class BiRules(RuleModel):
    """`rules/handoffs/bi.yaml`."""

    tolerance: Tolerance
    newest_missing: int = Field(ge=0, le=24)
    months_seen: int = Field(ge=2, le=50)
    void_combined: int = Field(ge=1, le=10)
    gross_seen: int = Field(ge=1, le=50)
    rate_seen: int = Field(ge=2, le=50)
    rate_share: Share


def load_bi(rules: Rulebook) -> BiRules:
    """Give the rules of the comparison."""
    return rules.get(NAME, BiRules)
