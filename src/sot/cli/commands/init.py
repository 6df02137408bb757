"""`sot init`: write down what sot worked out, so that a person can correct it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sot.cli.console import note, say
from sot.errors import InputError, UsageError


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("init", short_help="Write a first sot.yaml from exports, for you to edit.")(init)


def init(
    paths: Annotated[
        list[str],
        typer.Argument(metavar="[SYSTEM=]PATH", help="Export files, or folders of them.", show_default=False),
    ],
    project: Annotated[Path, typer.Option(metavar="DIR", help="The folder to write sot.yaml into.")] = Path(),
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing sot.yaml.")] = False,
) -> None:
    """Write sot.yaml with the systems, files, columns and formats that sot recognised; you can correct them.

    Later runs in that folder use it. A JSON Schema is written next to it, so that editors complete and check keys.
    """
    from sot.cli.commands.dedupe import input_spec
    from sot.model.counts import counted
    from sot.read import advice, survey_exports
    from sot.read.reports.project_file import project_file, schema
    from sot.rules import Rulebook
    from sot.rules.project import Settings
    from sot.workspace.project import PROJECT_FILE, SCHEMA, Project
    from sot.workspace.safe_write import write_whole

    if not project.is_dir():
        raise UsageError(f"{project}: there is no such folder", "make it first")
    target = project / PROJECT_FILE
    if target.exists() and not force:
        raise UsageError(f"{target} exists already, so it was kept", "edit it, or replace it with --force")
    rules = Rulebook(Project(project).rules)
    imported = survey_exports([input_spec(path) for path in paths], rules, Settings())
    errors = [f"{source.path}: {source.error}" for source in imported.sources if source.error]
    if len(errors) == len(imported.sources):
        hint = advice((source.path, source.error) for source in imported.sources)
        raise InputError(
            "\n".join(errors) or f"there is no export in {', '.join(paths)}",
            (hint or "name exports, or a folder that contains some") + "\nsot.yaml was not written",
        )
    write_whole(target, project_file(imported, rules, project).encode())
    write_whole(project / SCHEMA, schema().encode())
    say(str(target))
    doubts = sum(len(source.warnings) for source in imported.sources)
    files = counted(len(imported.sources), "file or sheet", "files and sheets")
    note(f"{files}, {counted(doubts, 'note')} to read in it")
    for error in errors:
        note(f"not read: {error}")
