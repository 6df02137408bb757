"""The outcome of a check for people: what is missed first, with examples and the command that shows more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sot.model.safe import clean

if TYPE_CHECKING:
    from rich.console import Console

    from sot.check import Outcome

STYLES = {
    "failed": "bold red",
    "warning": "yellow",
    "waived": "cyan",
    "known": "cyan",
    "not measured": "magenta",
}
"""How a state is shown; the others stay plain."""

DETAILED = 5
"""Of so many gates, the worst, the records are shown too."""


def show(console: Console, outcomes: Sequence[Outcome], examples: int, whole: bool) -> None:
    """Show what is missed as a table, the worst of it in detail; then why something was not measured, and what is met.

    With `whole`, the table holds everything.
    """
    from sot.check import State

    rest = () if whole else (State.NOT_MEASURED, State.SKIPPED, State.OK)
    _table(console, [outcome for outcome in outcomes if outcome.state not in rest])
    worst = list(dict.fromkeys(outcome.gate.name for outcome in outcomes if outcome.missed))
    for name in worst[:DETAILED]:
        _details(
            console,
            [outcome for outcome in outcomes if outcome.gate.name == name and outcome.missed],
            examples,
        )
    if left := worst[DETAILED:]:
        _line(console, f"more gates to look at, with --gate NAME: {', '.join(left)}\n")
    for state in rest:
        mine = [outcome for outcome in outcomes if outcome.state == state]
        if mine and state == State.OK:
            _line(console, f"{len(mine)} {state}: {_named(mine)}")
        elif mine:
            _line(console, f"{len(mine)} {state}:")
            _reasons(console, mine)


def _table(console: Console, outcomes: Sequence[Outcome]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("", "gate", "where", "found", "owner"):
        table.add_column(heading, overflow="fold")
    for outcome in outcomes:
        text = "; ".join(filter(None, (outcome.words, *outcome.notes)))
        cells = (outcome.gate.name, outcome.figure.scope, text, outcome.gate.owner)
        table.add_row(
            Text(str(outcome.state), style=STYLES.get(outcome.state, "")), *map(Text, map(clean, cells))
        )
    if outcomes:
        console.print(table)
        console.print()


def _details(console: Console, outcomes: Sequence[Outcome], examples: int) -> None:
    """Tell of one gate why it matters, and show the records that miss it, system by system."""
    gate = outcomes[0].gate
    _line(console, f"{gate.name}: {gate.reason}", "bold")
    for outcome in outcomes:
        figure = outcome.figure
        text = f": {figure.note}" if figure.note and figure.value is not None else ""
        _line(console, f"  {figure.scope} {outcome.words}{text}")
        for example in figure.examples[:examples]:
            place = f"{example.source}:{example.row}" if example.row else example.source
            _line(
                console,
                "    " + "  ".join(map(clean, filter(None, (place, example.record, example.value)))),
                "dim",
            )
        left = figure.missing - min(examples, len(figure.examples))
        if left and figure.examples:
            _line(console, f"    and {left:,} more", "dim")
    _line(console, f"  see {outcomes[0].more}\n")


def _line(console: Console, text: str, style: str = "") -> None:
    console.print(text, style=style, soft_wrap=True)


def _reasons(console: Console, outcomes: Sequence[Outcome]) -> None:
    """Tell in a line for each reason which gates could not be held for it, the most first."""
    why: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        why.setdefault(outcome.words, []).append(outcome)
    for reason, mine in sorted(why.items(), key=lambda entry: (-len(entry[1]), entry[0])):
        _line(console, f"  {reason} – {_named(mine)}")


def _named(outcomes: Sequence[Outcome]) -> str:
    """Name gates with the scopes that are so: names_filled (netsuite, salesforce)."""
    scopes: dict[str, list[str]] = {}
    for outcome in outcomes:
        scopes.setdefault(outcome.gate.name, []).append(outcome.figure.scope)
    return " · ".join(
        name if listed == ["all"] else f"{name} ({', '.join(sorted(listed))})"
        for name, listed in sorted(scopes.items())
    )
