"""`sot publish`: the golden tables of a run in PostgreSQL, DuckDB or a folder of Parquet files."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sot.cli.console import note, say, say_json
from sot.cli.steward_options import DEFAULT_RUN
from sot.errors import GateError, UsageError
from sot.model.addresses import is_address
from sot.model.counts import counted

if TYPE_CHECKING:
    from sot.publish import Published, Request
    from sot.workspace.project import Project

Target = Annotated[
    str | None,
    typer.Argument(
        metavar="TARGET",
        help="postgresql://HOST/DATABASE, a file that ends in .duckdb, or a folder for Parquet files.",
        show_default=False,
    ),
]
Run = Annotated[
    str,
    typer.Argument(
        metavar="RUN", help="The folder of a finished run, or its address in a lake (engine.results)."
    ),
]
Home = Annotated[
    Path | None, typer.Option(metavar="DIR", help="The project folder.  [default: nearest with a sot.yaml]")
]
Schema = Annotated[str, typer.Option(metavar="NAME", help="Schema of the tables.")]
Grant = Annotated[
    list[str] | None,
    typer.Option("--grant", metavar="ROLE", help="Let this role read the tables (PostgreSQL); repeatable."),
]
DryRun = Annotated[
    bool,
    typer.Option("--dry-run", help="Show the statements and the rows that would change; change nothing."),
]
Despite = Annotated[
    list[str] | None,
    typer.Option(
        "--despite",
        metavar="GATE",
        help="Publish although this gate, verify or older_run refuses the run; needs --reason; repeatable.",
    ),
]
Reason = Annotated[
    str | None, typer.Option(metavar="TEXT", help="Why --despite is right; kept in publish_log.")
]
Dbt = Annotated[
    Path | None,
    typer.Option(
        "--dbt", metavar="DIR", help="Write sources for dbt into DIR (a models folder).", show_default=False
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("publish", short_help="Publish the golden tables to a database or a lake.")(publish)


def publish(  # noqa: PLR0913 - each is an option of the command line
    target: Target = None,
    run: Run = str(DEFAULT_RUN),
    schema: Schema = "sot",
    grant: Grant = None,
    dry_run: DryRun = False,
    despite: Despite = None,
    reason: Reason = None,
    dbt: Dbt = None,
    as_json: AsJson = False,
    project: Home = None,
) -> None:
    """Publish the golden tables of a finished run to a database or a lake, for BI and integrations.

    Only the difference is applied, in one transaction: readers see the old state or the new one. A run is refused if
    its files changed (sot verify), if a gate of severity blocker fails, or if a newer run is there already.
    """
    from datetime import UTC, datetime

    from sot import publish as stage
    from sot.cli.project_folder import open_project

    if target is None and dbt is None:
        raise UsageError("name a target, or a folder with --dbt", "see sot publish --help")
    if despite and not reason:
        raise UsageError("--despite needs a reason", "add --reason TEXT; it is kept in publish_log")
    if dbt is not None:
        for path in stage.write_dbt(dbt, schema):
            note(f"{path} written")
    if target is None:
        return
    home = open_project(project)
    request = stage.Request(
        stage.find_target(target), Path(run), home, datetime.now(UTC), schema, grant or [], dry_run,
        tuple(despite or ()), reason,
    )  # fmt: skip
    result = _published_from_lake(request, run) if is_address(run) else _published(request)
    if as_json:
        say_json(result.as_json())
    else:
        _show(result)


def _published(request: Request) -> Published:
    """Publish from the folder of a run, if its files are as they were, and its gates met."""
    from datetime import date

    from sot import publish as stage
    from sot.check import refusing

    run = request.run
    failed, known = refusing(run, request.project, date.today())
    _require_known(request.despite, known)
    _require_unchanged(run, request.project, request.despite)
    _require_met(str(run), failed, request.despite)
    return stage.publish(request)


def _published_from_lake(request: Request, address: str) -> Published:
    """Publish from an address, if the gates were met when the run was written there."""
    from sot import lake_results
    from sot import publish as stage
    from sot.model.addresses import shown
    from sot.rules.project import load_settings

    settings = load_settings(request.project).engine
    with lake_results.brought_back(settings, address, request.project.folder) as brought:
        _require_known(request.despite, brought.known)
        _require_met(shown(address), brought.failed, request.despite)
        return stage.publish(replace(request, run=brought.run, project=brought.project))


def _require_known(despite: Sequence[str], known: Collection[str]) -> None:
    from sot.publish import OLDER_RUN

    for name in despite:
        if name not in ("verify", OLDER_RUN, *known):
            raise UsageError(
                f"--despite {name}: there is no such gate", f"gates are {', '.join(sorted(known))}"
            )


def _require_unchanged(run: Path, home: Project, despite: Sequence[str]) -> None:
    """Raise GateError if the files of the run changed, unless overruled."""
    from sot import compare
    from sot.read import files_in

    changed = [finding for finding in compare.verify(run, home, files_in) if finding.state != "same"]
    if changed and "verify" not in despite:
        first = changed[0]
        raise GateError(
            f"{run}: {counted(len(changed), 'file')} changed since the run was made, such as {first.name} "
            f"({first.state})",
            "run sot dedupe again; to publish it nevertheless: --despite verify --reason TEXT",
        )


def _require_met(run: str, failed: Collection[str], despite: Sequence[str]) -> None:
    """Raise GateError if a gate of severity blocker fails, unless overruled."""
    refused = sorted(set(failed) - set(despite))
    if refused:
        where = "of that run" if is_address(run) else run
        raise GateError(
            f"{run}: gates not met: {', '.join(refused)}; nothing was published",
            f"sot check {where} shows them; to publish nevertheless: --despite {refused[0]} --reason TEXT",
        )


def _show(result: Published) -> None:
    """Print the statements and the rows of each table that changed, then the total."""
    for statement in result.ddl if result.dry_run else ():
        say(f"{statement};")
    if result.dry_run and result.ddl:
        say("")
    width = max(len(change.table) for change in result.changes)
    say(f"{'table':<{width}}  {'inserted':>10}  {'updated':>10}  {'deleted':>10}")
    for change in result.changes:
        say(f"{change.table:<{width}}  {change.inserted:>10,}  {change.updated:>10,}  {change.deleted:>10,}")
    say("")
    rows = f"{counted(result.rows, 'row')} {'would change' if result.dry_run else 'changed'}"
    say(f"{rows} in {result.target}, schema {result.schema}")
