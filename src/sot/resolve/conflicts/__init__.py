"""The conflict report: what a person must know or decide, with its weight, its money and its id."""

from sot.resolve.conflicts.report import report, without_expired

__all__ = ["report", "without_expired"]
