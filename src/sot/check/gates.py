"""Gates held against the evidence: what each finds, and whether that fails, is told, waived or known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from math import ceil, floor

import polars as pl

from sot.check.baseline import DIGITS, Baseline, Key
from sot.check.inputs import Evidence
from sot.check.measurement import ALL, Measurement
from sot.check.metrics.registry import METRICS
from sot.errors import InputError
from sot.model.counts import counted
from sot.rules.quality.gates import Gate, GateWaiver


class State(StrEnum):
    """How a gate ends in one scope, the worst first."""

    FAILED = "failed"
    WARNING = "warning"
    WAIVED = "waived"
    KNOWN = "known"
    NOT_MEASURED = "not measured"
    SKIPPED = "skipped"
    OK = "ok"


@dataclass(frozen=True)
class Outcome:
    """One gate in one scope: its figure, how it ends, and what else there is to say (`notes`).

    `more` is a command that shows more, `source` the file to point at where no record is to blame.
    """

    gate: Gate
    figure: Measurement
    state: State
    allowed: float
    more: str
    source: str
    notes: tuple[str, ...] = ()

    @property
    def key(self) -> Key:
        """What the baseline knows it by."""
        return self.gate.name, self.figure.scope

    @property
    def failed(self) -> bool:
        """Whether the check fails by this."""
        return self.state == State.FAILED

    @property
    def missed(self) -> bool:
        """Whether a person should look at it: the limit is missed, whatever follows from that."""
        return self.state in (State.FAILED, State.WARNING, State.WAIVED, State.KNOWN)

    @property
    def words(self) -> str:
        """What was found and what is allowed, for people."""
        if self.figure.value is None:
            return f"not measured: {self.figure.note}" if self.failed else self.figure.note
        bound = self.gate.bound.replace("_", " ")
        value = self._number(self.figure.value, self.gate.bound == "at_least")
        limit = f"{bound} {self._number(self.allowed)}"
        if self.allowed != self.gate.limit:
            # What a baseline allows was measured, and is written with as many digits as what was found; what keeps it
            # is rounded as it is, so that 8.45 % never reads as 8.5 % (at most 8.4 %).
            kept = self.state == State.KNOWN
            limit = f"{bound} {self._number(self.allowed, (self.gate.bound == 'at_least') == kept)}"
            limit += f" by the baseline; the gate asks for {self._number(self.gate.limit)}"
        return f"{value} ({limit})"

    def _number(self, value: float, down: bool | None = None) -> str:
        """Write a figure so that one that misses its limit never reads as if it kept it."""
        if self.gate.unit == "days":
            return counted(round(value), "day")
        if self.gate.unit == "count":
            return f"{value:,.0f}"
        if down is None:
            return f"{value * 100:.6g} %"
        tenths = round(value * 1000, DIGITS)
        return f"{(floor(tenths) if down else ceil(tenths)) / 10:.1f}".removesuffix(".0") + " %"


def hold(
    evidence: Evidence,
    gates: Sequence[Gate],
    waivers: Sequence[GateWaiver] = (),
    baseline: Baseline | None = None,
) -> list[Outcome]:
    """Hold `evidence` to `gates`; the worst come first."""
    measured = [(gate, figure) for gate in gates for figure in _figures(gate, evidence)]
    return judge(measured, evidence, waivers, baseline)


def judge(
    measured: Iterable[tuple[Gate, Measurement]],
    evidence: Evidence,
    waivers: Sequence[GateWaiver] = (),
    baseline: Baseline | None = None,
) -> list[Outcome]:
    """Say how every figure ends that was measured; the worst come first."""
    today, order = evidence.context.today, list(State)
    outcomes = [
        _waived(_judged(gate, figure, evidence, baseline), waivers, today) for gate, figure in measured
    ]
    return sorted(
        outcomes,
        key=lambda outcome: (
            order.index(outcome.state),
            outcome.gate.severity,
            -_missed_by(outcome),
            *outcome.key,
        ),
    )


def as_baseline(outcomes: Sequence[Outcome], before: Baseline | None = None) -> Baseline:
    """Give the baseline that allows everything as it is; of skipped gates, what the one `before` says."""
    skipped = {outcome.gate.name for outcome in outcomes if outcome.state == State.SKIPPED}
    kept = {key: value for key, value in (before.figures if before else {}).items() if key[0] in skipped}
    measured = {outcome.key: (outcome.gate, outcome.figure.value) for outcome in outcomes}
    missed = {
        key: value for key, (gate, value) in measured.items() if value is not None and not gate.allows(value)
    }
    return Baseline({**kept, **missed})


def tightened(baseline: Baseline, outcomes: Iterable[Outcome]) -> Baseline:
    """Give the baseline with everything that got better; what got worse or wasn't measured stays as it was."""
    figures = dict(baseline.figures)
    for outcome in outcomes:
        was, value = figures.get(outcome.key), outcome.figure.value
        if was is None or value is None:
            continue
        if outcome.gate.allows(value):
            del figures[outcome.key]
        elif _better(outcome.gate, value, was):
            figures[outcome.key] = value
    return Baseline(figures)


def _figures(gate: Gate, evidence: Evidence) -> list[Measurement]:
    metric = METRICS[gate.metric]
    if evidence.finished is None and not metric.of_exports:
        return [Measurement(ALL, None, note="it needs a finished run: sot dedupe, then sot check RUN")]
    try:
        return metric.measure(gate, evidence)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(
            f"{evidence.place}: {gate.name} can't be measured: {error}", "run sot dedupe again"
        ) from error


def _judged(gate: Gate, figure: Measurement, evidence: Evidence, baseline: Baseline | None) -> Outcome:
    metric = METRICS[gate.metric]
    more = metric.more.format(place=evidence.place, gate=gate.name)
    outcome = Outcome(gate, figure, State.OK, gate.limit, more, evidence.source(figure.scope))
    if figure.value is None:
        if evidence.finished is None and not metric.of_exports:
            return replace(outcome, state=State.SKIPPED)
        return replace(outcome, state=State.FAILED if gate.not_measured == "fails" else State.NOT_MEASURED)
    if gate.allows(figure.value):
        return outcome
    missed = State.FAILED if gate.severity == "blocker" else State.WARNING
    was = baseline.value(outcome.key) if baseline else None
    if was is None:
        return replace(outcome, state=missed)
    same = round(figure.value, DIGITS) == round(was, DIGITS)
    if same or _better(gate, figure.value, was):
        return replace(outcome, state=State.KNOWN, allowed=was)
    return replace(outcome, state=missed, allowed=was, notes=("worse than in the baseline",))


def _better(gate: Gate, value: float, was: float) -> bool:
    value, was = round(value, DIGITS), round(was, DIGITS)
    return value > was if gate.bound == "at_least" else value < was


def _waived(outcome: Outcome, waivers: Sequence[GateWaiver], today: date) -> Outcome:
    """Let the waiver count that holds longest; one that has run out is told, and no more than that."""
    if outcome.state not in (State.FAILED, State.WARNING):
        return outcome
    gate, scope = outcome.key
    mine = [waiver for waiver in waivers if waiver.gate == gate and waiver.scope in (None, scope)]
    if not mine:
        return outcome
    last = max(mine, key=lambda waiver: (waiver.until, waiver.by))
    text = f"{last.by}, until {last.until}: {last.reason}"
    if last.until >= today.isoformat():
        return replace(outcome, state=State.WAIVED, notes=(*outcome.notes, f"waived by {text}"))
    return replace(outcome, notes=(*outcome.notes, f"the waiver has expired: {text}"))


def _missed_by(outcome: Outcome) -> float:
    """Give how far a figure is beyond what is allowed, against that limit."""
    value = outcome.figure.value
    return 0.0 if value is None else abs(value - outcome.allowed) / max(outcome.allowed, 0.01)
