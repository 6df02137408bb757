"""`sot check`: hold a finished run to the gates."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sot.cli.stewards import DEFAULT_RUN, RunFolder
from sot.errors import GateError, UsageError

if TYPE_CHECKING:
    from sot.check import Outcome


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("check")(check)


def check(
    run: RunFolder = DEFAULT_RUN,
    project: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where sot.yaml and rules are.  [default: nearest]")
    ] = None,
    formats: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            metavar="FORMAT[=FILE]",
            help="json, junit, sarif, markdown or github; to FILE or stdout. May be given several times.",
        ),
    ] = None,
) -> None:
    """Hold a finished run to the gates of rules/quality/, for people and for CI.

    Ends with exit code 1 if a gate of severity blocker is not met; warnings are told.
    """
    from sot.check import FORMATS, check_run
    from sot.rules import Rulebook
    from sot.rules.project import load_settings
    from sot.rules.quality import load_gates
    from sot.workspace import find_project, write_whole

    wanted = [_format(text, tuple(FORMATS)) for text in formats or []]
    if sum(file is None for _, file in wanted) > 1:
        raise UsageError("only one format can go to stdout", "give the others a file: --format junit=out.xml")
    home = find_project(project or Path())
    outcomes = check_run(run, load_gates(Rulebook(home.rules), load_settings(home)))
    for name, file in wanted:
        text = FORMATS[name](outcomes)
        if file is None:
            typer.echo(text, nl=False)
        else:
            try:
                write_whole(file, text.encode())
            except OSError as error:
                raise UsageError(f"{file}: can't write there: {error.strerror}") from error
    if all(file is not None for _, file in wanted):
        _show(outcomes)
    failed = [one for one in outcomes if one.failed]
    if failed:
        names = ", ".join(sorted({one.gate.name for one in failed}))
        raise GateError(f"gates not met: {names}", f"see {run / 'conflicts.csv'} and {run / 'report.html'}")


def _format(text: str, known: tuple[str, ...]) -> tuple[str, Path | None]:
    name, _, file = text.partition("=")
    if name not in known or text.endswith("="):
        raise UsageError(
            f"--format {text}: not known", f"formats are {', '.join(known)}; write FORMAT or FORMAT=FILE"
        )
    return name, Path(file) if file else None


def _show(outcomes: list[Outcome]) -> None:
    for one in outcomes:
        state = "FAILED " if one.failed else "ok     " if one.met else "warning"
        typer.echo(f"{state}  {one.gate.name}  {one.system or 'all'}  {one.words}")
        if not one.met:
            typer.echo(f"         {one.gate.owner}: {one.gate.reason}")
            for example in one.examples:
                where = f"{example.source}:{example.row}  " if example.row else ""
                typer.echo(f"         {where}{example.record}")
