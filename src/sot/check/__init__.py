"""check: a finished run held to gates, for people and for CI."""

from sot.check.formats import FORMATS
from sot.check.gates import Example, Outcome, check_run

__all__ = ["FORMATS", "Example", "Outcome", "check_run"]
