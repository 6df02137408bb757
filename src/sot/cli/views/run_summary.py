"""The summary of a run as a person reads it in the terminal; the figures come from the run's summary.json."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path, PurePath
from shlex import quote
from typing import Any

from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from sot.model.counts import counted
from sot.model.safe import clean

Plain = dict[str, Any]

STYLE = {"blocker": "bold red", "warning": "yellow", "info": "dim"}
WIDEST_BAR = 28
GAP, NARROWEST = 2, 8
SHOWN_COMBINATIONS = 8
EXAMPLE = (0.38, 0.27, 0.35)
"""Shares of the width for the name, the place and the rest of a record in an example."""


def show(console: Console, summary: Plain, out: Path) -> None:
    """Write the summary of a run."""
    for part in (_sources, _since, _systems, _overlap, _doubt, _conflicts, _examples):
        part(console, summary)
    _files(console, summary, out)


def head(console: Console, title: str) -> None:
    """Print the headline of a part."""
    console.print()
    console.print(Rule(Text(title, style="bold"), align="left", style="dim"))


def plain_table(*columns: tuple[str, str]) -> Table:
    """Give a table without lines; each column is its header and `left` or `right`."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for header, side in columns:
        table.add_column(header, justify="right" if side == "right" else "left", no_wrap=side == "right")
    return table


def put(console: Console, what: RenderableType, indent: int = 2) -> None:
    """Print set in, and without blanks at the ends of lines: what is told may land in a file."""
    options = console.options.update(width=console.width - indent)
    for segments in console.render_lines(what, options, pad=False):
        line = Text.assemble(" " * indent, *((part.text, part.style or "") for part in segments))
        line.rstrip()
        console.print(line, no_wrap=True, crop=False, overflow="ignore")


def number(count: float) -> str:
    """Give a count with its thousands apart, and nothing as a dot."""
    return f"{count:,}" if count else "·"


def words(name: str) -> str:
    """Give a word of the contract as a person says it."""
    return name.replace("_", " ")


def listed(items: Iterable[str], most: int = 6) -> str:
    """Give the first items, and say how many there are besides."""
    found = [clean(item) for item in items]
    return ", ".join(found[:most]) + (f" and {len(found) - most:,} more" if len(found) > most else "")


def left_alone(ignored: Iterable[tuple[str, str]]) -> list[str]:
    """Tell in a line for each reason which files were left alone."""
    by_reason: dict[str, list[str]] = {}
    for path, reason in ignored:
        by_reason.setdefault(reason, []).append(PurePath(path).name)
    return [f"left alone ({clean(reason)}): {listed(names)}" for reason, names in by_reason.items()]


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
    for told in (*summary["sources"], summary["project"]):
        if told["notes"]:
            said = Text.assemble((clean(told["name"]), "bold"), f": {clean('; '.join(told['notes']))}")
            notes.add_row(Text("!", style="yellow"), said)
    for line in left_alone((entry["path"], entry["reason"]) for entry in summary["ignored"]):
        notes.add_row(Text("-", style="dim"), Text(line, style="dim"))
    return notes


def _since(console: Console, summary: Plain) -> None:
    """Say what changed since the run before, and which figures are out of the usual in this run."""
    since, trend = summary.get("since"), summary.get("trend")
    jumps = [jump["words"] for jump in trend["jumps"] if jump["at"] is None] if trend else []
    if not since and not jumps:
        return
    head(console, f"Since the run of {since['since'][:10]}" if since else "Since the runs before")
    if since:
        counts = since["counts"]
        customers = ", ".join(f"{counts[part]:,} {part}" for part in ("new", "gone", "merged", "split"))
        put(console, Text(f"customers: {customers}, {counts['changed']:,} with other values"))
        put(console, Text(f"conflicts: {counts['opened']:,} opened, {counts['closed']:,} closed"))
    for words_ in jumps:
        put(console, Text.assemble(("! ", "yellow"), clean(words_)))


def _systems(console: Console, summary: Plain) -> None:
    head(console, "From records to customers")
    table = plain_table(
        ("system", ""),
        ("records", "right"),
        ("repeated", "right"),
        ("customers", "right"),
        ("also elsewhere", "right"),
        ("only here", "right"),
        ("missing here", "right"),
    )
    for row in summary["systems"]:
        figures = ("records", "again", "customers", "shared", "only_here", "elsewhere")
        table.add_row(Text(clean(row["system"]), style="bold"), *(number(row[figure]) for figure in figures))
    _fold_headers(table, console.width - 2)
    put(console, table)
    customers, records = summary["customers"], summary["counts"]["records"]
    several = customers["in_several_systems"]
    verb = "is" if several == 1 else "are"
    status = " · ".join(f"{count:,} {words(name)}" for name, count in customers["by_status"].items() if count)
    console.print()
    put(
        console,
        Text.assemble(
            (counted(customers["total"], "golden customer"), "bold green"),
            f" out of {counted(records, 'record')}; {several:,} {verb} in several systems",
        ),
    )
    put(console, Text(status, style="dim"))


def _fold_headers(table: Table, width: int) -> None:
    """Put the words of headers below each other where the width asks for it, before the name of a system is cut."""
    names, *figures = table.columns

    def left() -> int:
        return width - sum(
            GAP + max(_widest(column.header), *map(_widest, column.cells)) for column in figures
        )

    if left() < max(map(_widest, names.cells), default=0):
        for column in figures:
            column.header = str(column.header).replace(" ", "\n")
    names.no_wrap, names.max_width = True, max(left() - GAP, NARROWEST)


def _widest(cell: object) -> int:
    return max(map(cell_len, str(cell).splitlines()), default=0)


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


def _doubt(console: Console, summary: Plain) -> None:
    doubt = summary["doubt"]
    head(console, "In doubt")
    if not doubt["cases"] and not doubt["value_conflicts"]:
        put(console, Text("nothing"))
        return
    for side, meaning in (("joined", "joined in doubt"), ("apart", "kept apart, possible matches")):
        links, cases = doubt["links"][side], doubt["cases_by"][side]
        against = f" ({links['vetoed']:,} contradicted by evidence)" if links["vetoed"] else ""
        if links["all"]:
            put(
                console,
                Text(f"{counted(links['all'], 'link')} {meaning}{against}: {counted(cases['all'], 'case')}"),
            )
    put(console, Text(_to_review(doubt), style="bold"))


def _to_review(doubt: Plain) -> str:
    """Say what `sot review` asks: cases about customers, and conflicts of values."""
    parts = [
        f"answer {counted(doubt['cases'], 'case')}" if doubt["cases"] else "",
        f"settle {counted(doubt['value_conflicts'], 'conflict')} of values"
        if doubt["value_conflicts"]
        else "",
    ]
    return " and ".join(filter(None, parts))


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
        put(console, Text(f"blockers and warnings to fix in: {places}", style="dim"))


def _examples(console: Console, summary: Plain) -> None:
    titles = {
        "joined": ("joined", "green", "one customer, written differently"),
        "apart": ("kept apart", "red", "alike, but not one customer"),
        "doubt": ("in doubt", "yellow", "a person has to say"),
    }
    found = [(titles[kind], example) for kind, example in summary["examples"].items() if example]
    if not found:
        return
    head(console, "Three telling examples" if len(found) == 3 else "Telling examples")
    for (title, style, meaning), example in found:
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


def _files(console: Console, summary: Plain, out: Path) -> None:
    head(console, "Where it is, and what to do next")
    steps = [(str(out / "report.html"), "read this first")]
    if summary["counts"]["blockers"]:
        steps.append(
            (str(out / "conflicts.csv"), f"{counted(summary['counts']['blockers'], 'blocker')} first")
        )
    steps += [
        (str(out / "golden_customers.csv"), "the customers"),
        (str(out / "crosswalk.csv"), "which record is which customer"),
    ]
    if (out / "fixes").is_dir():
        steps.append((str(out / "fixes"), "what to merge and correct in each system, and how to undo it"))
    if summary["doubt"]["cases"] or summary["doubt"]["value_conflicts"]:
        steps.append((f"sot review {quote(str(out))}", _to_review(summary["doubt"])))
    table = plain_table(("", ""), ("", ""))
    table.show_header = False
    for what, why in steps:
        table.add_row(Text(what, style="bold"), Text(why))
    put(console, table)
