"""How many there are of something, as people say it: 1 record, 2,000 records."""

from __future__ import annotations


def counted(count: int, noun: str, several: str = "") -> str:
    """Give a count with its noun; `several` where an s at the end is not enough."""
    return f"{count:,} {noun if count == 1 else several or noun + 's'}"
