"""What a run costs step by step, by size and level of noise, beside straight and tuned Splink."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from sot.demo import TRUTH, Demo, write
from sot.evaluation.against_truth import evaluate_truth
from tests.bench.measure import CommandFailed, Cost, measured
from tests.bench.tools import DEMO_RECORDS_PER_CUSTOMER, row

SIZES = (10_000, 100_000)
NOISE = ("usual", "heavy")
PEERS = {"straight Splink": "tests.bench.straight_splink", "tuned Splink": "tests.bench.tuned_splink"}
HEADER = (
    "records", "noise", "what", "s", "processor s", "peak GB", "F1", "s to tuned", "processor s to tuned"
)  # fmt: skip


def table(work: Path, sizes: tuple[int, ...], noises: tuple[str, ...]) -> Iterator[str]:
    """Give the lines of a Markdown table, each as soon as it is known."""
    yield row(HEADER)
    yield row("---" for _ in HEADER)
    for records in sizes:
        for noise in noises:
            yield from _at(work / f"run_{noise}_{records}", records, noise)


def _at(folder: Path, records: int, noise: str) -> Iterator[str]:
    exports, truth = folder / "exports", folder / "exports" / TRUTH / "truth.csv"
    folder.mkdir(parents=True)
    customers = round(records / DEMO_RECORDS_PER_CUSTOMER)
    made = sum(write(exports, Demo(customers, noise=noise)).values())
    peers: dict[str, tuple[Cost, float]] = {}
    for name, module in PEERS.items():
        crosswalk = folder / f"{module}.csv"
        try:
            cost = measured([sys.executable, "-m", module, exports, crosswalk], Path.cwd())
        except CommandFailed as failure:
            yield row(
                (f"{made:,}", noise, f"{name}: {str(failure).splitlines()[-1]}", *("" for _ in HEADER[3:]))
            )
            continue
        peers[name] = (cost, evaluate_truth(crosswalk, truth).pairs.f1)
    steps, out = folder / "steps.json", folder / "sot"
    whole = measured([sys.executable, "-m", "tests.bench.steps", exports, out, steps], Path.cwd())
    costs = {name: Cost(**cost) for name, cost in json.loads(steps.read_text()).items()}
    # The peak of the process is reset at each step, so the whole has the highest of them.
    whole = Cost(whole.seconds, whole.processor_seconds, max(cost.peak_gigabytes for cost in costs.values()))
    tuned = peers.get("tuned Splink", (None, 0.0))[0]
    for name, cost in costs.items():
        yield _line(made, noise, f"– {name}", cost, None, tuned)
    yield _line(made, noise, "**sot, whole**", whole, evaluate_truth(out, truth).pairs.f1, tuned)
    for name, (cost, f1) in peers.items():
        yield _line(made, noise, name, cost, f1, tuned)


def _line(records: int, noise: str, what: str, cost: Cost, f1: float | None, tuned: Cost | None) -> str:
    ratios = (
        (f"{cost.seconds / tuned.seconds:.2f}×", f"{cost.processor_seconds / tuned.processor_seconds:.2f}×")
        if tuned
        else ("", "")
    )
    figures = (f"{cost.seconds:.1f}", f"{cost.processor_seconds:.1f}", f"{cost.peak_gigabytes:.2f}")
    return row((f"{records:,}", noise, what, *figures, "" if f1 is None else f"{f1:.4f}", *ratios))
