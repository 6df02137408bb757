"""Finished runs beside each other and beside what they were made from: `sot diff` and `sot verify`."""

from sot.compare.difference import Difference, difference
from sot.compare.verification import Finding, verify

__all__ = ["Difference", "Finding", "difference", "verify"]
