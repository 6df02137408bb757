"""The history of a project: the figures of every run in history.jsonl, and how they went."""

from sot.history.identity import digest, inputs
from sot.history.store import History, line_of, load, new_line
from sot.history.trend import Jump, Trend, trends

__all__ = ["History", "Jump", "Trend", "digest", "inputs", "line_of", "load", "new_line", "trends"]
