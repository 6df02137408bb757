"""Time and peak memory of the whole `sot dedupe` process at growing sizes, beside straight Splink."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from sot.demo import TRUTH, write_demo
from sot.evaluation.against_truth import Evaluation, evaluate_truth
from tests.bench.measure import CommandFailed, Cost, measured
from tests.bench.tools import DEMO_RECORDS_PER_CUSTOMER, SOT, row

HEADER = (
    "records",
    "what",
    "s",
    "processor s",
    "peak GB",
    "pairs P",
    "pairs R",
    "pairs F1",
    "exactly right",
    "largest",
)


def table(work: Path, sizes: tuple[int, ...], straight_up_to: int) -> Iterator[str]:
    """Give the lines of a Markdown table, each as soon as it is known."""
    yield row(HEADER)
    yield row("---" for _ in HEADER)
    for records in sizes:
        yield from _at(work / f"speed_{records}", records, records <= straight_up_to)


def _at(folder: Path, records: int, with_straight: bool) -> Iterator[str]:
    exports = folder / "exports"
    folder.mkdir(parents=True)
    made = sum(write_demo(exports, round(records / DEMO_RECORDS_PER_CUSTOMER), seed=1).values())
    truth = exports / TRUTH / "truth.csv"
    ours = measured([SOT, "dedupe", exports, "--out", folder / "sot", "--quiet"], folder)
    yield _line(made, "sot dedupe", ours, evaluate_truth(folder / "sot", truth))
    if not with_straight:
        return
    crosswalk = folder / "straight.csv"
    try:
        theirs = measured(
            [sys.executable, "-m", "tests.bench.straight_splink", exports, crosswalk], Path.cwd()
        )
    except CommandFailed as failure:
        yield row((f"{made:,}", str(failure).splitlines()[-1], *("" for _ in HEADER[2:])))
        return
    yield _line(made, "straight Splink", theirs, evaluate_truth(crosswalk, truth))
    yield row(
        ("", "**straight Splink / sot**", f"**{theirs.seconds / ours.seconds:.1f}×**",
         f"**{theirs.processor_seconds / ours.processor_seconds:.1f}×**",
         f"**{theirs.peak_gigabytes / ours.peak_gigabytes:.1f}×**", *("" for _ in HEADER[5:]))
    )  # fmt: skip


def _line(records: int, what: str, cost: Cost, found: Evaluation) -> str:
    costs = (cost.seconds, cost.processor_seconds, cost.peak_gigabytes)
    pairs = (found.pairs.precision, found.pairs.recall, found.pairs.f1)
    return row(
        (
            f"{records:,}",
            what,
            *(f"{value:.2f}" for value in costs),
            *(f"{value:.4f}" for value in pairs),
            f"{found.exactly_right:.1%}",
            f"{found.largest:,}",
        )
    )
