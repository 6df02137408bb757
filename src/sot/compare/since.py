"""What changed since the earlier run of the project that the output folder still holds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sot import history
from sot.compare.difference import at_work, finished
from sot.compare.summary import telling
from sot.errors import SotError
from sot.model.history import Past
from sot.model.run import Run
from sot.workspace.run_folder import run_digest


def since(run: Run, out: Path) -> Past:
    """Compare the run with the earlier one of this project that `out` still holds, if there is one.

    The history knows the runs of the project by their digests; a folder of another project is not compared.
    A run that is the last one once more is told as that was, so there is nothing to compare.
    """
    past = run.past
    place = history.line_of(past.runs, run_digest(out))
    if place is None or past.again():
        return past
    try:
        before = finished(out)
    except SotError:
        # An earlier run of which a part was deleted is no reason to lose this one.
        return past
    return replace(past, change={"since": past.runs[place].at} | telling(before, at_work(run)))
