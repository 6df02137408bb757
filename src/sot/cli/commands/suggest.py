"""`sot rules suggest`: what the answers of stewards teach, for a person to accept into the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from sot.cli.console import note, say
from sot.cli.steward_options import DEFAULT_RUN, Home, RunFolder, Steward, user_name
from sot.errors import UsageError
from sot.model.counts import counted
from sot.model.shares import percent

if TYPE_CHECKING:
    import polars as pl

    from sot.review.learning.suggest_rules import Proposal
    from sot.review.run_reader import FinishedRun
    from sot.rules import Rulebook
    from sot.rules.review import AnswerRule, Mining
    from sot.workspace.project import Project


Accept = Annotated[
    list[int] | None,
    typer.Option(metavar="N", help="Accept the proposal with this number; repeatable."),
]
Apply = Annotated[
    bool, typer.Option("--apply", help="Apply previously accepted rules to the open questions.")
]


def register(app: typer.Typer) -> None:
    """Add the command to `sot rules`."""
    for group in app.registered_groups:
        if group.name == "rules" and group.typer_instance is not None:
            group.typer_instance.command("suggest", short_help="Propose rules from the answers of stewards.")(
                suggest
            )


def suggest(
    run: RunFolder = DEFAULT_RUN,
    accept: Accept = None,
    apply: Apply = False,
    steward: Steward = None,
    project: Home = None,
) -> None:
    """Propose rules and thresholds from what stewards answered; nothing changes unless you accept it.

    An accepted rule goes into rules/review/answers.yaml of the project and answers the open questions that it
    fits, as decisions that can be seen and taken back.
    """
    from sot.cli.project_folder import open_project
    from sot.decision_log import findings, load
    from sot.review.learning import answered_pairs
    from sot.review.learning.suggest_rules import propose
    from sot.review.run_reader import FinishedRun
    from sot.rules import Rulebook
    from sot.rules.review import ANSWERS, AnswerRules, Mining

    place, finished = open_project(project), FinishedRun(run)
    rules = Rulebook(place.rules)
    mining = rules.get("review/suggest.yaml", Mining)
    known = findings(load(place.decisions))
    answered, waiting = answered_pairs.answered(finished, known), answered_pairs.waiting(finished, known)
    proposals = propose(answered, waiting, answered_pairs.comparisons(finished), mining)
    chosen = list(rules.get(ANSWERS, AnswerRules).rules) if apply else []
    if accept:
        new = _accepted(proposals, accept, steward or user_name())
        _write(place, rules, new)
        chosen += new
    elif not apply:
        _show(proposals, answered.height, waiting.height)
        _calibrate(place, finished, answered, mining)
    if chosen:
        _apply(place, finished, chosen, steward or user_name())


def _accepted(proposals: list[Proposal], numbers: list[int], steward: str) -> list[AnswerRule]:
    from sot.review.learning.suggest_rules import accepted
    from sot.review.session import now

    wrong = [str(number) for number in numbers if not 1 <= number <= len(proposals)]
    if wrong:
        raise UsageError(
            f"there is no proposal {', '.join(wrong)}", "sot rules suggest lists them with their numbers"
        )
    return [accepted(proposals[number - 1], steward, now()[:10]) for number in sorted(set(numbers))]


def _write(place: Project, rules: Rulebook, new: list[AnswerRule]) -> None:
    from sot.review.learning.suggest_rules import as_yaml
    from sot.rules.review import ANSWERS, AnswerRules
    from sot.workspace.safe_write import write_whole

    known = {rule.name: rule for rule in rules.get(ANSWERS, AnswerRules).rules}
    known |= {rule.name: rule for rule in new}
    text = rules.path(ANSWERS).read_text(encoding="utf-8")
    head = "".join(line for line in text.splitlines(keepends=True) if line.startswith("#"))
    path = place.folder / "rules" / ANSWERS
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, as_yaml(known.values(), head).encode())
    note(f"{counted(len(new), 'rule')} accepted into {path}")


def _apply(place: Project, finished: FinishedRun, chosen: list[AnswerRule], steward: str) -> None:
    from sot.decision_log import append, findings, fingerprints, load
    from sot.review.answers import Stamp
    from sot.review.learning import answered_pairs
    from sot.review.learning.suggest_rules import apply
    from sot.review.session import now

    waiting = answered_pairs.waiting(finished, findings(load(place.decisions)))
    keys = [
        (s, i) for side in "lr" for s, i in waiting.select(f"system_{side}", f"record_id_{side}").iter_rows()
    ]
    stamp = Stamp(steward, now(), fingerprints(finished.records(keys), keys))
    made = apply(chosen, waiting, stamp)
    append(place.decisions, made)
    text = f"{counted(len(made), 'question')} answered by {counted(len(chosen), 'rule')}"
    note(f"{text}; the next sot dedupe applies it")


def _show(proposals: list[Proposal], answers: int, waiting: int) -> None:
    settled = f"{counted(answers, 'pair is', 'pairs are')} settled by answers"
    say(f"{settled}, {counted(waiting, 'question is', 'questions are')} open")
    if not proposals:
        say("no rule: no evidence got the same answer often enough (see rules/review/suggest.yaml)")
    for number, proposal in enumerate(proposals, 1):
        say(f"{number:>3}  {proposal.words}")
        against = f"{proposal.against} against" if proposal.against else "none against"
        text = f"{proposal.support} answers say so, {against} (at least {percent(proposal.at_least, 0)} of such pairs)"
        say(
            f"     {text}; settles {counted(proposal.questions, 'question')} in {counted(proposal.cases, 'case')}"
        )


def _calibrate(place: Project, finished: FinishedRun, answered: pl.DataFrame, mining: Mining) -> None:
    from sot.evaluation.blind_sample import read_plan
    from sot.review.learning.answered_pairs import to_calibrate
    from sot.review.learning.calibration import calibrate

    least, bands = mining.calibration_answers, finished.bands
    calibrated = to_calibrate(answered, read_plan(place.folder), bands["auto"], least)
    calibration = calibrate(calibrated, least, mining.beliefs)
    if calibration is None:
        say(f"no calibration: it needs {least} answers or more")
        return
    text = "on pairs without contradiction: model -> answers"
    say(f"calibration from {calibration.answers:,} answers {text}")
    for part in calibration.bins:
        text = f"{part.predicted:.2f} -> {part.was:.2f}"
        say(f"     {part.low:.2f}-{part.high:.2f}  {part.answers:>5} answers   {text}")
    for name, value in bands.items():
        if value < calibration.highest:
            better = calibration.threshold(value)
            say(f"     band {name}: {value:.3f} is reached at {better:.3f} (rules/matching/policy.yaml)")
    if bands["auto"] >= calibration.highest:
        say("     for the band auto, answer a blind sample: sot review --sample 200")
