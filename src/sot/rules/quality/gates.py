"""rules/quality/gates.yaml: the thresholds that a finished run, or raw exports, are held to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field, TypeAdapter, model_validator

from sot.errors import RulesError
from sot.model.kinds import ConflictKind, Severity
from sot.rules.loader import RuleModel
from sot.rules.project import Settings
from sot.rules.quality.waivers import Waived
from sot.rules.rulebook import Reference, Rulebook

NAME = "quality/gates.yaml"
WAIVERS = "quality/waivers.yaml"

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]
Side = Literal["crm", "finance", "project", "bi"]
Absent = Literal["reported", "fails"]
Unit = Literal["share", "count", "days"]


class _Gate(RuleModel):
    """The keys of every gate: name, severity, owner and reason."""

    unit: ClassVar[Unit]
    name: str = Field(description="Name of the gate in sot.yaml, waivers and the baseline")
    severity: Literal["blocker", "warning"] = Field(
        description="blocker: the check fails if the limit is missed; warning: it is only reported"
    )
    owner: str = Field(description="Who has to act")
    reason: str = Field(description="Why the limit is there")
    not_measured: Absent | None = Field(
        None, description="Result if there is nothing to measure, in place of the one of the file"
    )

    @property
    def bound(self) -> Literal["at_least", "at_most"]:
        """The key that holds the limit."""
        return "at_least" if "at_least" in type(self).model_fields else "at_most"

    @property
    def limit(self) -> float:
        """The number that is not to be missed."""
        return float(getattr(self, self.bound))

    def allows(self, value: float) -> bool:
        """Tell whether the limit is kept."""
        return value >= self.limit if self.bound == "at_least" else value <= self.limit


class _PerSystem(_Gate):
    """A gate that each system is held to by itself."""

    system: str | None = Field(None, description="Only this system; without it, each that lists accounts")


class _Handoff(_Gate):
    """A gate on customers that one department hands to another."""

    from_: Side = Field(alias="from", description="The department that hands customers on")
    to: Side = Field(description="The department that receives them")


class Filled(_PerSystem):
    """Of the accounts, the share that has the field; a placeholder such as n/a fills nothing."""

    unit = "share"
    metric: Literal["filled"]
    field: Literal[
        "name", "tax_id", "registration_id", "website", "email", "phone", "street", "city", "region",
        "postcode", "country", "status", "owner", "industry", "currency",
    ]  # fmt: skip
    at_least: Share


class Valid(_PerSystem):
    """Of the filled values that can be tested, the share that stands the test."""

    unit = "share"
    metric: Literal["valid"]
    field: Literal["email", "phone", "tax_id", "postcode", "country"]
    at_least: Share


class Unique(_PerSystem):
    """Of the accounts that have the identifier, the share that shares it with no other of its system."""

    unit = "share"
    metric: Literal["unique"]
    field: Literal["record_id", "tax_id", "registration_id", "account_number", "external_id", "email"]
    at_least: Share


class Duplicates(_PerSystem):
    """Of the accounts, the share that should be merged into another one of its system."""

    unit = "share"
    metric: Literal["duplicates"]
    at_most: Share


class Counterpart(_Handoff):
    """Of the records of one department, the share whose customer the other department knows too."""

    unit = "share"
    metric: Literal["counterpart"]
    system: str | None = Field(None, description="Only this system of the department that hands on")
    at_least: Share


class Open(_PerSystem):
    """How many conflicts are open and not waived, of one severity or kind."""

    unit = "count"
    metric: Literal["open"]
    conflict: Severity | ConflictKind = Field(description="A severity, or a kind of conflict")
    at_most: Count


class Doubt(_PerSystem):
    """Of the records, the share that hangs on its customer by a link in doubt."""

    unit = "share"
    metric: Literal["doubt"]
    at_most: Share


class Uncovered(_Handoff):
    """Of the money of the customers that either department knows, the share that one of both doesn't know."""

    unit = "share"
    metric: Literal["uncovered"]
    at_most: Share
    least_customers: Annotated[int, Field(ge=1)] = Field(
        10, description="Currencies that fewer customers have money in are not measured"
    )


class Leak(_Gate):
    """Of the money (or of the projects) on its way from the deal to the payment, the share that went wrong."""

    unit = "share"
    metric: Literal["handoffs"]
    of: Literal["leakage", "unapplied_cash", "late_kickoff", "bi_unexplained"] = Field(
        description="leakage: won and not invoiced; unapplied_cash: paid without an invoice; late_kickoff: projects; "
        "bi_unexplained: the part of BI tables that no reason explains"
    )
    at_most: Share


class Churn(_Gate):
    """Of the customers of the last run, the share whose golden id went: merged, split or gone."""

    unit = "share"
    metric: Literal["churn"]
    at_most: Share


class Rows(_PerSystem):
    """By which share of the last run's records a system now has more or fewer."""

    unit = "share"
    metric: Literal["row_change"]
    at_most: Annotated[float, Field(ge=0)]


class Ambiguous(_Gate):
    """How much is left ambiguous in the governance: what `sot rules check` finds."""

    unit = "count"
    metric: Literal["ambiguous"]
    at_most: Count


class Rejects(_Gate):
    """How many rows of the exports could not be used."""

    unit = "count"
    metric: Literal["rejects"]
    at_most: Count


class Age(_PerSystem):
    """How many days ago the newest thing happened that a system's exports tell of."""

    unit = "days"
    metric: Literal["age"]
    at_most: Count


class Accuracy(_Gate):
    """The lower end of the 95 % interval of precision or recall, from the answers to the blind sample."""

    unit = "share"
    metric: Literal["accuracy"]
    of: Literal["precision", "recall"]
    at_least: Share


Gate = Annotated[
    Filled | Valid | Unique | Duplicates | Counterpart | Open | Doubt | Uncovered | Leak | Churn | Rows | Ambiguous
    | Rejects | Age | Accuracy,
    Field(discriminator="metric"),
]  # fmt: skip
"""One threshold: what is measured, the limit, and who has to act when it is missed."""

_GATE: TypeAdapter[Gate] = TypeAdapter(Gate)


class Gates(RuleModel):
    """The thresholds of `sot check`."""

    not_measured: Absent = Field(
        "reported", description="Result if a gate has nothing to measure: reported, or the check fails"
    )
    gates: tuple[Gate, ...]

    @model_validator(mode="after")
    def _once(self) -> Gates:
        names = [gate.name for gate in self.gates]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"gates must have different names; twice: {', '.join(twice)}")
        return self


class GateWaiver(Waived):
    """A gate that a person has decided to live with, until a day."""

    gate: str
    scope: str | None = Field(None, description="Only there: a system, as sot check shows it")


class GateWaivers(RuleModel):
    """The waivers of a project, from `rules/quality/waivers.yaml`."""

    waivers: tuple[GateWaiver, ...] = ()

    def references(self, rules: Rulebook) -> Iterator[Reference]:
        """Give the gates that are waived."""
        gates = [gate.name for gate in rules.get(NAME, Gates).gates]
        for i, waiver in enumerate(self.waivers):
            yield Reference(("waivers", i, "gate"), waiver.gate, gates, "gate")


def load_gates(rules: Rulebook, settings: Settings) -> tuple[Gate, ...]:
    """Give the gates in force, with the limits that `gates:` in sot.yaml puts in place of the shipped ones."""
    shipped = rules.get(NAME, Gates)
    for at, what in limit_problems(shipped, settings):
        raise RulesError(f"sot.yaml: {'.'.join(at)}: {what}")
    limits = settings.gates
    gates = [_with_limit(gate, limits[gate.name]) if gate.name in limits else gate for gate in shipped.gates]
    return tuple(
        gate.model_copy(update={"not_measured": gate.not_measured or shipped.not_measured}) for gate in gates
    )


def limit_problems(shipped: Gates, settings: Settings) -> Iterator[tuple[tuple[str, ...], str]]:
    """Give the place in sot.yaml of each limit that is of no gate, or that its gate can't have, and what is wrong."""
    gates = {gate.name: gate for gate in shipped.gates}
    for name, limit in settings.gates.items():
        if (what := Reference((), name, gates, "gate").problem) is not None:
            yield ("gates", name), what
            continue
        try:
            _with_limit(gates[name], limit)
        except ValueError:
            allowed = "a share from 0 to 1" if gates[name].unit == "share" else "a whole number from 0"
            yield ("gates", name), f"'{limit}' is not {allowed}"


def load_gate_waivers(rules: Rulebook) -> tuple[GateWaiver, ...]:
    """Read the waivers of a project; each has to be of a gate that there is."""
    return rules.get(WAIVERS, GateWaivers).waivers


def _with_limit(gate: Gate, limit: str) -> Gate:
    return _GATE.validate_python({**gate.model_dump(by_alias=True), gate.bound: limit})
