"""Metrics on what changed since the run before: golden ids that went, records that came or went."""

from __future__ import annotations

from sot.check.inputs import Evidence
from sot.check.measurement import ALL, Measurement, nothing
from sot.rules.quality.gates import Churn, Rows

RECORDS = "records."
"""What the names of figures begin with that count the records of a system."""


def churn(gate: Churn, evidence: Evidence) -> list[Measurement]:
    """Share of the golden ids of the run before that were merged, split or are gone, without decisions to do so."""
    del gate
    ids = evidence.context.figures
    before = ids.get("ids.before", 0)
    if not before:
        return [nothing(ALL, "no golden id is older than this run")]
    went = {what: int(ids.get(f"ids.{what}", 0)) for what in ("merged", "split", "gone")}
    missing = sum(went.values())
    text = ", ".join(f"{count:,} {what}" for what, count in went.items())
    text = f"{text} of {before:,.0f}"
    if decided := int(ids.get("ids.decided", 0)):
        text = f"{text}, {decided:,} by decisions not counted"
    return [Measurement(ALL, missing / before, missing, text)]


def row_change(gate: Rows, evidence: Evidence) -> list[Measurement]:
    """Share by which the records of a system became more or fewer.

    A system that a run has no more of lost all; of raw exports, only some may have been named.
    """
    earlier = evidence.context.earlier
    if isinstance(earlier, str):
        return [nothing(gate.system or ALL, earlier)]
    before = {name.removeprefix(RECORDS): n for name, n in earlier.items() if name.startswith(RECORDS)}
    now: dict[str, int] = dict(evidence.records.group_by("system").len().collect().iter_rows())
    changes = []
    asked = sorted({*now, *before} if evidence.finished else now)
    for system in [gate.system] if gate.system else asked:
        was, count = int(before.get(system, 0)), now.get(system, 0)
        if was:
            changes.append(
                Measurement(system, abs(count - was) / was, abs(count - was), f"{was:,} → {count:,} records")
            )
        else:
            changes.append(nothing(system, "the run before had no record of it"))
    return changes
