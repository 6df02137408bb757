"""The readiness card: which departments can be connected, what is to be done first, what buys most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from sot.emit.money import amounts
from sot.model.amounts import money
from sot.model.kinds import SAID, Severity
from sot.model.shares import percent
from sot.rules.project import CompanySettings
from sot.rules.quality.readiness import HandoffRule, ReadinessRules, WarehouseRule

Plain = dict[str, Any]


@dataclass(frozen=True)
class State:
    """What readiness is judged by.

    customers    customer (its number), systems (joined by |), exposure, exposure_currency
    repeated     customer and a system that holds it more than once
    conflicts    customer, conflict_id, severity and record_ids (system:id joined by |) of the open ones
    cases        case_id, and the system and the customer of both records of each question (_l, _r)
    departments  the department of each system
    titles       the name of each system as people write it
    """

    customers: pl.DataFrame
    repeated: pl.DataFrame
    conflicts: pl.DataFrame
    cases: pl.DataFrame
    departments: Mapping[str, str]
    titles: Mapping[str, str]


def readiness(state: State, rules: ReadinessRules, company: CompanySettings) -> Plain:
    """Judge every handoff of the rules, in their order, and whether a warehouse is due."""
    return {
        "handoffs": [_handoff(state, rule, rules) for rule in rules.handoffs],
        "warehouse": warehouse(rules.warehouse, company, sorted(state.departments)),
    }


def _handoff(state: State, rule: HandoffRule, rules: ReadinessRules) -> Plain:
    sides: dict[str, list[str]] = {side: _systems(state, side) for side in (rule.from_, rule.to)}
    head: Plain = {"from": rule.from_, "to": rule.to, "why": rule.why, "systems": sides}
    absent = [side for side, systems in sides.items() if not systems]
    if absent:
        return head | {
            "verdict": "unknown",
            "reasons": [f"no {SAID[side]} system was read" for side in absent],
        }
    giving, taking = (_known_in(state, sides[side]) for side in (rule.from_, rule.to))
    table = state.customers
    either = table.filter(giving | taking)
    steps = _steps(state, either, table.filter(taking & ~giving), sides, rule)
    both = int((giving & taking).sum())
    figures: Plain = {
        "customers_from": int(giving.sum()),
        "customers_to": int(taking.sum()),
        "both": both,
        "rate_from": _share(both, int(giving.sum())),
        "rate_to": _share(both, int(taking.sum())),
        "uncovered": amounts(table.filter(giving ^ taking)),
        "steps": steps,
        "fixes": sum(step["count"] for step in steps),
    }
    verdict, reasons = _verdict(figures, either.height, rule, rules)
    return head | figures | {"verdict": verdict, "reasons": reasons, "best": _best(steps)}


def _systems(state: State, department: str) -> list[str]:
    return sorted(system for system, its in state.departments.items() if its == department)


def _known_in(state: State, systems: Sequence[str]) -> pl.Series:
    """Tell of each customer whether one of `systems` knows it; there are but few combinations of systems."""
    combinations = state.customers["systems"].unique()
    holding = [
        combination for combination in combinations if not set(systems).isdisjoint(combination.split("|"))
    ]
    return state.customers["systems"].is_in(holding)


def _steps(
    state: State,
    either: pl.DataFrame,
    unknown: pl.DataFrame,
    sides: Mapping[str, list[str]],
    rule: HandoffRule,
) -> list[Plain]:
    """Give what is left to do: how many fixes of each kind, and the money of the customers concerned."""
    systems = [system for side in sides.values() for system in side]
    blockers = state.conflicts.filter(pl.col("severity") == Severity.BLOCKER)
    # Only a question between the two systems stands in the way of connecting them.
    left, right = pl.col("system_l"), pl.col("system_r")
    origin, target = (sides[side] for side in (rule.from_, rule.to))
    between = (left.is_in(origin) & right.is_in(target)) | (left.is_in(target) & right.is_in(origin))
    asked = state.cases.filter(between)
    cases = pl.concat(
        [asked.select("case_id", customer=pl.col(f"customer_{end}")) for end in ("l", "r")]
    ).unique()
    repeated = state.repeated.filter(pl.col("system").is_in(systems))
    steps = {
        "blockers": (_about(blockers, systems).join(either, on="customer", how="semi"), "conflict_id"),
        "cases": (cases, "case_id"),
        "duplicates": (repeated.with_columns(key=pl.concat_str("system", pl.lit(":"), "customer")), "key"),
        "missing": (unknown, "customer"),
    }
    places = " and ".join(state.titles[system] for system in systems)
    givers = " or ".join(state.titles[system] for system in sides[rule.from_])
    words = {
        "blockers": ("blocker to resolve", "blockers to resolve"),
        "cases": ("case in doubt to answer", "cases in doubt to answer"),
        "duplicates": (f"customer to merge in {places}", f"customers to merge in {places}"),
        "missing": tuple(
            f"{SAID[rule.to]} {noun} to find or create in {givers}" for noun in ("customer", "customers")
        ),
    }
    counts = {step: table[key].n_unique() for step, (table, key) in steps.items()}
    return [
        {
            "step": step,
            "what": words[step][counts[step] != 1],
            "count": counts[step],
            "exposure": amounts(state.customers.join(table, on="customer", how="semi")),
        }
        for step, (table, _) in steps.items()
    ]


def _about(conflicts: pl.DataFrame, systems: Sequence[str]) -> pl.DataFrame:
    """Give the conflicts that a record of one of `systems` takes part in."""
    held = pl.col("record_ids").fill_null("").str.split("|")
    starts = held.list.eval(pl.element().str.split(":").list.first().is_in(list(systems))).list.any()
    return conflicts.filter(starts | pl.col("record_ids").is_null())


def _verdict(
    figures: Plain, customers: int, rule: HandoffRule, rules: ReadinessRules
) -> tuple[str, list[str]]:
    rate, needed = figures["rate_to"], rules.ready_match_rate
    reasons = [f"{step['count']:,} {step['what']}" for step in figures["steps"] if step["count"]]
    if rate < needed:
        sides = f"{SAID[rule.to]} customers are known in {SAID[rule.from_]}"
        reasons.insert(0, f"{percent(rate, 0)} of the {sides}, {percent(needed, 0)} are needed")
    missing = next(step["count"] for step in figures["steps"] if step["step"] == "missing")
    if rate >= needed and figures["fixes"] == missing:
        return "ready", reasons
    if figures["fixes"] <= rules.fixes_share * customers:
        return "after_fixes", reasons
    return "not_ready", reasons


def _best(steps: list[Plain]) -> Plain | None:
    """Give the step whose fixes are worth most each; sums over currencies only order, none is shown."""
    worth = [step for step in steps if step["count"] and step["exposure"]]
    return max(worth, key=lambda step: sum(step["exposure"].values()) / step["count"], default=None)


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def warehouse(rule: WarehouseRule, company: CompanySettings, systems: Sequence[str]) -> Plain:
    """Say whether the company needs a data warehouse, and why; without the figures that takes, say what is missing.

    `due` is None where nothing known asks for a warehouse and the yearly revenue is not known.
    """
    count = len(company.core_systems or systems)
    revenue = company.yearly_revenue
    reasons = [f"{count} core systems ({_side(count, rule.core_systems, 'fewer than')} {rule.core_systems})"]
    if revenue is None:
        reasons.append("the yearly revenue is not known: set company.yearly_revenue in sot.yaml")
    else:
        side = _side(revenue, rule.yearly_revenue, "under")
        reasons.append(
            f"yearly revenue of {money(revenue, company.currency)} ({side} {money(rule.yearly_revenue)})"
        )
    due: bool | None = count >= rule.core_systems or (revenue is not None and revenue >= rule.yearly_revenue)
    if not due and revenue is None:
        due = None
    return {"due": due, "reasons": reasons, "core_systems": count, "yearly_revenue": revenue}


def _side(value: float, limit: float, below: str) -> str:
    return below if value < limit else "at least"
