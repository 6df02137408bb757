"""`sot accuracy`: precision and recall of a run's customers, from the answers to its blind sample."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from sot.cli.console import note, say, say_json
from sot.cli.steward_options import DEFAULT_RUN, Home, RunFolder
from sot.errors import UsageError
from sot.model.counts import counted
from sot.model.shares import percent

if TYPE_CHECKING:
    from sot.evaluation.blind_sample import Accuracy, Estimate


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("accuracy", short_help="Estimate precision and recall from a blind sample.")(accuracy)


def accuracy(
    run: RunFolder = DEFAULT_RUN,
    project: Home = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write the figures to stdout as JSON.")] = False,
) -> None:
    """Estimate precision and recall of a run, with 95 % intervals, from its blind sample (sot review --sample N).

    Precision: the share of joined pairs of records that are one customer. Recall: the share of pairs of one
    customer that the run joins; pairs less likely than 1 % are not sampled.
    """
    from dataclasses import asdict

    from sot.cli.project_folder import open_project
    from sot.decision_log import findings, load
    from sot.evaluation.blind_sample import fingerprint, judge, read_plan
    from sot.review.cases import DecisionState
    from sot.review.run_reader import FinishedRun
    from sot.workspace.project import SAMPLE

    place, finished = open_project(project), FinishedRun(run)
    plan = read_plan(place.folder)
    if plan is None:
        raise UsageError(
            f"{place.folder / SAMPLE}: no sample has been drawn yet",
            f"sot review {quote(str(run))} --sample 200",
        )
    if plan["run"][0] != fingerprint(finished.folder):
        raise UsageError(
            f"the sample in {place.folder / SAMPLE} was drawn from another run than {run}",
            f"draw one of this run: sot review {quote(str(run))} --sample {plan.height}",
        )
    decisions = load(place.decisions)
    figures = judge(plan, findings(decisions), map(frozenset, DecisionState.of(decisions).unsure))
    if as_json:
        say_json(asdict(figures))
    else:
        _show(figures)


def _show(figures: Accuracy) -> None:
    say(f"precision  {_words(figures.precision)}")
    say(f"recall     {_words(figures.recall)}")
    for stratum in figures.strata:
        judged = f"{stratum.judged:>4} judged, {stratum.same:>4} same"
        say(f"  {stratum.name:<36} {stratum.population:>9,} pairs, {judged}")
    if figures.waiting or figures.unsure:
        waiting = counted(figures.waiting, "pair is", "pairs are")
        note(f"of the sample, {waiting} not answered yet, {figures.unsure:,} unsure")


def _words(estimate: Estimate) -> str:
    if estimate.value is None:
        return "not known yet: some kinds of pairs have no answer"
    return f"{percent(estimate.value)}  (95 % interval {percent(estimate.low)} to {percent(estimate.high)})"
