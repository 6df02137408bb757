"""`sot decide`: write down verdicts, one from the command line or many from a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sot.cli.console import note, say
from sot.cli.steward_options import DEFAULT_RUN, Home, Steward, user_name
from sot.errors import UsageError
from sot.model.counts import counted

if TYPE_CHECKING:
    from sot.model.decisions import Decision
    from sot.review.import_decisions import Line
    from sot.review.run_reader import FinishedRun

Words = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="VERDICT RECORD RECORD",
        help="Verdict (same, related, different, unsure), then the records, each as SYSTEM:ID.",
        show_default=False,
    ),
]
File = Annotated[
    Path | None,
    typer.Option(
        metavar="CSV",
        help="Many verdicts, with the columns verdict, system_l, record_id_l, system_r, record_id_r.",
        show_default=False,
    ),
]
Revoke = Annotated[str | None, typer.Option(metavar="ID", help="Revoke a decision.", show_default=False)]
Reason = Annotated[str | None, typer.Option(metavar="TEXT", help="Why.", show_default=False)]
Kind = Annotated[
    str | None,
    typer.Option(
        metavar="KIND", help="For related: parent (the first record is the parent), group or branch."
    ),
]
Run = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="The finished run with the records.  [default: sot-out if it is there]"),
]


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("decide", short_help="Record verdicts from the command line or a file.")(decide)


def decide(  # noqa: PLR0913 - each is an option of the command line
    words: Words = None,
    file: File = None,
    revoke: Revoke = None,
    reason: Reason = None,
    relation: Kind = None,
    steward: Steward = None,
    run: Run = None,
    project: Home = None,
) -> None:
    """Record a verdict: records are one customer, related or different. The next run applies it.

    A file is imported as a whole or not at all.
    """
    from sot.cli.project_folder import open_project
    from sot.decision_log import append, findings, in_force, load
    from sot.review.import_decisions import contradictions, read_csv, to_decisions
    from sot.review.session import now

    if sum(map(bool, (words, file, revoke))) != 1:
        raise UsageError("give one of: a verdict with records, --file, --revoke", "see sot decide --help")
    log = open_project(project).decisions
    known = load(log)
    who = steward or user_name()
    if revoke:
        made = [_revocation(known, revoke, who, reason)]
    else:
        lines = read_csv(file) if file else [_line(words or [], relation, reason)]
        made = to_decisions(lines, who, now(), in_force(known), _finished(run))
        skipped = len(lines) - len(made)
        if skipped:
            note(f"{skipped} already written before, or twice in the file")
    append(log, made)
    for decision in made:
        say(decision.id)
    note(f"{counted(len(made), 'decision')} written to {log}; the next sot dedupe applies it")
    for group in contradictions(findings(known), findings([*known, *made])):
        note(f"warning: these decisions contradict one another: {', '.join(group)}")


def _line(words: list[str], relation: str | None, reason: str | None) -> Line:
    from sot.model.kinds import Verdict
    from sot.review.cases import record_key
    from sot.review.import_decisions import Line
    from sot.rules.error_text import did_you_mean

    verdict, *records = words
    if verdict not in set(Verdict):
        meant = did_you_mean(verdict, list(Verdict))
        raise UsageError(
            f"{verdict}: this is not one of {', '.join(Verdict)}{meant}",
            "write the verdict, then the records",
        )
    wrong = [text for text in records if ":" not in text]
    if wrong:
        raise UsageError(
            f"{wrong[0]}: this is not a record", "write records as SYSTEM:ID, such as salesforce:0013000001"
        )
    return Line("command line", verdict, tuple(map(record_key, records)), None, reason, relation)


def _finished(run: Path | None) -> FinishedRun | None:
    from sot.review.run_reader import FinishedRun

    if run is None and not (DEFAULT_RUN / "manifest.json").is_file():
        note("no finished run here, so the records are not checked (see --run)")
        return None
    return FinishedRun(run or DEFAULT_RUN)


def _revocation(known: list[Decision], id_: str, steward: str, reason: str | None) -> Decision:
    from dataclasses import replace

    from sot.review.answers import Stamp
    from sot.review.session import now

    revoked = next((decision for decision in known if decision.id == id_), None)
    if revoked is None:
        raise UsageError(f"there is no decision {id_}", "its id is in decisions.jsonl")
    return replace(Stamp(steward, now(), {}).revocation(revoked), reason=reason)
