"""`sot profile`: the quality of raw exports, before anything is merged."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sot.cli.console import say_json, screen
from sot.errors import InputError

if TYPE_CHECKING:
    from sot.profile import Profile


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("profile", short_help="Show the data quality of exports, column by column.")(profile)


def profile(
    paths: Annotated[
        list[str],
        typer.Argument(metavar="[SYSTEM=]PATH", help="Export files, or folders of them.", show_default=False),
    ],
    project: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where sot.yaml and rules are.  [default: nearest]")
    ] = None,
    page: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Also write a page with small charts.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print every figure as JSON.")] = False,
) -> None:
    """Show the data quality of raw exports: filled, valid and damaged values of each column, and spellings.

    Nothing is merged, and nothing is changed. Ends with exit code 3 if a file can't be
    read, or if there is none to read.
    """

    from sot import pipeline
    from sot.cli.commands.dedupe import input_spec
    from sot.cli.project_folder import open_project
    from sot.cli.views.profile import show
    from sot.profile import plain

    figures = pipeline.profile([input_spec(path) for path in paths], open_project(project))
    if all(source.error for source in figures.sources):
        _no_errors(figures)
    if page is not None:
        _write(page, figures)
    if as_json:
        say_json(plain(figures))
    else:
        console = screen()
        console.width = min(console.width, 120) if console.is_terminal else 120
        show(console, figures, page)
    _no_errors(figures)


def _write(page: Path, figures: Profile) -> None:
    from sot.profile import render
    from sot.workspace.safe_write import write_whole

    write_whole(page, render(figures).encode())


def _no_errors(figures: Profile) -> None:
    from sot.read import advice

    errors = [f"{source.name}: {source.error}" for source in figures.sources if source.error]
    if errors:
        raise InputError("\n".join(errors), advice((source.path, source.error) for source in figures.sources))
    if not figures.sources:
        reasons = [f"  {path}: {reason}" for path, reason in figures.ignored]
        raise InputError(
            "\n".join(["there is no export to profile", *reasons]),
            "name exports, or a folder that contains some",
        )
