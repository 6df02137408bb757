"""What the commands for stewards share: their options, and who the person is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sot.errors import UsageError

DEFAULT_RUN = Path("sot-out")

RunFolder = Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a finished run.")]
Home = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Folder of decisions.jsonl.  [default: nearest with a sot.yaml]"),
]
Steward = Annotated[str | None, typer.Option(metavar="NAME", help="Who decides.  [default: your user name]")]


def user_name() -> str:
    """Give the name under which the person is logged in."""
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError) as error:
        raise UsageError("the name of the steward is not known", "give it with --steward NAME") from error
