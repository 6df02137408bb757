"""Everything that `sot` prints goes out here, so that nothing in the data works on the terminal."""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TextIO

from sot.model.safe import clean_lines, escaped

if TYPE_CHECKING:
    from rich.console import Console


def show(text: str) -> None:
    """Print a text of our own on stdout; nothing has to be imported for that."""
    if sys.stdout is not None:  # which it is where the shell closed it
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()


def say(text: object) -> None:
    """Print lines for people on stdout."""
    import typer

    typer.echo(clean_lines(text))


def note(text: object) -> None:
    """Print lines on stderr: what goes on, also if nobody reads it any more."""
    import typer

    from sot.model.addresses import masked

    with suppress(BrokenPipeError):
        typer.echo(masked(clean_lines(text)), err=True)


def say_json(value: Any) -> None:
    """Print JSON on stdout, in characters that stdout can take."""
    import typer

    text = json.dumps(value, ensure_ascii=not _is_unicode(sys.stdout), indent=2)
    typer.echo(escaped(text))


def pass_on(text: str) -> None:
    """Print what is written for a program: JSON stays the same JSON, other forms are made safe to show."""
    import typer

    if text.startswith(("{", "[")):
        say_json(json.loads(text))
    else:
        typer.echo(clean_lines(text), nl=False)


def screen(file: TextIO | None = None, width: int | None = None, soft_wrap: bool = False) -> Console:
    """Give a console for tables and colours, on stdout unless `file` is another; it takes text as it stands."""
    from sot.cli.safe_console import Screen

    return Screen(
        file=file or sys.stdout, width=width, highlight=False, markup=False, emoji=False, soft_wrap=soft_wrap
    )


def keep_printing() -> None:
    """Let a terminal or file of few characters have `?` for the others, where an error would end the run."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure") and not _is_unicode(stream):
            stream.reconfigure(errors="replace")


def _is_unicode(stream: TextIO) -> bool:
    return (getattr(stream, "encoding", None) or "utf-8").lower().replace("-", "").startswith("utf")
