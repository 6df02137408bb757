"""Shares are written in one way, and never read as nothing or all where they are not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sot.model.shares import percent

SOURCES = Path(__file__).resolve().parents[2] / "src" / "sot"


@pytest.mark.parametrize(
    ("share", "digits", "said"),
    [
        (0, 1, "0 %"), (1, 1, "100 %"), (0.0004, 1, "< 0.1 %"), (0.9999, 1, "99.9 %"), (0.5, 1, "50 %"),
        (0.968, 1, "96.8 %"), (0.968, 0, "97 %"), (0.998, 0, "99 %"), (0.004, 0, "< 1 %"), (0.006, 0, "1 %"),
    ],
)  # fmt: skip
def test_a_share_never_reads_as_nothing_or_all_that_is_not(share: float, digits: int, said: str) -> None:
    assert percent(share, digits) == said


def test_nothing_writes_percents_in_another_way() -> None:
    written = [
        f"{file.name}: {line.strip()}"
        for file in sorted(SOURCES.rglob("*.py"))
        for line in file.read_text(encoding="utf-8").splitlines()
        if re.search(r"\{[^{}]*:[^{}]*%\}", line)
    ]
    assert written == []
