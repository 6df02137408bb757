"""rules/quality/profile.yaml: what is told of the columns of raw exports, and how grave it is."""

from __future__ import annotations

from pydantic import Field, model_validator

from sot.model.kinds import Severity
from sot.rules.loader import RuleModel

NAME = "quality/profile.yaml"

KINDS = frozenset(
    (
        "repeated_ids", "missing_ids", "lost_digits", "rounded_ids", "wrong_letters", "lost_letters", "lost_zeros",
        "point_zero", "day_numbers", "entities", "cut_off", "invalid", "placeholders", "hidden_characters", "blanks",
        "capitals", "spellings", "forms", "empty", "nothing",
    )
)  # fmt: skip
"""Everything that can be found; each has its words in the file."""


class FindingRule(RuleModel):
    """One kind of finding: its severity, the words for it, and from which share on it is told."""

    severity: Severity
    says: str
    do: str
    least: float = Field(0.0, ge=0, le=1)


class ProfileRules(RuleModel):
    """`profile.yaml`."""

    findings: dict[str, FindingRule]
    real_elsewhere: tuple[str, ...]
    tested_at_most: int = Field(ge=1)

    @model_validator(mode="after")
    def _all_kinds(self) -> ProfileRules:
        missing, unknown = sorted(KINDS - set(self.findings)), sorted(set(self.findings) - KINDS)
        if missing or unknown:
            raise ValueError(f"findings: missing {missing}, not known {unknown}")
        return self
