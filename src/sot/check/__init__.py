"""check: a finished run, or raw exports, held to gates, for people and for CI."""

from sot.check.baseline import Baseline
from sot.check.context import load_context, opened_run
from sot.check.gates import Outcome, State, as_baseline, hold, judge, tightened
from sot.check.inputs import Evidence, of_exports, of_run
from sot.check.refusing import refusing
from sot.check.reports.formats import FORMATS

__all__ = [
    "FORMATS", "Baseline", "Evidence", "Outcome", "State", "as_baseline", "hold", "judge", "load_context",
    "of_exports", "of_run", "opened_run", "refusing", "tightened",
]  # fmt: skip
