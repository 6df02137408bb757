"""The gates that keep a finished run from being published."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sot.check import baseline
from sot.check.context import opened_run
from sot.check.gates import hold
from sot.workspace.project import BASELINE, Project


def refusing(run: Path, home: Project, today: date) -> tuple[set[str], set[str]]:
    """Give the names of the gates that refuse the run, and of all gates."""
    evidence, gates, waivers = opened_run(run, home, today)
    # A gate of severity warning refuses nothing, unless it fails where it can't be measured.
    refuses = [gate for gate in gates if gate.severity == "blocker" or gate.not_measured == "fails"]
    outcomes = hold(evidence, refuses, waivers, baseline.load(home.folder / BASELINE))
    return {outcome.gate.name for outcome in outcomes if outcome.failed}, {gate.name for gate in gates}
