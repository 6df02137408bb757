"""How the sample data and the outputs expected of it are made, for the test and for the refresh alike."""

from __future__ import annotations

from pathlib import Path

from sot.cli.errors import run as sot

SAMPLE = Path(__file__).resolve().parents[2] / "sample_data"
EXPECTED = SAMPLE / "expected"

KEPT = ("golden_customers.csv", "crosswalk.csv", "conflicts.csv", "related.csv", "review_queue.csv")
"""The outputs that are committed; the others are not for reading in a diff, or hold versions of libraries."""


def dedupe_sample(exports: Path, project: Path) -> Path:
    """Run `sot dedupe` over `exports` as a newcomer would, in an empty project folder; give its outputs."""
    out = project / "sot-out"
    code = sot(["dedupe", str(exports), "--out", str(out), "--quiet"])
    if code != 0:
        raise AssertionError(f"sot dedupe ended with {code}")
    return out
