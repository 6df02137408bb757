"""report.html: one page for people, with no script in it and nothing that it asks of the network."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from pathlib import Path
from typing import Any

import polars as pl
from jinja2 import DictLoader, Environment, StrictUndefined

from sot.emit import charts
from sot.emit.contract import conflicts
from sot.model.kinds import Severity
from sot.model.run import Run
from sot.rules import Rulebook
from sot.rules.governance import Governance, load_governance

Plain = dict[str, Any]

TEMPLATE, STYLE = "report.html.j2", "report.css"
MOST_EXPENSIVE = 10
COMBINATIONS = 12
CURRENCIES = 2

# Control characters are no text, and those that override the direction of writing could hide what is written.
_UNSAFE = dict.fromkeys(
    (*range(9), *range(11, 32), *range(0x7F, 0xA0), *range(0x202A, 0x202F)), "\N{REPLACEMENT CHARACTER}"
)


def write_report(path: Path, run: Run, summary: Plain, rules: Rulebook) -> None:
    """Write the report of `run`."""
    text = render(
        summary, expensive(run), load_governance(rules, run.settings.governance), run.settings.governance
    )
    path.write_bytes(text.encode())


def expensive(run: Run) -> list[Plain]:
    """Give the open blockers and warnings with the most money at stake: of each customer, the gravest one."""
    is_grave = pl.col("waived_until").is_null() & (pl.col("severity") != Severity.INFO)
    grave = conflicts(run).filter(is_grave & (pl.col("exposure") > 0))
    one_each = grave.unique("golden_id", keep="first", maintain_order=True)
    return one_each.sort("exposure", "conflict_id", descending=[True, False]).head(MOST_EXPENSIVE).to_dicts()


def render(summary: Plain, top: list[Plain], governance: Governance, preset: str) -> str:
    """Give the page: the figures of the summary, put into words and bars."""
    style = _package_file(STYLE)
    severities = [str(severity) for severity in Severity]
    return (
        _environment()
        .get_template(TEMPLATE)
        .render(
            s=summary,
            style=style,
            style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
            bridges=charts.bridges(summary),
            overlap=_overlap(summary),
            systems=[row["system"] for row in summary["systems"]],
            duplicates=charts.simple(
                [(row["system"], row["duplicates"]) for row in summary["systems"]], "minus"
            ),
            by_kind=charts.stacked(summary["conflicts"]["by_kind"], "kind", severities),
            by_system=charts.stacked(summary["conflicts"]["fix_in"], "fix_in", severities),
            severities=severities,
            expensive=top,
            trend=[(figure, charts.line(figure)) for figure in (summary["trend"] or {}).get("figures", ())],
            examples=_examples(summary),
            governance=governance,
            preset=preset,
        )
    )


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


def _environment() -> Environment:
    environment = Environment(
        loader=DictLoader({TEMPLATE: _package_file(TEMPLATE)}),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_safe,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"n": _number, "words": _words, "money": money, "bits": _bits, "few": _few}
    return environment


def _package_file(name: str) -> str:
    return files("sot.emit").joinpath("templates", name).read_text(encoding="utf-8")


def _safe(value: Any) -> Any:
    return value.translate(_UNSAFE) if isinstance(value, str) else value


def _number(value: float) -> str:
    return f"{value:,.0f}"


def _words(name: str) -> str:
    return name.replace("_", " ")


def _bits(value: float) -> str:
    return f"{value:+.1f}".replace("-", "−")


def _few(items: list[str], most: int = 8) -> str:
    more = len(items) - most
    return ", ".join(items[:most]) + (f" and {more:,} more" if more > 0 else "")


def money(sums: dict[str, float]) -> str:
    """Name the largest sums; a sum in an unknown currency is marked where others stand beside it."""
    unknown = "?" if len(sums) > 1 else ""
    ordered = sorted(sums.items(), key=lambda entry: (-abs(entry[1]), entry[0]))
    shown = [f"{currency or unknown} {amount:,.0f}".strip() for currency, amount in ordered[:CURRENCIES]]
    more = len(ordered) - len(shown)
    rest = f" + {more} more {'currency' if more == 1 else 'currencies'}" if more else ""
    return " + ".join(shown) + rest or "none"
