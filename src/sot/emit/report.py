"""report.html: one page for people, with no script in it and nothing that it asks of the network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from sot import html
from sot.emit import bi, charts
from sot.emit.contract import gravest_first
from sot.emit.money import SHOWN, total
from sot.model.amounts import money
from sot.model.kinds import SAID, Severity, kind_words
from sot.model.run import Run
from sot.model.shares import percent
from sot.model.system_titles import friendly_documents, friendly_text, friendly_values
from sot.rules import Rulebook
from sot.rules.governance import Governance, load_governance
from sot.rules.project import CompanySettings

Plain = dict[str, Any]

TEMPLATE = "report.html.j2"
MOST_EXPENSIVE = 10
COMBINATIONS = 12


def write_report(path: Path, run: Run, summary: Plain, rules: Rulebook) -> None:
    """Write the report of `run`."""
    text = render(
        summary,
        expensive(run),
        load_governance(rules, run.settings.governance),
        run.settings.governance,
        run.settings.company,
    )
    path.write_bytes(text.encode())


def _friendly(named: Mapping[str, str], company: CompanySettings) -> dict[str, Callable[..., str]]:
    """Give the filters that write systems, departments and money as people do."""
    owners = {**SAID, "finance": "accounting", "project": "project tool", **named}
    return {
        "system": lambda system: str(named.get(system, system)),
        "systems": lambda text: ", ".join(str(named.get(name, name)) for name in text.split("|") if name),
        "owner": lambda owner: str(owners.get(owner, owner)),
        "valued": lambda text: friendly_values(text, named),
        "named": lambda text: friendly_text(text, named),
        "documents": lambda text: friendly_documents(text, named),
        "money": lambda sums: total(sums, company),
        "money_of": money,
    }


def expensive(run: Run) -> list[Plain]:
    """Give the open blockers and warnings with the most money at stake: of each customer, the gravest one."""
    is_grave = pl.col("waived_until").is_null() & (pl.col("severity") != Severity.INFO)
    grave = run.resolution.conflicts.filter(is_grave & (pl.col("exposure") > 0))
    one_each = gravest_first(grave).unique("golden_id", keep="first", maintain_order=True)
    return one_each.sort("exposure", "conflict_id", descending=[True, False]).head(MOST_EXPENSIVE).to_dicts()


def render(
    summary: Plain, top: list[Plain], governance: Governance, preset: str, company: CompanySettings
) -> str:
    """Give the page: the figures of the summary, put into words and bars."""
    severities = [str(severity) for severity in Severity]
    named = summary["titles"]
    return html.render(
        "sot.emit",
        TEMPLATE,
        dict(
            s=summary,
            bridges=charts.bridges(summary),
            overlap=_overlap(summary),
            systems=[row["system"] for row in summary["systems"]],
            duplicates=charts.simple(
                [(named[row["system"]], row["duplicates"]) for row in summary["systems"]], "minus"
            ),
            by_kind=charts.stacked(summary["conflicts"]["by_kind"], "kind", severities),
            by_system=charts.stacked(summary["conflicts"]["fix_in"], "fix_in", severities),
            severities=severities,
            expensive=top,
            trend=[(figure, charts.line(figure)) for figure in (summary["trend"] or {}).get("figures", ())],
            examples=_examples(summary),
            governance=governance,
            bi_steps=bi.STEPS,
            bi_reasons=bi.REASONS,
            preset=preset,
            handoffs=_handoffs(summary["handoffs"]),
        ),
        {
            "bits": _bits,
            "few": _few,
            "percent": percent,
            "kind": kind_words,
            "amount": bi.amount,
            **_friendly(named, company),
        },
    )


def _handoffs(handoffs: Plain) -> Plain | None:
    """Give the chapter of the handoffs: funnel and gap as bars, and what the template shows as it stands."""
    if not handoffs.get("as_of"):
        return None
    return {
        **handoffs,
        "funnels": [(row, charts.funnel(row["steps"])) for row in handoffs["funnel"][:SHOWN]],
        "gaps": [(row, charts.gap(row)) for row in handoffs["gap"][:SHOWN]],
    }


def _overlap(summary: Plain) -> list[tuple[Plain, charts.Bar]]:
    shown, rest = summary["overlap"][:COMBINATIONS], summary["overlap"][COMBINATIONS:]
    if rest:
        shown = [*shown, {"systems": [], "customers": sum(row["customers"] for row in rest)}]
    bars = charts.simple([("", row["customers"]) for row in shown], "shared")
    return list(zip(shown, bars, strict=True))


def _examples(summary: Plain) -> list[tuple[str, Plain, list[charts.Bar]]]:
    return [
        (kind, example, charts.waterfall(example["evidence"]))
        for kind, example in summary["examples"].items()
        if example
    ]


def _bits(value: float) -> str:
    return f"{value:+.1f}".replace("-", "−")


def _few(items: list[str], most: int = 8) -> str:
    more = len(items) - most
    return ", ".join(items[:most]) + (f" and {more:,} more" if more > 0 else "")
