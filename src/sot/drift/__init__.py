"""Drift: new exports against an approved run, and what crept back since; each with who acts where."""

from sot.drift.findings import DRIFT, drift
from sot.drift.snapshot import Side, approved, at_work

__all__ = ["DRIFT", "Side", "approved", "at_work", "drift"]
