"""What the terminal shows of a case, as rich text: title, grid cells, evidence. No widgets, no state."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from sot.model.amounts import money
from sot.model.counts import counted
from sot.model.safe import clean
from sot.model.shares import percent
from sot.review.case_detail import Detail
from sot.review.case_grid import Row, Word, part_name
from sot.review.cases import Case
from sot.review.progress import Progress
from sot.review.question import likely, question, state_now

KEYS = (
    (
        ("s", "same"), ("r", "related"), ("d", "different"), ("u", "unsure"), ("x", "not it"), ("a", "alike"),
        ("m", "merge grid"),
    ),
    (
        ("space", "select"), ("n", "note"), ("l", "lock"), ("+", "link"), ("k", "skip"), ("p", "later"), ("z", "undo"),
        ("y", "redo"),
    ),
    (("b", "back"), ("f", "filter"), ("g", "go"), ("?", "help"), ("q", "quit")),
)  # fmt: skip
"""The keys in three lines, of which each fits 80 columns."""

_NOT_OF_VALUES, _NOT_OF_DOCUMENTS = ("s", "r", "d", "u", "x", "a", "+"), ("r", "l", "m")
"""The keys that answer no case of a value, and none of documents."""

ROW_STYLES = {"different": "", "same": "green", "single": "", "beside": "dim"}
TALLEST = 3
PAIRS_APART = " | "
"""Stands in `why` between the evidence of several pairs of a case."""
"""Lines that a value may take."""
_CONSOLE = Console()
DIFFERS = "bold yellow underline"


def progress_line(steward: str, progress: Progress, blind: bool) -> Text:
    """Tell who reviews and how far the queue is."""
    line = Text(no_wrap=True, overflow="ellipsis")
    line.append(f" {clean(steward)} ", "reverse")
    line.append(f"  {progress.open:,} open · {progress.unsure:,} unsure · {progress.settled:,} settled")
    line.append(f"   {progress.goal}", "bold")
    if blind:
        line.append("   blind: scores are hidden", "italic")
    return line


def title(case: Case, place: int, of: int, state: str, blind: bool) -> Text:
    """Name the case: its place in the queue, kind, probability, exposure and customers."""
    line = Text(no_wrap=True, overflow="ellipsis")
    line.append(f" {place}/{of} ", "bold reverse")
    if now := state_now(case):
        line.append(f" {now}", "bold cyan")
    line.append(f" {case.title}", "cyan")
    if case.probability is not None and not blind:
        line.append(f"  {percent(case.probability, 0)} {likely(case).removesuffix(' customer')}")
    if case.exposure:
        line.append(f"  {clean(money(case.exposure, case.currency))}", "magenta")
    if state != "open":
        line.append(f"  [{state}]", "bold green" if state == "settled" else "bold yellow")
    return line


def asks(case: Case, blind: bool, note: str) -> Text:
    """Give the question of the case, why it is asked (of several pairs the first) and the note; all of it wraps."""
    text = Text(question(case).replace("\n", " "), "bold")
    text = Text(clean(text.plain), "bold")
    if not blind and case.why:
        first, *others = [case.why] if case.field else case.why.split(PAIRS_APART)
        more = f" (and {counted(len(others), 'more pair')})" if others else ""
        text.append(f"  {clean(first)}{more}", "not bold")
    if note:
        text.append(f"  note: {clean(note)}", "not bold italic")
    return text


def heading(shown: Detail, index: int, selected: bool, width: int) -> Text:
    """Head a record's column in two lines: its part as a letter and its system, then its id."""
    system, record_id = shown.title(index), shown.keys[index][1]
    mark = "✓" if selected else " "
    lines = (f"{mark}{part_name(shown.parts[index])} {system}", f"   {record_id}")
    cut = (clean(line) if len(line) <= width else clean(line[: width - 1]) + "…" for line in lines)
    return Text("\n".join(cut), "bold reverse" if selected else "bold")


def cell(row: Row, index: int, beside: bool = False) -> Text:
    """Show a record's value, words that others lack marked; a field that is not asked about stays `beside`."""
    words = row.cells[index]
    if words and beside:
        return Text(" ".join(clean(word.text) for word in words), "dim")
    return _words(words, ROW_STYLES[row.kind]) if words else Text("·", "dim")


def height(row: Row, width: int) -> int:
    """Give how many lines a row needs in columns of this width."""
    needed = (len(Text(value).wrap(_CONSOLE, width)) for value in row.values if value)
    return min(TALLEST, max(needed, default=1))


def _words(words: Sequence[Word], style: str) -> Text:
    return Text(" ").join(Text(clean(word.text), DIFFERS if word.differs else style) for word in words)


def evidence(shown: Detail, blind: bool) -> Text:
    """Give what speaks for and against the link, with its bits; nothing where the steward should be blind."""
    text = Text(overflow="fold")
    if blind:
        return text
    for entry in shown.evidence:
        bits = f" {entry.bits:+.1f}" if entry.bits is not None else ""
        style = "red" if (entry.bits or 0) < 0 else "yellow" if entry.against else "green"
        text.append(entry.words, style)
        text.append(f"{bits}{' (a reason to ask)' if entry.against else ''}   ", f"bold {style}")
    for other in shown.related:
        text.append(f"{other['relation']}: {clean(other['name'])}   ", "cyan")
    return text


def keys_line(case: Case | None = None) -> Text:
    """List the keys that answer a case."""
    text = Text()
    idle = _NOT_OF_VALUES if case and case.field else _NOT_OF_DOCUMENTS if case and case.of_documents else ()
    for line in KEYS:
        for key, what in line:
            if key in idle:
                continue
            text.append(f"{key} ", "bold cyan")
            text.append(f"{what}  ", "dim")
        text.append("\n")
    text.rstrip()
    return text


HELP = """\
[b]The question of a case[/b]
Records are side by side. Letters (A, B …) mark the parts: the records of one part are certainly one customer. \
The question is whether the parts are one customer.

[b]Verdicts[/b]
[b]s[/b]  same: all records shown are one customer (with a selection: the selected ones are)
[b]d[/b]  different: the parts are different customers (with a selection: the selected against the rest)
[b]r[/b]  related: another legal entity or site of one group; asks for the kind (a selection is the parent)
[b]u[/b]  unsure: leave it to somebody else
[b]x[/b]  different: the record under the cursor does not belong to the others
[b]l[/b]  lock the value under the cursor as the golden value
[b]a[/b]  one answer for all open cases like this one (its kind, as likely or more); one undo takes all back

[b]m[/b]  merge grid: choose the account that stays and each value, see the golden record before and after

[b]Documents[/b]
The question is whether A and B belong together; the other columns are what else it could have been. \
[b]s[/b] yes · [b]d[/b] no · select another one and press [b]s[/b]: that one instead

[b]Navigation[/b]
[b]arrows[/b] move · [b]space[/b] selects a record · [b]escape[/b] clears the selection
[b]p[/b] put the case off until a day · [b]+[/b] link another record of the run, by SYSTEM:ID or name
[b]n[/b] note for the next verdict · [b]z[/b] undo · [b]y[/b] redo · [b]k[/b] skip · [b]b[/b] previous case
[b]f[/b] filter: words, system:netsuite kind:vetoed band:doubt state:settled
[b]g[/b] go to a case by its number or id · [b]q[/b] quit; every answer is already saved

Rows: first the fields that differ (differing words underlined), then those that agree, then those of one record only.
"""
