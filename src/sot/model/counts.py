"""How many there are of something, as people say it: 1 record, 2,000 records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def counted(count: int, noun: str, several: str = "") -> str:
    """Give a count with its noun; `several` where an s at the end is not enough."""
    return f"{count:,} {noun if count == 1 else several or noun + 's'}"


def system_figures(systems: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Give the figures shown of each system, with their headers; sub-accounts where a system has any."""
    below = {"sub_accounts": "sub-accounts"} if any(row["sub_accounts"] for row in systems) else {}
    return {
        "records": "records", "duplicates": "duplicates", **below, "customers": "customers",
        "shared": "also elsewhere", "only_here": "only here",
    }  # fmt: skip
