"""The rules of the handoffs: how documents are linked, and what counts as an exception."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from sot.model.kinds import HandoffKind
from sot.rules.governance import Governance, Weight
from sot.rules.loader import RuleModel
from sot.rules.rulebook import Rulebook

LINKING = "handoffs/linking.yaml"
EXCEPTIONS = "handoffs/exceptions.yaml"

Days = Annotated[int, Field(ge=0, le=3660)]
Share = Annotated[float, Field(ge=0, le=1)]
Rate = Annotated[float, Field(gt=0, lt=1)]
Pair = Literal["deal_project", "deal_invoice", "project_invoice", "invoice_payment", "credit_note"]


class Tolerance(RuleModel):
    """A difference that is allowed: the larger of an amount and a share."""

    amount: float = Field(ge=0)
    share: Share


class ReferenceRules(RuleModel):
    """What counts as a reference."""

    least_characters: int = Field(ge=3, le=20)
    documents_a_side: int = Field(ge=1, le=50)


class Window(RuleModel):
    """The days around the earlier document of a link."""

    before: Days
    after: Days


class Instalments(RuleModel):
    """How a deal is billed in parts, and how far sums are looked for."""

    shares: tuple[Rate, ...]
    sum_of_at_most: int = Field(ge=2, le=12)
    sums_tried: int = Field(ge=0, le=100_000)
    chance: Share


class Series(RuleModel):
    """When invoices recur."""

    invoices: int = Field(ge=3, le=24)
    intervals: dict[str, tuple[Days, Days]]

    @model_validator(mode="after")
    def _ordered(self) -> Series:
        for name, (least, most) in self.intervals.items():
            if not 0 < least <= most:
                raise ValueError(f"the interval '{name}' must be [least, most] in days, such as [26, 36]")
        return self


Cost = Annotated[float, Field(ge=0, le=100)]


class AlignmentCosts(RuleModel):
    """What it costs to leave a bill or payment without a counterpart, to take a fee, and to be off the usual day."""

    paid_bill_alone: Cost
    open_bill_alone: Cost
    payment_alone: Cost
    fee: Cost
    days: int = Field(ge=1, le=366)


class Recurring(RuleModel):
    """How payments are aligned with bills that recur."""

    bills: int = Field(ge=2, le=24)
    payment_of: int = Field(ge=1, le=12)
    parts_apart_days: Days
    fee_share: Share
    costs: AlignmentCosts


class LinkingRules(RuleModel):
    """`rules/handoffs/linking.yaml`."""

    reference: ReferenceRules
    equal: Tolerance
    near: Tolerance
    window: dict[Pair, Window]
    instalments: Instalments
    series: Series
    recurring: Recurring
    tax_rates: dict[str, tuple[Rate, ...]]
    usual_rates: tuple[Rate, ...]
    doubt_below: Share
    least: Share
    generic_words: frozenset[str]
    write_off_words: tuple[str, ...]
    cancelled_words: tuple[str, ...]
    part_words: tuple[str, ...]
    addition_words: tuple[str, ...]

    @field_validator("window")
    @classmethod
    def _complete(cls, value: dict[str, Window]) -> dict[str, Window]:
        missing = [pair for pair in Pair.__args__ if pair not in value]  # type: ignore[attr-defined]
        if missing:
            raise ValueError(f"lacks {', '.join(missing)}")
        return value


class ExceptionLimits(RuleModel):
    """The limits of the definitions."""

    project_after_win_days: Days
    project_before_win_days: Days
    invoice_after_win_days: Days
    invoice_after_delivery_days: Days
    billed_in_full_days: Days
    billed_share: Share
    billed_amount: float = Field(ge=0)
    paid_share: Share
    paid_amount: float = Field(ge=0)
    duplicate_days: Days
    least_invoice_share: Share
    paid_within_days: Days
    billed_within_days: Days
    kept_share: Share


class KindRule(RuleModel):
    """What one kind of exception means, and where it is put right."""

    severity: Weight
    fix_in: Literal["crm", "finance", "project"]
    task: str = Field(pattern=r"^[a-z_]+$")


class WordsWithin(RuleModel):
    """Words that decide what a longer status says."""

    former: tuple[str, ...]
    prospect: tuple[str, ...]
    customer: tuple[str, ...]


class AccountWords(RuleModel):
    """Words of the status of a CRM account."""

    within: WordsWithin
    customer: tuple[str, ...]
    prospect: tuple[str, ...]
    former: tuple[str, ...]

    @cached_property
    def meaning(self) -> dict[str, str]:
        """Give each word its meaning: customer, prospect or former."""
        return {word: name for name in ("customer", "prospect", "former") for word in getattr(self, name)}

    def meaning_of(self, status: str) -> str:
        """Give what a status in lower case says; "other" where it says none of the three."""
        known = self.meaning.get(status)
        if known is not None:
            return known
        words = set(re.findall(r"[^\W\d_]+", status))
        names = ("former", "prospect", "customer")
        return next((name for name in names if words & set(getattr(self.within, name))), "other")

    @model_validator(mode="after")
    def _once(self) -> AccountWords:
        words = [*self.customer, *self.prospect, *self.former]
        twice = sorted({word for word in words if words.count(word) > 1})
        if twice:
            raise ValueError(f"is written twice: {', '.join(twice)}")
        return self


class ExceptionRules(RuleModel):
    """`rules/handoffs/exceptions.yaml`."""

    limits: ExceptionLimits
    kinds: dict[HandoffKind, KindRule]
    account_status: AccountWords

    @field_validator("kinds")
    @classmethod
    def _complete(cls, value: dict[HandoffKind, KindRule]) -> dict[HandoffKind, KindRule]:
        missing = [str(kind) for kind in HandoffKind if kind not in value]
        if missing:
            raise ValueError(f"lacks {', '.join(missing)}")
        return value

    def severity(self, kind: HandoffKind, governance: Governance) -> Weight:
        """Give what an exception means: by the governance in force, else as shipped."""
        return governance.handoffs.get(kind, self.kinds[kind].severity)


def load_linking(rules: Rulebook) -> LinkingRules:
    """Read how documents are linked."""
    return rules.get(LINKING, LinkingRules)


def load_exceptions(rules: Rulebook) -> ExceptionRules:
    """Read what counts as an exception."""
    return rules.get(EXCEPTIONS, ExceptionRules)
