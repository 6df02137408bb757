"""The governance in force: which system is right about which field, and what a conflict means."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from functools import cached_property
from typing import Literal

from pydantic import Field

from sot.errors import RulesError
from sot.model.kinds import ConflictKind, Department, HandoffKind
from sot.rules.loader import RuleModel
from sot.rules.quality.waivers import Waived
from sot.rules.rulebook import Rulebook

FOLDER = "governance"
WAIVERS = f"{FOLDER}/waivers.yaml"
CUSTOMER_FIELDS = (
    "name", "legal_form", "trade_name", "tax_id", "registration_id", "domain", "phone", "email", "address",
    "parent_name", "industry", "owner", "account_status", "currency",
)  # fmt: skip
DOCUMENT_FIELDS = {
    "deal": ("name", "account", "amount", "currency", "status", "date", "owner"),
    "project": ("name", "account", "status", "date", "end_date", "owner"),
    "invoice": ("number", "account", "amount", "open_amount", "currency", "status", "date", "due_date"),
}
"""The fields that every governance must give an owner."""
ADDRESS_PARTS = ("street", "city", "region", "postcode", "country")

Weight = Literal["blocker", "warning", "info", "ignore"]
ObjectName = Literal["customer", "deal", "project", "invoice"]


class Step(StrEnum):
    """One step of the survivorship cascade."""

    LOCKED = "locked"
    CLEAN = "clean"
    SEVERAL = "several"
    WRITTEN = "written"
    AUTHORITY = "authority"
    LIVE = "live"
    VALID = "valid"
    RECENT = "recent"
    COMPLETE = "complete"
    FREQUENT = "frequent"
    LONGEST = "longest"


class FieldRule(RuleModel):
    """What holds for one field, or for one group of fields that survive together."""

    authority: tuple[str, ...] = Field(min_length=1)
    """Systems or departments, the first one first."""
    together: tuple[str, ...] = ()
    differs: Weight = "info"
    blank: Weight = "ignore"
    cascade: tuple[Step, ...] | None = None

    def rank(self, system: str, department: str) -> int:
        """Give the place of a system in the authority; those that are not named share the last one."""
        ranks = [i for i, owner in enumerate(self.authority) if owner in (system, department)]
        return ranks[0] if ranks else len(self.authority)


class DocumentFieldRule(RuleModel):
    """Who is right about one field of a deal, project or invoice."""

    authority: tuple[str, ...] = Field(min_length=1)


class Limits(RuleModel):
    """From where on something is held to be a mistake, or no question any more."""

    cluster_size: int = Field(ge=2)
    shared_by: int = Field(ge=2)


class Exposure(RuleModel):
    """Whose word (systems or departments) is taken for each kind of money."""

    balance: tuple[str, ...]
    open_invoices: tuple[str, ...]
    open_deals: tuple[str, ...]
    revenue: tuple[str, ...]


class ConflictWeights(RuleModel):
    """What each kind of conflict means; disagreements, ties and blanks are weighed by field."""

    identifier_clash: Weight
    identifier_shared: dict[Literal["tax_id", "registration_id", "domain"], Weight]
    weak_bridge: Weight
    oversized_cluster: Weight
    contradictory_decisions: Weight
    customer_split: Weight
    customers_merged: Weight
    orphan_decision: Weight
    only_in_one_system: Weight
    status_mismatch: Weight
    duplicate_in_system: Weight
    duplicate_record_id: Weight


class Governance(RuleModel):
    """One preset of `rules/governance/`."""

    says: str
    cascade: tuple[Step, ...] = Field(min_length=1)
    customer: dict[str, FieldRule]
    deal: dict[str, DocumentFieldRule]
    project: dict[str, DocumentFieldRule]
    invoice: dict[str, DocumentFieldRule]
    conflicts: ConflictWeights
    limits: Limits
    expected_in: tuple[str, ...]
    exposure: Exposure
    handoffs: dict[HandoffKind, Weight] = Field(default={})
    """Kinds of exceptions that this governance weighs differently from `rules/handoffs/exceptions.yaml`."""

    def steps(self, field: str) -> tuple[Step, ...]:
        """Give the cascade in force for a field of the customer."""
        return self.customer[field].cascade or self.cascade

    def severity(self, kind: ConflictKind, field: str | None = None) -> Weight:
        """Give what a conflict of `kind` (about `field`) means."""
        if kind in (ConflictKind.VALUE_DISAGREEMENT, ConflictKind.SURVIVORSHIP_TIE):
            return self.customer[field].differs if field else "ignore"
        if kind is ConflictKind.AUTHORITY_BLANK:
            return self.customer[field].blank if field else "ignore"
        weights = getattr(self.conflicts, kind.value)
        weight: Weight = weights.get(field, "ignore") if isinstance(weights, dict) else weights
        return weight


class Waiver(Waived):
    """A conflict that a person has decided to live with, until a day."""

    conflict: str


class Waivers(RuleModel):
    """The waivers of a project, from `rules/governance/waivers.yaml`."""

    waivers: tuple[Waiver, ...] = ()

    @cached_property
    def by_conflict(self) -> dict[str, Waiver]:
        """Give the waiver of each waived conflict: the one that holds longest."""
        return {waiver.conflict: waiver for waiver in sorted(self.waivers, key=lambda w: (w.until, w.by))}


def load_governance(rules: Rulebook, name: str) -> Governance:
    """Read the preset `name`."""
    if name not in (known := presets(rules)):
        raise RulesError(
            f"sot.yaml: governance: '{name}' is not one of {', '.join(known)}",
            "a file in rules/governance/ of the project is a preset too",
        )
    return rules.get(f"{FOLDER}/{name}.yaml", Governance)


def load_waivers(rules: Rulebook) -> Waivers:
    """Read the project's waivers."""
    return rules.get(WAIVERS, Waivers)


def presets(rules: Rulebook) -> list[str]:
    """Give the names of the presets that there are."""
    names = (path.removeprefix(f"{FOLDER}/").removesuffix(".yaml") for path in rules.names(FOLDER))
    return sorted(set(names) - {"waivers"})


_DEPARTMENTS = frozenset(department.value for department in Department)


def is_department(owner: str) -> bool:
    """Tell whether an owner in an authority is a department rather than a system."""
    return owner in _DEPARTMENTS


def owned(owners: Iterable[str], system: str, department: str) -> bool:
    """Tell whether a system is among `owners`, by its own name or by its department."""
    return any(owner in (system, department) for owner in owners)
