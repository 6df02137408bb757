"""The figures of a run that the history keeps, taken from the summary, and how they went from run to run."""

from __future__ import annotations

from typing import Any

import polars as pl

from sot.history import Trend, trends
from sot.model.history import Entry, Past
from sot.model.kinds import NO_CURRENCY
from sot.model.run import Run
from sot.rules.quality.trend import TrendRules

Plain = dict[str, Any]
Figures = dict[str, float]

LATEST = "9999"
"""Stands for the time of this run among those of the others."""


def entry_of(run: Run, summary: Plain) -> Entry:
    """Give the line of `run` for the history; a run that is the last one once more has the line of that."""
    past = run.past
    return past.again() or Entry(past.at, past.digest, figures(run, summary), past.change)


def trend(run: Run, entry: Entry, rules: TrendRules) -> Plain | None:
    """Give how the figures went from run to run up to this one; None if it is the first.

    The time of this run is left out: told today or tomorrow, it is the same run.
    """
    earlier = run.past.runs[:-1] if run.past.again() else run.past.runs
    if not earlier:
        return None
    shown = earlier[-(rules.runs - 1) :]
    figures = trends((*earlier, entry), rules)
    times = [*(before.at for before in shown), None]
    jumps = [
        {"at": times[jump.run], "words": figure.step(jump)} for figure in figures for jump in figure.jumps
    ]
    strange = _of_another_company(earlier[-1], entry)
    if strange:
        jumps = [jump for jump in jumps if jump["at"] is not None] + [{"at": None, "words": strange}]
    return {
        "runs": times[:-1],
        "figures": [_told(figure) for figure in figures],
        "jumps": sorted(jumps, key=lambda jump: jump["at"] or LATEST, reverse=True),
    }


def _of_another_company(before: Entry, now: Entry) -> str | None:
    """Say that no system of the run before is in this one: then its figures are no measure of these."""
    group = "records."
    last, these = (
        {name.removeprefix(group) for name in run.figures if name.startswith(group)} for run in (before, now)
    )
    if not last or not these or last & these:
        return None
    return "no system of the last run is here; another company needs its own folder: --project DIR"


def _told(trend: Trend) -> Plain:
    return {
        "figure": trend.figure,
        "says": trend.says,
        "values": list(trend.values),
        "heights": [None if height is None else round(height, 4) for height in trend.heights()],
        "before": trend.told(trend.values[-2]),
        "now": trend.told(trend.values[-1]),
        "jumps": [jump.run for jump in trend.jumps],
    }


def figures(run: Run, summary: Plain) -> Figures:
    """Give every figure of a run under its flat name."""
    conflicts, customers = summary["conflicts"], summary["customers"]
    return {
        **{name: summary["counts"][name] for name in ("records", "documents", "rejects", "pairs", "related")},
        **_systems(run, summary),
        "customers": customers["total"],
        "in_several_systems": customers["in_several_systems"],
        "largest_customer": max(run.resolution.golden["record_count"].to_list(), default=0),
        **_named("status", customers["by_status"]),
        **_named("links", summary["links"]),
        "cases": summary["doubt"]["cases"],
        "conflicts.open": conflicts["open"],
        "conflicts.waived": conflicts["waived"],
        **_named("conflicts", conflicts["by_severity"]),
        **{
            f"kind.{row['kind']}": row["blocker"] + row["warning"] + row["info"]
            for row in conflicts["by_kind"]
        },
        **_named("exposure", customers["exposure"]),
        **_handoffs(run, summary),
        "decisions": summary["counts"]["decisions"],
        **_named("ids", _ids(run.past)),
    }


def _handoffs(run: Run, summary: Plain) -> Figures:
    """Give what went wrong on the way from the deal to the money: counts, and sums by currency."""
    figures: Figures = {
        "exceptions": run.handoffs.exceptions.height,
        "document_links": run.handoffs.links.height,
    }
    kpis = summary["handoffs"].get("kpis") or {}
    for name in ("leakage", "unapplied_cash", "overdue"):
        figures |= _named(name, kpis.get(name) or {})
    late = kpis.get("late_kickoff_rate")
    if late is not None:
        figures["late_kickoff_rate"] = late
    if run.bi.figures.height:
        unexplained = run.bi.figures.filter(pl.col("reason") == "unexplained").height
        figures["bi_unexplained_rate"] = round(unexplained / run.bi.figures.height, 6)
    return figures


def _named(group: str, values: dict[str, float]) -> Figures:
    return {f"{group}.{name or NO_CURRENCY}": value for name, value in values.items()}


def _systems(run: Run, summary: Plain) -> Figures:
    documents = run.imported.documents.group_by("system").len().sort("system")
    figures: Figures = {f"documents.{system}": count for system, count in documents.iter_rows()}
    for row in summary["systems"]:
        system, customers = row["system"], row["customers"]
        figures[f"records.{system}"] = row["records"]
        figures[f"duplicates.{system}"] = row["duplicates"]
        figures[f"customers.{system}"] = customers
        figures[f"counterpart.{system}"] = round(row["shared"] / customers, 6) if customers else 0
    return figures


def _ids(past: Past) -> Figures:
    """Give what became of the golden ids; gone are those that the run before still had."""
    churn = past.churn
    if churn is None:
        return {}
    absent_before = past.runs[-1].figures.get("ids.absent", 0) if past.runs else 0
    return {**churn, "gone": max(0, churn["absent"] - absent_before)}
