"""`sot trend`: how the figures of a project went from run to run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sot.cli.console import note, say_json, screen
from sot.errors import InputError

if TYPE_CHECKING:
    from rich.console import Console

    from sot.history import History, Trend
    from sot.model.history import Entry

SPARKS = "▁▂▃▄▅▆▇█"
GAP = " "


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("trend", short_help="Show figures from run to run, with unusual changes.")(trend)


def trend(
    project: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where history.jsonl is.  [default: nearest]")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Show the figures of the project from run to run, and list unusual changes.

    The figures, and the limits of a usual change, are in rules/quality/trend.yaml.
    """
    from sot import history
    from sot.cli.project_folder import open_project
    from sot.rules import Rulebook
    from sot.rules.quality.trend import NAME, TrendRules

    home = open_project(project)
    past, rules = history.load(home.history), Rulebook(home.rules).get(NAME, TrendRules)
    if not past.runs:
        raise InputError(f"{home.history}: no run has been made here yet", "run sot dedupe first")
    _tell_torn(past, home.history)
    drawn, trends = past.runs[-rules.runs :], history.trends(past.runs, rules)
    if as_json:
        say_json(_plain(drawn, trends))
    else:
        console = screen(soft_wrap=True)
        _show(console, drawn, trends)


def _tell_torn(past: History, file: Path) -> None:
    if past.torn:
        note(f"{file}: the last line is unfinished and left out; the next run sets it aside")


def _plain(runs: tuple[Entry, ...], trends: list[Trend]) -> dict[str, Any]:
    return {
        "runs": [run.at for run in runs],
        "figures": [
            {
                "figure": trend.figure,
                "says": trend.says,
                "values": list(trend.values),
                "jumps": [
                    {
                        "at": runs[jump.run].at,
                        "before": jump.before,
                        "after": jump.after,
                        "words": trend.step(jump),
                    }
                    for jump in trend.jumps
                ],
            }
            for trend in trends
        ],
    }


def _show(console: Console, runs: tuple[Entry, ...], trends: list[Trend]) -> None:
    from rich.table import Table
    from rich.text import Text

    from sot.model.counts import counted
    from sot.model.safe import clean

    span = f"from {runs[0].at} to {runs[-1].at}" if len(runs) > 1 else f"of {runs[0].at}"
    console.print(f"{counted(len(runs), 'run')}, {span}")
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for header, side in (("", "left"), ("", "left"), ("before", "right"), ("now", "right"), ("", "left")):
        table.add_column(header, justify="right" if side == "right" else "left", no_wrap=True)
    for row in trends:
        before = row.told(row.values[-2]) if len(row.values) > 1 else ""
        jumped = any(jump.run == len(runs) - 1 for jump in row.jumps)
        mark = Text("← jump", style="bold yellow") if jumped else Text("")
        table.add_row(clean(row.says), Text(spark(row), style="cyan"), before, row.told(row.values[-1]), mark)
    console.print(table)
    jumps = sorted(
        ((jump.run, trend.step(jump)) for trend in trends for jump in trend.jumps), key=lambda jump: -jump[0]
    )
    for run, words in jumps:
        console.print(Text(f"{runs[run].at}  {clean(words)}"))


def spark(trend: Trend) -> str:
    """Draw a figure in one line of text."""
    top = len(SPARKS) - 1
    return "".join(GAP if h is None else SPARKS[round(round(h, 6) * top)] for h in trend.heights())
