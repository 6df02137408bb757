"""`sot review`: settle what is in doubt, in the terminal, in the browser or in Excel."""

from __future__ import annotations

import sys
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from sot.cli.console import note, say
from sot.cli.steward_options import DEFAULT_RUN, Home, RunFolder, Steward, user_name
from sot.errors import UsageError
from sot.model.counts import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from sot.model.decisions import Decision
    from sot.review.session import Board
    from sot.workspace.project import Project

HIGHEST_PORT = 65_535
NO_EXTRA = "this command needs the extra 'review'"
INSTALL = "pip install 'sot-dedupe[review]'"


Only = Annotated[
    str,
    typer.Option(
        "--filter",
        metavar="TEXT",
        help="Only matching cases, for example 'system:netsuite kind:vetoed acme'.",
    ),
]
Sample = Annotated[
    int | None,
    typer.Option(metavar="N", min=1, help="Answer a blind random sample of N pairs, for sot accuracy."),
]
Second = Annotated[
    bool, typer.Option("--second", help="Review the cases of others again, without seeing their answers.")
]
Web = Annotated[bool, typer.Option("--web", help="Review in the browser.")]
Listen = Annotated[
    str, typer.Option(metavar="HOST:PORT", help="For --web: address to listen on; port 0 picks a free one.")
]
Reviewers = Annotated[
    str | None,
    typer.Option(metavar="NAMES", help="For --web: a link for each of these names, separated by commas."),
]
Export = Annotated[
    Path | None, typer.Option(metavar="XLSX", help="Write the open cases to a workbook to be filled in.")
]
Import = Annotated[
    Path | None, typer.Option("--import", metavar="XLSX", help="Import the answers from such a workbook.")
]


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("review", short_help="Review uncertain matches in a terminal, a browser or Excel.")(review)


def review(  # noqa: PLR0913 - each is an option of the command line
    run: RunFolder = DEFAULT_RUN,
    project: Home = None,
    steward: Steward = None,
    only: Only = "",
    sample: Sample = None,
    second: Second = False,
    web: Web = False,
    listen: Listen = "127.0.0.1:0",
    reviewers: Reviewers = None,
    export: Export = None,
    import_: Import = None,
) -> None:
    """Review uncertain matches one at a time, highest impact first.

    Every answer is saved to decisions.jsonl of the project at once. The next sot dedupe applies it.
    """
    if sum(map(bool, (web, export, import_))) > 1:
        raise UsageError("choose one of --web, --export and --import")
    if sample and second:
        raise UsageError("choose one of --sample and --second")
    who = steward or user_name()
    board = _board(run, project, sample, second)
    if board.torn:
        note(f"the last line of {board.log} was unfinished (a crash?) and is left out")
    blind = bool(sample or second)
    if export:
        _export(board, export, only, who, blind)
    elif import_:
        _import(board, import_, who, blind)
    elif web:
        _web(board, listen, [name.strip() for name in (reviewers or who).split(",") if name.strip()], blind)
    else:
        _terminal(board, who, only, blind)
    if second:
        _tell_agreement(board)


def _board(run: Path, project: Path | None, sample: int | None, second: bool) -> Board:
    from functools import partial

    from sot.cli.project_folder import open_project
    from sot.review.cases import queue
    from sot.review.run_reader import FinishedRun
    from sot.review.sample import sample_cases
    from sot.review.second_opinion import second_cases
    from sot.review.session import Board

    finished, place = FinishedRun(run), open_project(project)
    seen = partial(_preview, place)
    if sample:
        return Board(finished, place.decisions, partial(sample_cases, place.folder, sample), seen)
    if second:
        return Board(finished, place.decisions, second_cases, seen)
    return Board(finished, place.decisions, queue, seen)


def _preview(
    place: Project, records: pl.DataFrame, decisions: Sequence[Decision]
) -> dict[str, tuple[str, str]]:
    from sot.resolve.preview import preview
    from sot.rules import Rulebook
    from sot.rules.project import load_settings

    return preview(records, decisions, load_settings(place), Rulebook(place.rules))


def _terminal(board: Board, who: str, only: str, blind: bool) -> None:
    from sot.review.session import Session

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("this is not a terminal", "use --web, or --export and --import")
    try:
        from sot.review.terminal.app import run
    except ModuleNotFoundError as error:
        raise UsageError(f"{NO_EXTRA}: there is no {error.name}", INSTALL) from error
    session = Session(board, who, blind)
    run(session, only)
    left = session.progress()
    whole = left.settled + left.open + left.unsure
    note(f"{left.settled:,} of {counted(whole, 'case')} settled; the next sot dedupe applies the answers")


def _web(board: Board, listen: str, names: list[str], blind: bool) -> None:
    try:
        from sot.review.web.server import serve
    except ModuleNotFoundError as error:
        raise UsageError(f"{NO_EXTRA}: there is no {error.name}", INSTALL) from error

    host, _, port = listen.rpartition(":")
    if not host or not port.isdecimal() or int(port) > HIGHEST_PORT:
        raise UsageError(f"--listen {listen}: write HOST:PORT, such as 127.0.0.1:8000")

    def tell(links: dict[str, str]) -> None:
        for name, link in links.items():
            say(f"{name}: {link}")
        note("Give each reviewer only their own link. Ctrl-C ends; every answer is saved.")

    serve(board, (host.strip("[]"), int(port)), names, blind, tell)


def _export(board: Board, path: Path, only: str, who: str, blind: bool) -> None:
    from sot.review.excel.export import export
    from sot.review.filters import parse
    from sot.review.session import Session

    written, waiting = export(Session(board, who, blind), parse(only), path)
    if not waiting:
        raise UsageError(
            "no open case fits, so there is nothing to export", "leave out --filter, or widen it"
        )
    note(f"{written:,} of {counted(waiting, 'case')} written to {path}")
    note(f"fill in the column verdict, then: sot review --import {quote(str(path))}")


def _import(board: Board, path: Path, who: str, blind: bool) -> None:
    from sot.model.safe import clean
    from sot.review.case_detail import Detail
    from sot.review.excel.import_answers import take
    from sot.review.merging import changes
    from sot.review.session import Session

    session, merged = Session(board, who, blind), list[Detail]()
    made = take(session, path, merged)
    them = "it" if len(made) == 1 else "them"
    note(f"{counted(len(made), 'decision')} taken from {path}; the next sot dedupe applies {them}")
    lines = [
        f"  {clean(shown.case.names)}: {field}: {clean(before) or 'nothing'} → {clean(after)}"
        for shown in ([] if blind else merged)
        for field, before, after in changes(session, shown)
    ]
    for line in dict.fromkeys(lines):  # two cases may be of one customer
        note(line)


def _tell_agreement(board: Board) -> None:
    from sot.review.second_opinion import agreement, words

    note(
        "\n".join(map(words, agreement(board.decisions())))
        or "no two stewards have decided the same pair yet"
    )
