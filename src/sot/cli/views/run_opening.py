"""The opening of a run in the terminal: result, money, doubts and next steps on one screen."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sot.cli.views.layout import head, number, plain_table, put
from sot.model.counts import counted, system_figures
from sot.model.safe import clean
from sot.model.sources import OWN
from sot.model.system_titles import friendly_text

Plain = dict[str, Any]

MOST_SYSTEMS = 6
MOST_STEPS = 6
MOST_JUMPS = 2
GAP, NARROWEST = 2, 8


def show(console: Console, summary: Plain, out: Path) -> None:
    """Write the opening: at most 40 lines, and at 80 columns none of them is broken."""
    for part in (_result, _money, _doubts):
        part(console, summary)
    _next(console, summary, out)


def _result(console: Console, summary: Plain) -> None:
    opening, customers = summary["opening"], summary["customers"]
    records, several = summary["counts"]["records"], customers["in_several_systems"]
    head(
        console, " · ".join(clean(part) for part in (opening["client"], opening["as_of"]) if part) or "Result"
    )
    put(
        console,
        Text.assemble(
            (counted(customers["total"], "golden customer"), "bold green"),
            f" out of {counted(records, 'record')}; "
            f"{f'{several:,}' if several else 'none'} {'is' if several == 1 else 'are'} in several systems",
        ),
    )
    columns = system_figures(summary["systems"])
    table = plain_table(("system", ""), *((header, "right") for header in columns.values()))
    for row in summary["systems"][:MOST_SYSTEMS]:
        figures = (row[name] for name in columns)
        table.add_row(Text(clean(title(summary, row["system"])), style="bold"), *map(number, figures))
    _fold_headers(table, console.width - 2)
    put(console, table)
    if len(summary["systems"]) > MOST_SYSTEMS:
        put(
            console,
            Text(
                f"and {counted(len(summary['systems']) - MOST_SYSTEMS, 'more system')}: see the report",
                style="dim",
            ),
        )
    if opening["bridge"]:
        put(console, _bridge(opening["bridge"]))
    _since(console, summary)


def title(summary: Plain, system: str) -> str:
    """Give the name of a system as people write it."""
    return str(summary["titles"].get(system, system))


def _bridge(bridge: Plain) -> Text:
    first, *middle, last = bridge["steps"]
    left, right = map(clean, bridge["names"])
    signs = {"-": "−", "+": "+"}
    steps = [
        f"{signs[step['sign']]}{step['count']:,} {clean(step['short'])}" for step in middle if step["count"]
    ]
    text = ", ".join(steps) or "the same customers"
    return Text(f"{left} {first['count']:,} → {right} {last['count']:,}:\n{text}")


def _since(console: Console, summary: Plain) -> None:
    """Say what changed since the run before, and which figures are out of the usual in this run."""
    since, trend = summary.get("since"), summary.get("trend")
    if since:
        counts = since["counts"]
        customers = ", ".join(f"{counts[part]:,} {part}" for part in ("new", "gone", "merged", "split"))
        text = f"since {since['since'][:10]}: {customers}, {counts['changed']:,} with changed values"
        put(console, Text(f"{text}; conflicts {counts['opened']:,} opened, {counts['closed']:,} closed"))
    jumps = [jump["words"] for jump in trend["jumps"] if jump["at"] is None] if trend else []
    for words in jumps[:MOST_JUMPS]:
        put(
            console,
            _cut(
                Text.assemble(("! ", "yellow"), clean(friendly_text(words, summary["titles"]))),
                console.width - 2,
            ),
        )
    if len(jumps) > MOST_JUMPS:
        put(
            console,
            Text(f"! {counted(len(jumps) - MOST_JUMPS, 'more unusual figure')}: sot trend", style="yellow"),
        )


def _money(console: Console, summary: Plain) -> None:
    opening = summary["opening"]
    if not opening["money"] and not opening["handoffs"]:
        return
    head(console, "Money at stake")
    table = plain_table(("", "left"), ("", "right"))
    table.show_header = False
    for row in opening["money"]:
        table.add_row(row["question"], clean(row["total"]))
    for row in opening["handoffs"]:
        table.add_row(clean(row["what"]), f"{row['count']:,}: {clean(row['total'])}")
    put(console, table)
    if opening["money_hint"]:
        put(console, Text(opening["money_hint"], style="dim"))


def _doubts(console: Console, summary: Plain) -> None:
    doubt, severity = summary["doubt"], summary["conflicts"]["by_severity"]
    head(console, "Doubts")
    text = f"{counted(doubt['to_answer'], 'case')} to answer"
    parts = (
        ("joined", "joined now", "joined now"),
        ("apart", "apart now", "apart now"),
        ("documents", "document link", "document links"),
        ("values", "value to choose", "values to choose"),
    )
    how = ", ".join(counted(doubt[part], word, words) for part, word, words in parts if doubt[part])
    put(console, Text.assemble((text, "bold"), f": {how}" if how else ""))
    styles = {"blocker": "bold red", "warning": "yellow", "info": "dim"}
    lines: list[str | tuple[str, str]] = ["conflicts: "]
    for name, style in styles.items():
        lines += [
            (counted(severity[name], name) if name != "info" else f"{severity[name]:,} info", style),
            ", ",
        ]
    put(console, Text.assemble(*lines[:-1]))
    notes = sum(len(source["notes"]) for source in (*summary["sources"], summary["project"]))
    skipped = sum(entry["reason"] != OWN for entry in summary["ignored"])
    if notes or skipped:
        seen = f"{counted(notes, 'note')} on the files read, {counted(skipped, 'file')} skipped"
        put(console, Text(f"{seen}: sot inspect, or --verbose", style="dim"))
    if summary["project"]["notes"]:
        text = f"{summary['project']['name']}: {'; '.join(summary['project']['notes'])}"
        put(console, Text.assemble(("! ", "yellow"), clean(text)))


def _next(console: Console, summary: Plain, out: Path) -> None:
    head(console, f"What next (files in {out})")
    table = plain_table(("", "right"), ("", "left"), ("", "right"), ("", "left"))
    table.show_header = False
    table.columns[-1].no_wrap = True  # commands and files are copied: a cut one is of no use
    steps = summary["opening"]["plan"]
    shown = steps if len(steps) <= MOST_STEPS else steps[: MOST_STEPS - 1]
    for step in shown:
        table.add_row(
            f"{step['nr']}.",
            clean(step["what"]),
            f"{step['count']:,}" if step["count"] else "",
            f"sot review {quote(str(out))}" if step["do"] == "sot review" else str(step["do"]),
        )
    put(console, table)
    if len(shown) < len(steps):
        more = counted(len(steps) - len(shown), "more step")
        put(console, Text(f"and {more}: see the report", style="dim"))
    put(console, Text.assemble((str(out / "report.html"), "bold"), " has all results; read it first"))
    put(
        console,
        Text("golden_customers.csv and crosswalk.csv: the customers and the golden map"),
    )
    if not summary["workbook"]["written"]:
        most = f"more than {summary['workbook']['most_records']:,} records (outputs.workbook_records)"
        put(console, Text(f"no workbook.xlsx: {most}", style="dim"))


def _cut(text: Text, width: int) -> Text:
    text.truncate(width, overflow="ellipsis")
    return text


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
