"""`sot dedupe`: the main job, from exports to a golden map."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sot.cli.console import note, say_json
from sot.errors import GateError, UsageError

if TYPE_CHECKING:
    from sot.model.sources import InputSpec
    from sot.workspace.project import Project

SUMMARY = Path("tables", "summary.json")


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("dedupe")(dedupe)


def dedupe(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="[SYSTEM=]PATH",
            help="Export files, or folders of them. SYSTEM= names the system if the file does not show it.",
            show_default=False,
        ),
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the results.")] = Path("sot-out"),
    project: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Folder of decisions, golden ids, sot.yaml and rules.  [default: nearest with a sot.yaml]",
        ),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="End with exit code 1 if blockers are open.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show errors only.")] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Also show files read, overlap, conflicts and examples.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write the summary to stdout as JSON.")] = False,
) -> None:
    """Build one customer list from exports.

    Recognises the system and the columns of every export, joins the records of each customer, and writes the
    golden map, the conflicts and the open questions to DIR.
    """
    import json
    from datetime import datetime

    from sot import pipeline
    from sot.cli import progress
    from sot.cli.project_folder import open_project
    from sot.cli.views.run_summary import not_read, show

    home, console = open_project(project, [out]), progress.narrator()
    specs = [input_spec(path) for path in paths]
    for warning in unknown_systems(specs, home):
        note(warning)
    with progress.told(console, quiet) as steps:
        pipeline.dedupe(specs, home, out, steps, datetime.now().astimezone())
    summary = json.loads((out / SUMMARY).read_text(encoding="utf-8"))
    if as_json:
        say_json(summary)
    elif not quiet:
        show(console, summary, out, verbose)
    not_read((entry["path"], entry["reason"]) for entry in summary["unreadable"])
    if strict:
        _no_blockers(summary, out)


def input_spec(argument: str) -> InputSpec:
    """Read one [SYSTEM=]PATH argument; a path that exists as it is written is never split."""
    from sot.model.sources import InputSpec

    if not argument.strip():
        # A variable of the shell that is not set would else mean the current folder.
        raise UsageError("a PATH is empty", "write . for the current folder")
    system, equals, path = argument.partition("=")
    if not equals or Path(argument).exists() or "/" in system or "://" in system:
        return InputSpec(argument)
    if not system or not path:
        raise UsageError(
            f"{argument}: SYSTEM or PATH is empty", "write it as SYSTEM=PATH, such as crm=accounts.csv"
        )
    return InputSpec(path, system)


_LONG_NAME = 8
"""From this length on a name may have two slips."""


def unknown_systems(specs: list[InputSpec], home: Project) -> list[str]:
    """Say of each SYSTEM that is a misspelled name of a known one that it is taken for a system of its own."""
    from rapidfuzz.distance import OSA

    from sot.rules import Rulebook

    known = [
        name.removeprefix("systems/").removesuffix(".yaml") for name in Rulebook(home.rules).names("systems")
    ]
    # "powerbi" is read as power_bi is.
    plain = {name.replace("_", "") for name in known}
    warnings = []
    for spec in specs:
        if spec.system is not None and spec.system.replace("_", "") not in plain:
            # "erp" and "books" are names of their own, however much of "erpnext" or "zoho_books" they are.
            slips = 1 if len(spec.system) < _LONG_NAME else 2
            meant = sorted((OSA.distance(spec.system, name), name) for name in known)[0]
            if meant[0] <= slips:
                warnings.append(
                    f"{spec.system}: taken for a system that sot doesn't know - did you mean '{meant[1]}'?"
                )
    return warnings


def _no_blockers(summary: dict[str, Any], out: Path) -> None:
    blockers = summary["conflicts"]["by_severity"]["blocker"]
    if blockers:
        raise GateError(
            f"{blockers:,} {'blocker is' if blockers == 1 else 'blockers are'} open",
            f"see {out / 'conflicts.csv'}, severity blocker",
        )
