"""Add a line to a history file as a run does."""

from __future__ import annotations

from pathlib import Path

from sot import history
from sot.model.history import Entry
from sot.workspace import append_log


def append(path: Path, entry: Entry) -> bytes:
    """Add the line of `entry`, and give what was unfinished at the end before."""
    past = history.load(path)
    append_log.add_line_once(path, history.new_line(past, entry))
    return past.torn
