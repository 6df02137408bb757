"""Finished runs beside each other and beside what they were made from: `sot diff` and `sot verify`."""

from sot.compare.difference import Difference, State, at_work, difference, finished
from sot.compare.since import since
from sot.compare.summary import telling
from sot.compare.verification import Finding, verify

__all__ = [
    "Difference",
    "Finding",
    "State",
    "at_work",
    "difference",
    "finished",
    "since",
    "telling",
    "verify",
]
