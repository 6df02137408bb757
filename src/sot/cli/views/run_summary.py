"""The summary of a run as a person reads it in the terminal; the figures come from the run's summary.json."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path, PurePath
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sot.cli.console import note
from sot.cli.views import run_opening
from sot.cli.views.layout import head, number, plain_table, put, words
from sot.model.counts import counted
from sot.model.safe import clean

Plain = dict[str, Any]

STYLE = {"blocker": "bold red", "warning": "yellow", "info": "dim"}
WIDEST_BAR = 28
SHOWN_COMBINATIONS = 8
EXAMPLE = (0.38, 0.27, 0.35)
"""Shares of the width for the name, the place and the rest of a record in an example."""


def show(console: Console, summary: Plain, out: Path, verbose: bool = False) -> None:
    """Write the summary of a run: result, money, doubts and next steps; with `verbose` also everything else."""
    if verbose:
        for part in (_sources, _overlap, _conflicts, _examples):
            part(console, summary)
    run_opening.show(console, summary, out)


def listed(items: Iterable[str], most: int = 6) -> str:
    """Give the first items, and say how many there are besides."""
    texts = [clean(item) for item in items]
    return ", ".join(texts[:most]) + (f" and {len(texts) - most:,} more" if len(texts) > most else "")


def left_alone(ignored: Iterable[tuple[str, str]]) -> list[str]:
    """Tell in a line for each reason which files were left alone."""
    by_reason: dict[str, list[str]] = {}
    for path, reason in ignored:
        by_reason.setdefault(reason, []).append(PurePath(path).name)
    return [f"skipped ({clean(reason)}): {listed(names)}" for reason, names in by_reason.items()]


def not_read(unreadable: Iterable[tuple[str, str]]) -> None:
    """Tell on stderr of each file that could not be read, while others were."""
    for path, reason in unreadable:
        note(f"warning: {path} was not read: {reason}")


def _sources(console: Console, summary: Plain) -> None:
    head(console, "What was read")
    columns = ("file", "system", "department", "holds")
    table = plain_table(
        *((column, "left") for column in columns), ("records", "right"), ("id column", "left")
    )
    for source in summary["sources"]:
        cells = (
            source["name"],
            source["system"] or "?",
            source["department"],
            words(source["object"] or "?"),
        )
        table.add_row(
            *(Text(clean(cell)) for cell in cells),
            number(source["records"]),
            Text(clean(source["record_id"] or "-")),
        )
    put(console, table)
    notes = _source_notes(summary)
    if notes.row_count:
        put(console, notes)


def _source_notes(summary: Plain) -> Table:
    notes = plain_table(("", "left"), ("", "left"))
    notes.show_header = False
    for part in (*summary["sources"], summary["project"]):
        if part["notes"]:
            sentence = Text.assemble((clean(part["name"]), "bold"), f": {clean('; '.join(part['notes']))}")
            notes.add_row(Text("!", style="yellow"), sentence)
    for line in left_alone((entry["path"], entry["reason"]) for entry in summary["ignored"]):
        notes.add_row(Text("-", style="dim"), Text(line, style="dim"))
    return notes


def _overlap(console: Console, summary: Plain) -> None:
    if len(summary["systems"]) < 2:
        return
    head(console, "Overlap between systems (customers)")
    table = plain_table(("", "left"), ("", "right"), ("", "left"))
    table.show_header = False
    order = [row["system"] for row in summary["systems"]]
    rows = summary["overlap"]
    most = max((row["customers"] for row in rows), default=1)
    for row in rows[:SHOWN_COMBINATIONS]:
        bar = "█" * max(1, round(WIDEST_BAR * row["customers"] / most))
        only = "only " if len(row["systems"]) == 1 else ""
        table.add_row(
            Text(only + " + ".join(map(clean, sorted(row["systems"], key=order.index)))),
            number(row["customers"]),
            Text(bar, style="cyan"),
        )
    rest = rows[SHOWN_COMBINATIONS:]
    if rest:
        table.add_row(f"{len(rest)} other combinations", number(sum(row["customers"] for row in rest)), "")
    put(console, table)


def _conflicts(console: Console, summary: Plain) -> None:
    conflicts = summary["conflicts"]
    head(console, "Conflicts")
    if not conflicts["open"]:
        put(console, Text("none"))
        return
    severities = tuple(STYLE)
    table = plain_table(("kind", ""), *((severity, "right") for severity in severities))
    for row in conflicts["by_kind"]:
        counts = (Text(number(row[s]), style=STYLE[s] if row[s] else "dim") for s in severities)
        table.add_row(words(row["kind"]), *counts)
    total = (Text(number(conflicts["by_severity"][s]), style="bold") for s in severities)
    table.add_row(Text("together", style="bold"), *total)
    put(console, table)
    places = " · ".join(
        f"{clean(row['fix_in'])} {row['blocker'] + row['warning']:,}"
        for row in conflicts["fix_in"]
        if row["blocker"] + row["warning"]
    )
    if places:
        put(console, Text(f"blockers and warnings, by system to fix in: {places}", style="dim"))
    if conflicts["unlisted"]:
        unlisted = counted(conflicts["unlisted"], "conflict")
        text = f"{unlisted} of severity info are in tables/conflicts.parquet, not in conflicts.csv"
        put(console, Text(text, style="dim"))


def _examples(console: Console, summary: Plain) -> None:
    titles = {
        "joined": ("joined", "green", "one customer, written differently"),
        "apart": ("kept apart", "red", "alike, but not one customer"),
        "doubt": ("in doubt", "yellow", "a person must decide"),
    }
    examples = [(titles[kind], example) for kind, example in summary["examples"].items() if example]
    if not examples:
        return
    head(console, "Examples")
    for (title, style, meaning), example in examples:
        reason = example.get("because") or meaning
        put(console, Text.assemble((title, f"bold {style}"), f"  {clean(reason)}"))
        table = plain_table(*(("", "left"),) * 3)
        table.show_header = False
        for column, share in zip(table.columns, EXAMPLE, strict=True):
            column.no_wrap, column.max_width = True, int(share * (console.width - 8))
        for record in example["records"]:
            where = Text(f"{clean(record['system'])} {clean(record['record_id'])}", style="dim")
            table.add_row(
                Text(clean(record["name"] or "(no name)")),
                where,
                Text(clean(", ".join(record["others"])), style="dim"),
            )
        put(console, table, indent=4)
