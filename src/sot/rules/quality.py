"""rules/quality/gates.yaml: the thresholds that a finished run is held to."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from sot.errors import RulesError
from sot.rules.book import Rulebook
from sot.rules.loader import RuleModel
from sot.rules.project import Settings

NAME = "quality/gates.yaml"

Metric = Literal["filled", "valid", "unique", "counterpart", "sure", "open", "rejects"]
SHARES = frozenset({"filled", "valid", "unique", "counterpart", "sure"})
FIELDS: dict[str, frozenset[str]] = {
    "filled": frozenset(
        {"name", "tax_id", "website", "email", "phone", "street", "city", "postcode", "country"}
    ),
    "valid": frozenset({"tax_id", "email", "country"}),
}
"""Of which fields a metric can be asked."""


class Gate(RuleModel):
    """One threshold: what is measured, the limit, and who has to act when it is not met."""

    name: str
    metric: Metric
    field: str | None = Field(None, description="Of filled and valid: the field. Of open: severity or kind")
    system: str | None = Field(None, description="Only this system; without it each system by itself")
    at_least: float | None = Field(None, ge=0, le=1)
    at_most: int | None = Field(None, ge=0)
    severity: Literal["blocker", "warning"]
    owner: str
    reason: str

    @model_validator(mode="after")
    def _whole(self) -> Gate:
        share = self.metric in SHARES
        if (self.at_least is not None) != share or (self.at_most is not None) == share:
            raise ValueError(f"{self.metric} needs {'at_least' if share else 'at_most'}, and nothing else")
        allowed = FIELDS.get(self.metric)
        if allowed and self.field not in allowed:
            raise ValueError(f"{self.metric} needs a field: {', '.join(sorted(allowed))}")
        if self.metric == "open" and not self.field:
            raise ValueError("open needs a field: the severity or the kind of the conflicts")
        return self

    @property
    def limit(self) -> float:
        """The number that the run is held to."""
        limit = self.at_least if self.at_least is not None else self.at_most
        assert limit is not None
        return limit


class Gates(RuleModel):
    """All gates."""

    gates: tuple[Gate, ...]

    @model_validator(mode="after")
    def _once(self) -> Gates:
        names = [gate.name for gate in self.gates]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"gates need names of their own; twice: {', '.join(twice)}")
        return self


def load_gates(rules: Rulebook, settings: Settings) -> tuple[Gate, ...]:
    """Give the gates in force, with the limits that `gates:` in sot.yaml puts in place of the shipped ones."""
    gates = {gate.name: gate for gate in rules.get(NAME, Gates).gates}
    for name, limit in settings.gates.items():
        if name not in gates:
            raise RulesError(
                f"sot.yaml: gates.{name}: there is no such gate", f"gates are {', '.join(sorted(gates))}"
            )
        gates[name] = _with_limit(gates[name], limit)
    return tuple(gates.values())


def _with_limit(gate: Gate, limit: str) -> Gate:
    key = "at_least" if gate.metric in SHARES else "at_most"
    try:
        return Gate.model_validate({**gate.model_dump(), key: limit})
    except ValueError as error:
        allowed = "a share from 0 to 1" if key == "at_least" else "a whole number from 0"
        raise RulesError(f"sot.yaml: gates.{gate.name}: '{limit}' is not {allowed}") from error
