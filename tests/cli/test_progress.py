"""Lines of a run: one for each stage, and one for each step that took long, set in below its stage."""

from __future__ import annotations

import io

from rich.console import Console

from sot.cli.progress import Lines, Spinner


def test_steps_are_set_in_below_their_stage() -> None:
    for kind in (Lines, Spinner):
        written = io.StringIO()
        progress = kind(Console(file=written, width=96))
        progress.start("match")
        progress.step("scored")
        progress.stepped("scored", 1_234_567, 12.34)
        progress.done("match", "7 scored pairs")
        lines = [line.split() for line in written.getvalue().splitlines() if line.strip()]
        assert lines[0] == ["scored", "1,234,567", "rows", "12.3", "s"]
        assert lines[-1][:4] == ["match", "7", "scored", "pairs"]
        assert written.getvalue().startswith("  scored") or kind is Spinner
