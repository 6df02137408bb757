"""`sot drift`: problems that reappeared since a run was approved, in new exports or in a newer run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sot.cli.console import say_json, screen
from sot.cli.steward_options import DEFAULT_RUN
from sot.errors import GateError, UsageError

if TYPE_CHECKING:
    import polars as pl
    from rich.text import Text

    from sot.drift import Side
    from sot.workspace.project import Project

SHOWN = 5
"""So many findings of a kind are shown for each system; --json has all."""


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("drift", short_help="Show problems that reappeared since an approved run.")(drift)


def drift(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="[SYSTEM=]PATH",
            help="New exports, as for sot dedupe, or the folder of a newer run.",
            show_default=False,
        ),
    ],
    since: Annotated[Path, typer.Option(metavar="RUN", help="The approved run.")] = DEFAULT_RUN,
    project: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder of sot.yaml, decisions and rules.  [default: nearest]"),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="End with exit code 1 if there is a finding of severity blocker.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Hide the progress.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print every finding as JSON.")] = False,
) -> None:
    """Show problems that reappeared since an approved run, and who should fix each.

    Finds systems that stopped delivering, links broken by a new id, records that left their customer, new
    duplicates, values that differ from the authority again, records without a link, and exceptions from deal to
    payment that are new, larger or gone, with their money. Writes nothing. The
    severity and the owner of each kind are in rules/quality/drift.yaml.
    """

    from sot import decision_log
    from sot.cli.project_folder import open_project
    from sot.drift import approved
    from sot.drift import drift as held
    from sot.rules import Rulebook
    from sot.rules.quality.drift import NAME, DriftRules

    home = open_project(project)
    before = approved(since)
    rules = Rulebook(home.rules).get(NAME, DriftRules)
    decided = decision_log.findings(decision_log.load(home.decisions))
    findings = held(before, _newer(paths, home, before, quiet), rules, decided)
    if as_json:
        say_json(_plain(findings, since))
    else:
        _show(findings)
    blockers = findings.filter(findings["severity"] == "blocker").height
    if strict and blockers:
        raise GateError(f"{blockers:,} of severity blocker", "sot drift --json has every finding")


def _newer(paths: list[str], home: Project, before: Side, quiet: bool) -> Side:
    """Read the newer run, or find out what a run over the exports would give."""
    from datetime import datetime

    from sot import pipeline
    from sot.cli import progress
    from sot.cli.commands.dedupe import input_spec
    from sot.drift import approved, at_work
    from sot.workspace import golden_id_ledger
    from sot.workspace.run_folder import MANIFEST

    runs = [path for path in paths if (Path(path) / MANIFEST).is_file()]
    if runs and len(paths) > 1:
        raise UsageError(f"{runs[0]} is a finished run", "name one newer run, or exports")
    if runs:
        return approved(Path(runs[0]))
    known = golden_id_ledger.Ledger(before.golden_map, golden_id_ledger.load(home.ledger).redirects)
    with progress.told(progress.narrator(), quiet) as steps:
        specs = [input_spec(path) for path in paths]
        run = pipeline.rehearse(specs, home, steps, datetime.now().astimezone(), known)
    return at_work(run)


def _plain(findings: pl.DataFrame, since: Path) -> dict[str, Any]:
    counts = {kind: count for kind, count in findings.group_by("kind", maintain_order=True).len().iter_rows()}
    return {"since": str(since), "counts": counts, "findings": findings.to_dicts()}


def _show(findings: pl.DataFrame) -> None:
    from rich.text import Text

    from sot.cli.views.layout import words

    console = screen(soft_wrap=True)
    if findings.is_empty():
        console.print("nothing drifted")
    for (kind,), group in findings.group_by("kind", maintain_order=True):
        first = group.row(0, named=True)
        style = {"blocker": "bold red", "info": "bold green"}.get(first["severity"], "bold yellow")
        console.print(
            Text.assemble((f"{words(str(kind))}: {group.height:,}", style), f"  {first['severity']}")
        )
        console.print(Text(f"  {first['who']}: {first['do']}", style="italic"))
        for _, rows in group.group_by("system", maintain_order=True):
            for row in rows.head(SHOWN).iter_rows(named=True):
                console.print(_line(row))
            if rows.height > SHOWN:
                console.print(f"  … and {rows.height - SHOWN:,} more in {row['system']} (--json has all)")


def _line(row: dict[str, Any]) -> Text:
    from rich.text import Text

    from sot.model.safe import clean

    record = ":".join(filter(None, (row["system"], row["record_id"])))
    where = ", ".join(filter(None, (row["department"], row["owner"] and f"owner {row['owner']}")))
    return Text.assemble(
        (f"  {clean(record)}", "bold"),
        (f" ({clean(where)})", "dim"),
        f"  {clean(row['name'])}" if row["name"] else "",
        f"\n      {clean(_what(row))}",
    )


def _what(row: dict[str, Any]) -> str:
    """Say in one line what was found; of a value, what it was and is."""
    if not row["field"]:
        return str(row["what"])
    moved = [row["before"] or "(nothing)", row["after"] or "(nothing)"]
    return f"{row['field']}: {' → '.join(dict.fromkeys(moved))}; {row['what']}"
