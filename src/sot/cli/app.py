"""The command `sot`: its sub-commands, in the order in which a person meets them."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated

import typer
from typer.core import TyperGroup
from typer.main import get_command

COMMANDS = (
    "dedupe", "inspect", "profile", "init", "demo",
    "review", "decide", "accuracy", "rules", "suggest",
    "check", "drift", "trend", "diff", "explain", "verify", "evaluate",
)  # fmt: skip


def command() -> TyperGroup:
    """Build the command with all its sub-commands; each imports its stage only when it is run."""
    app = typer.Typer(
        name="sot",
        help="Make one trusted customer list out of the account exports of a company's systems.",
        epilog="Start with: sot dedupe FOLDER   (sot demo FOLDER makes one to try it on)",
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    app.callback()(_root)
    for name in COMMANDS:
        import_module(f"sot.cli.{name}").register(app)
    built = get_command(app)
    assert isinstance(built, TyperGroup)
    return built


def _version(asked: bool) -> None:
    if asked:
        from sot import __version__

        typer.echo(f"sot {__version__}")
        raise typer.Exit


def _root(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_version, help="Show the version and exit.")
    ] = False,
) -> None:
    """Hold the options of `sot` itself."""
