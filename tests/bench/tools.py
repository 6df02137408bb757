"""What the benchmarks share: the command that is measured, and rows of Markdown."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

SOT = Path(sys.executable).parent / "sot"
"""The installed command: what a user waits for, with the start of Python and all imports."""

DEMO_RECORDS_PER_CUSTOMER = 2.54
"""How many records `sot demo` makes of a customer, so that a size can be asked for in records."""


def row(cells: Iterable[str]) -> str:
    """Give a row of a Markdown table."""
    return f"| {' | '.join(cells)} |"
