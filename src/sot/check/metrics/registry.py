"""Every metric that a gate can ask for: the function that measures it, what it needs, and where to see more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sot.check.inputs import Evidence
from sot.check.measurement import Measurement
from sot.check.metrics import accounts, change, customers, handoffs

LIST = "sot check {place} --gate {gate}"


@dataclass(frozen=True)
class Metric:
    """How one metric is measured, whether raw exports are enough for it, and the command that shows more."""

    measure: Callable[[Any, Evidence], list[Measurement]]
    of_exports: bool
    more: str = LIST


METRICS: dict[str, Metric] = {
    "filled": Metric(accounts.filled, True),
    "valid": Metric(accounts.valid, True),
    "unique": Metric(accounts.unique, True),
    "age": Metric(accounts.age, True, "sot inspect EXPORTS"),
    "rejects": Metric(accounts.rejects, True),
    "ambiguous": Metric(accounts.ambiguous, True, "sot rules check"),
    "row_change": Metric(change.row_change, True, "sot trend"),
    "churn": Metric(change.churn, False, "sot trend"),
    "duplicates": Metric(customers.duplicates, False),
    "counterpart": Metric(customers.counterpart, False),
    "open": Metric(customers.open_conflicts, False),
    "doubt": Metric(customers.doubt, False, "sot review {place}"),
    "uncovered": Metric(customers.uncovered, False),
    "handoffs": Metric(handoffs.handoffs, False, "sot handoffs {place}"),
    "accuracy": Metric(customers.accuracy, False, "sot accuracy {place}"),
}
