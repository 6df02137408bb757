"""rules/quality/profile.yaml: what is told of the columns of raw exports, and how grave it is."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, field_validator

from sot.model.kinds import Severity
from sot.rules.error_text import did_you_mean
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


def _a_kind(name: str) -> str:
    if name not in KINDS:
        known = sorted(KINDS)
        raise ValueError(f"is not a kind of finding{did_you_mean(name, known)}; kinds are {', '.join(known)}")
    return name


FindingKind = Annotated[str, AfterValidator(_a_kind)]


class FindingRule(RuleModel):
    """One kind of finding: its severity, the words for it, and from which share on it is told."""

    severity: Severity
    says: str
    do: str
    least: float = Field(0.0, ge=0, le=1)


class ProfileRules(RuleModel):
    """`profile.yaml`."""

    findings: dict[FindingKind, FindingRule]
    real_elsewhere: tuple[str, ...]
    tested_at_most: int = Field(ge=1)

    @field_validator("findings")
    @classmethod
    def _all_kinds(cls, value: dict[FindingKind, FindingRule]) -> dict[FindingKind, FindingRule]:
        if missing := sorted(KINDS - set(value)):
            raise ValueError(f"must have a line for {', '.join(missing)} too")
        return value
