"""The profile of exports as a person reads it in the terminal: the worst first, then every column."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path, PurePath

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sot.cli.views.layout import head, number, plain_table, put, words
from sot.cli.views.run_summary import STYLE, left_alone, listed
from sot.model.counts import counted
from sot.model.safe import clean
from sot.model.shares import percent
from sot.profile import (
    ColumnProfile,
    Finding,
    Profile,
    SourceProfile,
    worst_columns,
    worst_findings,
)

WORST, WAYS, SPELLINGS = 10, 8, 5
BAR, FILLED = 8, "filled"
COLUMN, INDENT, GAP, NARROWEST = 26, 2, 2, 20
_LONGEST = 34
LEAST = 4
"""No column of texts is cut to less."""


def show(console: Console, profile: Profile, page: Path | None) -> None:
    """Write the profile; `page` is where the page of it lies."""
    sound = [source for source in profile.sources if not source.error]
    _worst(console, profile)
    for source in sound:
        _source(console, source)
    _conventions(console, sound)
    _ignored(console, profile)
    if page is not None:
        console.print()
        put(console, Text.assemble("the page with all columns: ", (str(page), "bold")))


def _ignored(console: Console, profile: Profile) -> None:
    if profile.ignored:
        console.print()
    for line in left_alone(profile.ignored):
        put(console, Text(line, style="dim"))


def _worst(console: Console, profile: Profile) -> None:
    findings = worst_findings(profile, STYLE.keys() - {"info"})
    rows = sum(source.rows for source in profile.sources)
    files = counted(len(profile.sources), "export")
    head(console, f"Worst findings: {files}, {counted(rows, 'row')}")
    if not rows:
        put(console, Text("there are only headers: export again, with rows", style="yellow"))
        return
    if not findings:
        put(console, Text("no damage, no wrong value, no placeholder", style="green"))
        return
    table = plain_table(
        ("", ""), ("file", ""), ("column", ""), ("cells", "right"), ("share", "right"), ("what", "")
    )
    for source, column, finding in findings[:WORST]:
        table.add_row(
            Text(finding.severity, style=STYLE[finding.severity]),
            Text(_file(source)),
            Text(_cut(column.column, COLUMN), style="bold"),
            number(finding.cells),
            percent(finding.share),
            Text.assemble(finding.says, (_such_as(finding), "dim")),
        )
    _one_line(table, console.width)
    put(console, table)
    if len(findings) > WORST:
        put(console, Text(f"and {len(findings) - WORST:,} more, in the tables below", style="dim"))


def _source(console: Console, source: SourceProfile) -> None:
    head(console, _file(source))
    put(
        console,
        Text.assemble(
            f"{clean(source.system or 'several systems')} · {source.department} · ",
            f"{words(source.object or 'left out')} · {counted(source.rows, 'row')}",
        ),
    )
    table = plain_table(
        ("column", ""), ("is", ""), (FILLED, ""), ("", "right"), ("distinct", "right"), ("valid", "right"),
        ("what to know", ""),
    )  # fmt: skip
    for column in worst_columns(source):
        table.add_row(
            Text(_cut(column.column, COLUMN), style="bold"),
            Text(words(column.field or column.looks), style="" if column.field else "dim"),
            _bar(column),
            percent(column.filled / column.rows) if column.rows else "–",
            number(column.distinct),
            _valid(column),
            _notes(column),
        )
    _one_line(table, console.width)
    put(console, table)


def _one_line(table: Table, width: int) -> None:
    """Keep every row on one line: what does not fit any more is cut from the last column."""
    *before, last = table.columns
    widths = [max(cell_len(str(cell)) for cell in (column.header, *column.cells)) for column in before]
    over = sum(widths) + GAP * len(before) + NARROWEST - (width - INDENT)
    # Where even that has no room, texts before it are cut, the widest first, and never a number or a bar.
    texts = [
        place for place, column in enumerate(before) if column.justify == "left" and column.header != FILLED
    ]
    for _ in range(over):
        widest = max(texts, key=lambda place: widths[place])
        if widths[widest] <= LEAST:
            break
        widths[widest] -= 1
    for column, most in zip(before, widths, strict=True):
        column.no_wrap, column.max_width = True, most
    last.no_wrap = True
    last.max_width = max(width - INDENT - sum(widths) - GAP * len(before), LEAST)


def _file(source: SourceProfile) -> str:
    sheet = f" [{source.sheet}]" if source.sheet else ""
    return clean(f"{PurePath(source.path).name}{sheet}")


def _bar(column: ColumnProfile) -> Text:
    """Draw the filled share; a bar is never full, and never gone, unless all or nothing is filled."""
    if not column.rows:
        return Text("")
    size = round(BAR * column.filled / column.rows)
    size = max(size, 1) if column.filled else 0
    size = min(size, BAR - 1) if column.filled < column.rows else size
    return Text.assemble(("█" * size, "cyan"), ("░" * (BAR - size), "dim"))


def _valid(column: ColumnProfile) -> Text:
    tested = column.tested
    if tested is None or not tested.valid + tested.invalid:
        return Text("·", style="dim")
    share = tested.valid / (tested.valid + tested.invalid)
    about = "~" if tested.sampled else ""
    return Text(about + percent(share), style="green" if share == 1 else "yellow")


def _notes(column: ColumnProfile) -> Text:
    """Tell of the worst findings; where there are none, of what the values look like."""
    graver = [finding for finding in column.findings if finding.kind not in ("empty", "forms")]
    if not graver:
        return Text(_looks(column), style="dim")
    lines = [
        Text.assemble(
            (f"{finding.cells:,} × {finding.says}", STYLE[finding.severity]), (_such_as(finding, 1), "dim")
        )
        for finding in graver[:3]
    ]
    return Text("\n").join(lines)


def _looks(column: ColumnProfile) -> str:
    if column.patterns:
        return listed((pattern.text for pattern in column.patterns), 3)
    if column.top and column.distinct <= 20:
        return listed((_cut(value.text) for value in column.top), 3)
    return ""


def _such_as(finding: Finding, most: int = 2) -> str:
    if not finding.examples or finding.kind == "cut_off":
        return ""
    return ": " + ", ".join(_cut(example.text) for example in finding.examples[:most])


def _cut(text: str, most: int = _LONGEST) -> str:
    shown = clean(" ".join(text.split()))
    return shown if len(shown) <= most else shown[: most - 1] + "…"


def _conventions(console: Console, sources: Iterable[SourceProfile]) -> None:
    """Show what is written in the most ways, whatever the file."""
    rows = [
        (sum(spelling.cells for spelling in variant.spellings[1:]), _file(source), column.column, variant)
        for source in sources
        for column in source.columns
        for variant in column.variants
    ]
    if not rows:
        return
    head(console, "Several spellings")
    table = plain_table(("file", ""), ("column", ""), ("spellings, with the number of cells", ""))
    for _, file, column, variant in sorted(rows, key=lambda row: (-row[0], *row[1:3], row[3].of))[:WAYS]:
        ways = Text("  ").join(
            Text.assemble(clean(spelling.text), (f" {spelling.cells:,}", "dim"))
            for spelling in variant.spellings[:SPELLINGS]
        )
        table.add_row(file, Text(clean(column), style="bold"), ways)
    _one_line(table, console.width)
    put(console, table)
