"""The one form in which a person says that they live with something for a while: who, why, until when."""

from __future__ import annotations

from pydantic import Field

from sot.rules.loader import RuleModel


class Waived(RuleModel):
    """Who decided to live with something, why, and the last day on which that holds."""

    by: str
    reason: str
    until: str = Field(pattern=r"^\d{4}-\d\d-\d\d$", description="The last day, such as 2027-06-30")
