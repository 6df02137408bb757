"""How the figures of a project went from run to run, and which step was a jump."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from sot.model.history import Entry
from sot.model.shares import percent
from sot.rules.quality.trend import FigureRule, JumpRule, TrendRules

Values = tuple[float | None, ...]

LEAST_SPAN = 0.2
"""A picture is at least so high, as a share of the largest value in it."""


@dataclass(frozen=True)
class Jump:
    """A step that is out of the usual (None: there was no step before): in which run, from what to what."""

    run: int
    before: float
    after: float
    usual: float | None


@dataclass(frozen=True)
class Trend:
    """One figure over the runs that are drawn, the oldest first; None where a run knew no such figure."""

    figure: str
    says: str
    rule: FigureRule
    values: Values
    jumps: tuple[Jump, ...] = ()

    def told(self, value: float | None) -> str:
        """Give a value as a person reads it."""
        if value is None:
            return "–"
        return percent(value, 0) if self.rule.kind == "share" else f"{value:,.0f}"

    def step(self, jump: Jump) -> str:
        """Say a jump in words."""
        verb = "rose" if jump.after > jump.before else "fell"
        text = f"{self.says} {verb} by {self._size(abs(jump.after - jump.before))}"
        text += f", from {self.told(jump.before)} to {self.told(jump.after)}"
        if jump.usual is None:
            return text
        return text + (
            "; unusual: it was stable before"
            if not jump.usual
            else f"; a usual change is {self._size(jump.usual)}"
        )

    def heights(self) -> Values:
        """Give the values between 0 and 1, for drawing: small moves of a large figure stay small."""
        known = [value for value in self.values if value is not None]
        low, high = min(known), max(known)
        span = max(high - low, LEAST_SPAN * max(abs(low), abs(high)))
        middle = (low + high - span) / 2
        floor = middle if low < 0 else max(0.0, middle)
        return tuple(None if value is None else (value - floor) / span for value in self.values)

    def _size(self, step: float) -> str:
        return f"{100 * step:.0f} points" if self.rule.kind == "share" else f"{step:,.0f}"


def trends(runs: Sequence[Entry], rules: TrendRules) -> list[Trend]:
    """Give every figure that the rules name, over the last runs; one that was 0 in all of these is left out."""
    shown = []
    for rule in rules.figures:
        for name in _names(runs, rule):
            values = _values(runs, name, rule.kind)
            if any(values[-rules.runs :]):
                shown.append(_trend(name, rule, values, rules))
    return shown


def _names(runs: Sequence[Entry], rule: FigureRule) -> list[str]:
    if not rule.figure.endswith("*"):
        return [rule.figure]
    names = sorted({name for run in runs for name in run.figures if name.startswith(rule.figure[:-1])})
    largest = sorted(names, key=lambda name: -runs[-1].figures.get(name, 0))[: rule.most]
    return [name for name in names if name in largest]


def _values(runs: Sequence[Entry], name: str, kind: str) -> Values:
    """Give the figure of each run; a count of which a run knew others of its group, but not this one, was 0."""
    group, dot, _ = name.partition(".")
    values: list[float | None] = []
    for run in runs:
        value = run.figures.get(name)
        if (
            value is None
            and dot
            and kind != "share"
            and any(other.startswith(f"{group}.") for other in run.figures)
        ):
            value = 0
        values.append(value)
    return tuple(values)


def _trend(name: str, rule: FigureRule, values: Values, rules: TrendRules) -> Trend:
    first = max(0, len(values) - rules.runs)
    jumps = [jump for jump in _jumps(values, rule, rules.jump) if jump.run >= first]
    shown = tuple(Jump(jump.run - first, jump.before, jump.after, jump.usual) for jump in jumps)
    rest = name.removeprefix(rule.figure[:-1]) if rule.figure.endswith("*") else ""
    return Trend(name, rule.says.replace("*", rest), rule, values[first:], shown)


def _jumps(values: Values, rule: FigureRule, limits: JumpRule) -> list[Jump]:
    """Find the steps that are large beside the steps before them, the value before, and at all.

    The median of the steps before is not moved by a jump among them, so that a second one is seen too.
    """
    jumps: list[Jump] = []
    steps: list[float] = []
    least = limits.points if rule.kind == "share" else limits.count
    for run in range(1, len(values)):
        before, after = values[run - 1], values[run]
        if before is None or after is None:
            continue
        step = abs(after - before)
        usual = median(steps[-limits.steps :]) if steps else None
        if step > max(limits.times * (usual or 0), limits.share * abs(before), least):
            jumps.append(Jump(run, before, after, usual))
        steps.append(step)
    return jumps
