"""`sot verify`: do inputs, rules, decisions and outputs still hash to what the manifest says?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sot.cli.console import say, say_json
from sot.errors import GateError
from sot.model.counts import counted


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("verify", short_help="Check that inputs, rules and outputs are unchanged.")(verify)


def verify(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a finished run.")] = Path(
        "sot-out"
    ),
    project: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The project folder.  [default: nearest]")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print every file with its state.")] = False,
) -> None:
    """Check that inputs, rules, decisions and outputs are unchanged since the run; exit code 1 if anything differs."""
    from collections import Counter
    from dataclasses import asdict

    from sot.cli.project_folder import open_project
    from sot.compare import verify as check
    from sot.read import files_in

    findings = check(run, open_project(project), files_in)
    wrong = [finding for finding in findings if finding.state != "same"]
    if as_json:
        say_json([asdict(finding) for finding in findings])
    else:
        for finding in wrong:
            say(f"{finding.state}  {finding.part}  {finding.name}")
        same = Counter(finding.part for finding in findings if finding.state == "same")
        say("unchanged: " + (", ".join(f"{n} {part}" for part, n in sorted(same.items())) or "nothing"))
    if wrong:
        raise GateError(
            f"{run}: {counted(len(wrong), 'file is', 'files are')} not what the manifest says",
            "run sot dedupe again, or bring the files of that run back",
        )
