"""The command `sot`: its sub-commands, in the order in which a person meets them."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperArgument, TyperGroup
from typer.main import get_command

from sot.cli.root_help import PURPOSE, START, WIDEST

COMMANDS = (
    "dedupe", "inspect", "profile", "init", "demo", "handoffs",
    "review", "decide", "accuracy", "rules", "suggest",
    "check", "drift", "trend", "diff", "explain", "verify", "publish", "evaluate", "completion",
)  # fmt: skip
_TOGETHER = {"rules": ("rules", "suggest")}
"""Commands below another one are added to it by modules of their own."""


def command(first: str = "") -> TyperGroup:
    """Build the command with the sub-command that the first argument names, or with all; each imports its stage late.

    To build all of them takes longer than many a command.
    """
    app = typer.Typer(
        name="sot",
        help=PURPOSE,
        epilog=START,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": WIDEST},
    )
    app.callback()(_root)
    below = {name for modules in _TOGETHER.values() for name in modules[1:]}
    alone = first in COMMANDS and first not in below
    for name in _TOGETHER.get(first, (first,)) if alone else COMMANDS:
        import_module(f"sot.cli.commands.{name}").register(app)
    built = get_command(app)
    assert isinstance(built, TyperGroup)
    _name_arguments(built)
    return built


class Argument(TyperArgument):
    """An argument as help shows it: by its name, without the Python type that typer puts beside it."""

    def display_type_rich(self, ctx: Any) -> str | None:
        """Give nothing: `<list[str]>` tells a person nothing."""
        return None

    def get_usage_pieces(self, ctx: Any) -> list[str]:
        """Give its name, in brackets if it may be left out."""
        name = (self.metavar or self.display_name_raw) + ("..." if self.nargs != 1 else "")
        return [name if self.required else f"[{name}]"]


def _name_arguments(its: Any) -> None:
    """Make each argument of a command, and of those below it, one that is named for people.

    Typer has no other way in: it builds parameters in a class of its own, whatever that of the command is.
    """
    for parameter in its.params:
        if isinstance(parameter, TyperArgument):
            parameter.__class__ = Argument
    for below in getattr(its, "commands", {}).values():
        _name_arguments(below)


def _version(asked: bool) -> None:
    if asked:
        from sot import __version__

        typer.echo(f"sot {__version__}")
        raise typer.Exit


def _root(
    version: Annotated[
        bool,
        typer.Option("--version", "-V", is_eager=True, callback=_version, help="Show the version and exit."),
    ] = False,
) -> None:
    """Hold the options of `sot` itself."""
