"""How right `sot dedupe` is, with no configuration, on every labelled set that is at hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sot.demo import TRUTH, write_demo
from sot.evaluation.against_truth import Evaluation, evaluate_pairs, evaluate_truth
from tests.bench.measure import CommandFailed, Cost, measured
from tests.bench.sets import LabelledSet, write_sets
from tests.bench.tools import DEMO_RECORDS_PER_CUSTOMER, SOT, row

HEADER = ("set", "measure", "records", "P", "R", "F1", "B³ F1", "exactly right", "auto P", "largest", "s")


@dataclass(frozen=True)
class Result:
    """What a run on a set came to."""

    name: str
    measure: str
    found: Evaluation
    cost: Cost

    def cells(self) -> tuple[str, ...]:
        """Give the result as cells under HEADER."""
        found, auto = self.found, (self.found.bands or {}).get("auto")
        return (
            self.name,
            self.measure,
            f"{found.records:,}",
            f"{found.pairs.precision:.4f}",
            f"{found.pairs.recall:.4f}",
            f"{found.pairs.f1:.4f}",
            f"{found.b_cubed.f1:.4f}" if found.b_cubed else "",
            f"{found.exactly_right:.1%}" if found.exactly_right is not None else "",
            f"{auto.precision:.4f}" if auto and auto.precision is not None else "",
            str(found.largest or ""),
            f"{self.cost.seconds:.1f}",
        )


def table(work: Path, only: str, demo_records: tuple[int, ...]) -> Iterator[str]:
    """Give the lines of a Markdown table, each as soon as it is known; `only` is in the sets' names."""
    yield row(HEADER)
    yield row("---" for _ in HEADER)
    sets = [*write_sets(work / "sets"), *_demos(work / "sets", demo_records, only)]
    for labelled in sets:
        if only in labelled.name:
            yield from run(labelled, work)


def run(labelled: LabelledSet, work: Path) -> Iterator[str]:
    """Give a line for each truth of a set, or one that says why there is none."""
    folder = work / "runs" / labelled.name
    folder.mkdir(parents=True)
    try:
        cost = measured([SOT, "dedupe", labelled.exports, "--out", folder / "out", "--quiet"], folder)
    except CommandFailed as failure:
        yield row((labelled.name, str(failure).splitlines()[0], *("" for _ in HEADER[2:])))
        return
    if labelled.truth:
        yield row(
            Result(labelled.name, "records", evaluate_truth(folder / "out", labelled.truth), cost).cells()
        )
    if labelled.pairs:
        yield row(
            Result(
                labelled.name, "judged pairs", evaluate_pairs(folder / "out", labelled.pairs), cost
            ).cells()
        )


def _demos(folder: Path, sizes: tuple[int, ...], only: str) -> Iterator[LabelledSet]:
    for records in sizes:
        name = f"demo_{records}"
        if only in name:
            write_demo(folder / name / "exports", round(records / DEMO_RECORDS_PER_CUSTOMER), seed=1)
            (folder / name / "exports" / TRUTH / "truth.csv").rename(folder / name / "truth.csv")
            yield LabelledSet(name, folder / name)
