"""`sot completion`: a script with which the shell completes commands and options."""

from __future__ import annotations

from typing import Annotated

import typer

from sot.cli.console import say
from sot.cli.process import COMPLETING
from sot.errors import UsageError

SHELLS = ("bash", "zsh", "fish", "powershell", "pwsh")


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("completion", short_help="Print a completion script for your shell.")(completion)


def completion(
    shell: Annotated[
        str, typer.Argument(metavar="SHELL", help=f"One of {', '.join(SHELLS)}.", show_default=False)
    ],
) -> None:
    """Print a script that completes commands and options of sot in your shell.

    For bash: put  eval "$(sot completion bash)"  into ~/.bashrc.
    """
    from typer.completion import get_completion_script  # type: ignore[attr-defined]

    if shell not in SHELLS:
        raise UsageError(f"{shell}: no script for this shell", f"shells are {', '.join(SHELLS)}")
    say(get_completion_script(prog_name="sot", complete_var=COMPLETING, shell=shell))
