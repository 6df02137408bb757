"""What each step of one run takes.

`python -m tests.bench.steps EXPORTS OUT COSTS` runs what `sot dedupe` does, and writes the costs of its steps as JSON.
"""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.measure import Cost

_RESET = Path("/proc/self/clear_refs")
_STATUS = Path("/proc/self/status")


@dataclass
class Steps:
    """A Progress that keeps the cost of each step, and of what was done before the first one, as `start`."""

    costs: dict[str, Cost]
    seconds: float
    processor: float

    @classmethod
    def from_the_start(cls) -> Steps:
        """Give one that counts what Python and the imports have taken until now."""
        return cls({}, time.perf_counter(), 0.0)

    def start(self, stage: str) -> None:
        """A stage begins."""
        if not self.costs:
            self._keep("start")

    def step(self, name: str) -> None:
        """Leave steps of engines."""

    def stepped(self, name: str, rows: int, seconds: float) -> None:
        """Leave steps of engines."""

    def done(self, stage: str, summary: str) -> None:
        """A stage has ended."""
        self._keep(stage)

    def _keep(self, stage: str) -> None:
        now, processor = time.perf_counter(), sum(os.times()[:4])
        self.costs[stage] = Cost(now - self.seconds, processor - self.processor, _peak())
        self.seconds, self.processor = now, processor


def _peak() -> float:
    """Give the most memory held since the last call, where the kernel tells it (GiB)."""
    if not _STATUS.is_file():
        return 0.0
    held = next(line for line in _STATUS.read_text().splitlines() if line.startswith("VmHWM"))
    _RESET.write_text("5")
    return int(held.split()[1]) / 2**20


def main(exports: Path, out: Path, costs: Path) -> None:
    """Run the whole flow as `sot dedupe EXPORTS --out OUT` does, and write what its steps took."""
    steps = Steps.from_the_start()
    from sot.cli.process import prepare_process

    prepare_process()
    from sot import pipeline
    from sot.model.sources import InputSpec
    from sot.workspace.project import find_project

    pipeline.dedupe([InputSpec(str(exports))], find_project(out.parent), out, steps, datetime.now(UTC))
    costs.write_text(json.dumps({name: asdict(cost) for name, cost in steps.costs.items()}))


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:]))
