"""`sot evaluate`: hold a finished run against a truth."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sot.cli.console import say, say_json
from sot.errors import UsageError
from sot.model.counts import counted
from sot.model.shares import percent

if TYPE_CHECKING:
    from sot.evaluation.against_truth import Evaluation
    from sot.evaluation.handoffs_truth import HandoffScores
    from sot.evaluation.score import Counts, Score


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("evaluate", short_help="Score a run against a truth, or against judged pairs.")(evaluate)


def evaluate(
    run: Annotated[
        Path, typer.Argument(metavar="RUN", help="The folder that `sot dedupe` wrote, or a crosswalk file.")
    ],
    truth: Annotated[
        Path | None,
        typer.Option(
            metavar="PATH",
            help="A CSV with the columns system, record_id, entity_id, or a truth folder with links, handoffs "
            "and BI reasons too.",
            show_default=False,
        ),
    ] = None,
    pairs: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="A CSV of judged pairs: system_l, record_id_l, system_r, record_id_r, label (1 or 0).",
            show_default=False,
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Score a finished run against a truth: pairs, customers, links and exceptions."""
    from sot.evaluation.against_truth import evaluate_pairs, evaluate_truth

    if truth is not None and pairs is None:
        scores = evaluate_truth(run, truth)
    elif pairs is not None and truth is None:
        scores = evaluate_pairs(run, pairs)
    else:
        raise UsageError(
            "sot evaluate needs a truth or judged pairs, and not both", "add --truth PATH or --pairs FILE"
        )
    if as_json:
        say_json(scores.plain())
    else:
        say("\n".join(_lines(scores)))


def _lines(scores: Evaluation) -> list[str]:
    what = "judged pairs" if scores.b_cubed is None else "records"
    lines = [f"{what:<24}{scores.records:>12,}"]
    if scores.missing:
        lines.append(f"{'not in this run':<24}{scores.missing:>12,}   each counts as a customer of its own")
    if scores.b_cubed is not None and scores.exactly_right is not None:
        largest = counted(scores.largest or 0, "record")
        lines += [
            f"{'customers in the truth':<24}{scores.entities:>12,}",
            f"{'customers in this run':<24}{scores.customers:>12,}   the largest has {largest}",
            f"{'exactly right':<24}{percent(scores.exactly_right):>12}   of the customers in the truth",
        ]
    lines += ["", f"{'':<24}{'precision':>12}{'recall':>12}{'F1':>12}", _score("pairs", scores.pairs)]
    if scores.b_cubed is not None:
        lines.append(_score("B-cubed", scores.b_cubed))
    for band, links in sorted((scores.bands or {}).items()):
        if links.precision is not None:
            lines.append(
                f"{'links, ' + band:<24}{links.precision:>12.4f}{'':>24}   {links.right:,} of {links.links:,}"
            )
    if scores.handoffs is not None:
        lines += _documents(scores.handoffs)
    return lines


def _documents(scores: HandoffScores) -> list[str]:
    from sot.evaluation.handoffs_truth import total

    lines: list[str] = []
    for title, counts in (
        ("links of documents", scores.links),
        ("exceptions", scores.exceptions),
        ("BI reasons", scores.bi),
    ):
        if counts is None:
            continue
        lines += ["", f"{title:<24}{'precision':>12}{'recall':>12}{'F1':>12}", _counted("all", total(counts))]
        lines += [_counted(kind, each) for kind, each in sorted(counts.items())]
    if scores.false_per_100_deals is not None:
        lines += ["", f"{'false exceptions':<24}{scores.false_per_100_deals:>12.1f}   per 100 deals"]
    if scores.other_kinds:
        lines.append(
            f"{'of other kinds':<24}{scores.other_kinds:>12,}   exceptions that this truth does not judge"
        )
    return lines


def _counted(name: str, counts: Counts) -> str:
    return f"{_score(name, counts.score)}   {counts.right:,} right, {counts.wrong:,} wrong, {counts.missed:,} missed"


def _score(name: str, score: Score) -> str:
    return f"{name:<24}{score.precision:>12.4f}{score.recall:>12.4f}{score.f1:>12.4f}"
