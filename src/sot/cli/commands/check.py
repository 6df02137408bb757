"""`sot check`: hold a finished run, or raw exports, to the gates."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sot.cli.console import note, pass_on, screen
from sot.cli.steward_options import DEFAULT_RUN
from sot.errors import GateError, UsageError

if TYPE_CHECKING:
    from datetime import date

    from sot.check import Baseline, Evidence, Outcome
    from sot.rules.quality.gates import Gate, GateWaiver
    from sot.workspace.project import Project

Paths = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="RUN|[SYSTEM=]PATH",
        help="Folder of a finished run, or exports.  [default: sot-out]",
        show_default=False,
    ),
]
Home = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR",
        help="Folder of sot.yaml, rules, history and baseline.  [default: nearest with a sot.yaml]",
    ),
]
Formats = Annotated[
    list[str] | None,
    typer.Option(
        "--format",
        metavar="FORMAT[=FILE]",
        help="json, junit, sarif, markdown or github; to FILE or stdout; repeatable.",
    ),
]
Only = Annotated[
    list[str] | None,
    typer.Option(
        "--gate",
        metavar="NAME",
        help="Only this gate, with all records that miss it; repeatable.",
    ),
]
Save = Annotated[bool, typer.Option("--save-baseline", help="Record current failures as the baseline.")]
Ratchet = Annotated[bool, typer.Option("--ratchet", help="Tighten the baseline where figures improved.")]
Today = Annotated[
    str | None,
    typer.Option(metavar="DATE", help="Reference date for ages and waivers.  [default: today]"),
]

WIDTH = 110
"""Columns of the table where it goes to a file."""

FEW, MANY = 3, 1000
"""So many records that miss a gate are shown: among others, and where one gate is asked for."""


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("check", short_help="Check a run, or raw exports, against quality gates.")(check)


def check(
    paths: Paths = None,
    project: Home = None,
    formats: Formats = None,
    only: Only = None,
    save_baseline: Save = False,
    ratchet: Ratchet = False,
    today: Today = None,
) -> None:
    """Check a finished run, or raw exports, against the quality gates of rules/quality/, by hand or in CI.

    Ends with exit code 1 if a gate of severity blocker fails; warnings are only reported. Gates that need a
    finished run are skipped for exports. Failures recorded in baseline.json are accepted until they get worse.
    """
    from sot.check import FORMATS, hold, judge
    from sot.cli.project_folder import open_project

    wanted = [_format(text, tuple(FORMATS)) for text in formats or []]
    if sum(file is None for _, file in wanted) > 1:
        raise UsageError("only one format can go to stdout", "give the others a file: --format junit=out.xml")
    if only and (save_baseline or ratchet):
        raise UsageError("a baseline covers all gates", "leave out --gate")
    home = open_project(project)
    evidence, gates, waivers = _opened(paths or [str(DEFAULT_RUN)], home, _day(today))
    chosen = _chosen(gates, only)
    outcomes = hold(evidence, chosen, waivers, _baseline(home))
    if save_baseline or ratchet:
        after = _written(home, outcomes, anew=save_baseline)
        outcomes = judge([(outcome.gate, outcome.figure) for outcome in outcomes], evidence, waivers, after)
    _tell(outcomes, wanted, whole=bool(only))
    _end(outcomes)


def _opened(
    paths: Sequence[str], home: Project, today: date
) -> tuple[Evidence, tuple[Gate, ...], tuple[GateWaiver, ...]]:
    """Open a finished run, or read and normalise exports; give it with the gates and waivers in force."""
    import shlex

    from sot import pipeline
    from sot.check import load_context, of_exports, opened_run
    from sot.cli import progress
    from sot.cli.commands.dedupe import input_spec
    from sot.rules import Rulebook
    from sot.rules.project import load_settings
    from sot.rules.quality.gates import load_gate_waivers, load_gates
    from sot.workspace.run_folder import MANIFEST

    first = Path(paths[0])
    if len(paths) == 1 and ((first / MANIFEST).is_file() or first == DEFAULT_RUN):
        return opened_run(first, home, today)
    rules, settings = Rulebook(home.rules), load_settings(home)
    gates, waivers = load_gates(rules, settings), load_gate_waivers(rules)
    with progress.told(progress.narrator(), quiet=False) as steps:
        imported, records, rules, settings = pipeline.prepare(
            [input_spec(path) for path in paths], home, steps
        )
    context = load_context(home, rules, settings, today)
    return of_exports(shlex.join(paths), imported, records, context), gates, waivers


def _day(text: str | None) -> date:
    from datetime import date

    if text is None:
        return date.today()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"--today {text}: this is not a date", "write it as 2026-01-31") from error


def _chosen(gates: tuple[Gate, ...], only: Sequence[str] | None) -> list[Gate]:
    from sot.rules.error_text import did_you_mean

    names = [gate.name for gate in gates]
    for name in only or ():
        if name not in names:
            meant = did_you_mean(name, names)
            raise UsageError(
                f"--gate {name}: there is no such gate{meant}", f"gates are {', '.join(sorted(names))}"
            )
    return [gate for gate in gates if not only or gate.name in only]


def _baseline(home: Project) -> Baseline | None:
    from sot.check import baseline
    from sot.workspace.project import BASELINE

    return baseline.load(home.folder / BASELINE)


def _written(home: Project, outcomes: Sequence[Outcome], anew: bool) -> Baseline:
    """Save the baseline anew, or tighten the one that there is, and say so."""
    from sot.check import as_baseline, baseline, tightened
    from sot.workspace.project import BASELINE

    path = home.folder / BASELINE
    before = _baseline(home)
    if anew:
        after = as_baseline(outcomes, before)
    elif before is None:
        raise UsageError(
            f"{path}: there is no baseline to tighten", "save one first: sot check --save-baseline"
        )
    else:
        after = tightened(before, outcomes)
    if before is None or after.figures != before.figures:
        baseline.save(path, after)
        note(f"{path}: {len(after.figures)} figures that miss their gate are allowed until they get worse")
    return after


def _format(text: str, known: tuple[str, ...]) -> tuple[str, Path | None]:
    name, _, file = text.partition("=")
    if name not in known or text.endswith("="):
        raise UsageError(
            f"--format {text}: not known", f"formats are {', '.join(known)}; write FORMAT or FORMAT=FILE"
        )
    return name, Path(file) if file else None


def _tell(outcomes: Sequence[Outcome], wanted: Sequence[tuple[str, Path | None]], whole: bool) -> None:
    """Write the outcome in every format that is wanted; for people, where none of them goes to stdout."""
    import sys

    from sot.check import FORMATS
    from sot.cli.views.check import show
    from sot.workspace.safe_write import write_whole

    for name, file in wanted:
        text = FORMATS[name](outcomes, Path.cwd())
        if file is None:
            pass_on(text)
            continue
        write_whole(file, text.encode())
    if all(file is not None for _, file in wanted):
        console = screen(width=None if sys.stdout.isatty() else WIDTH)
        show(console, outcomes, MANY if whole else FEW, whole)


def _end(outcomes: Sequence[Outcome]) -> None:
    failed = [outcome for outcome in outcomes if outcome.failed]
    if failed:
        names = ", ".join(sorted({outcome.gate.name for outcome in failed}))
        raise GateError(f"gates not met: {names}", f"{failed[0].more} shows the details of the first one")
