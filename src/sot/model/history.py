"""A finished run as the history of its project remembers it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Entry:
    """One line of `history.jsonl`.

    at       when the run was made (UTC, such as 2026-01-31T09:30:00Z)
    digest   what the run was made from, as one hash: two equal runs have the same
    figures  flat names and numbers, such as `records.salesforce` (docs/history.md lists them)
    change   what changed since the run before: counts and a few examples; None where none was there to compare
    """

    at: str
    digest: str
    figures: dict[str, float]
    change: dict[str, Any] | None = None


@dataclass(frozen=True)
class Past:
    """What a run is told of the runs before it, and of itself.

    at, digest  of this run, as they will stand in its own line
    runs        the lines of the runs before, oldest first
    churn       what became of the golden ids that the ledger held: before, kept, new, merged, split, decided, absent
    change      what changed since the run before; None where none was there to compare
    """

    at: str = ""
    digest: str = ""
    runs: tuple[Entry, ...] = ()
    churn: dict[str, int] | None = None
    change: dict[str, Any] | None = None

    def again(self) -> Entry | None:
        """Give the last line if this run is the same once more: it is told as that run was."""
        last = self.runs[-1] if self.runs else None
        return last if last is not None and last.digest == self.digest else None
