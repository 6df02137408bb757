"""Resolve: from clusters and governance to golden customers with provenance, and the conflicts."""

from sot.resolve.conflicts import without_expired
from sot.resolve.members import ASKED
from sot.resolve.no_customers import without_tests
from sot.resolve.stage import resolve

__all__ = ["ASKED", "resolve", "without_expired", "without_tests"]
