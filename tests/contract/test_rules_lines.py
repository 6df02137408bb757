"""Rules can be read on a screen: their lines have at most 160 characters."""

from __future__ import annotations

from pathlib import Path

RULES = Path(__file__).resolve().parents[2] / "rules"

MOST = 160


def test_lines_of_rules_fit_a_screen() -> None:
    long = [
        f"rules/{path.relative_to(RULES)}:{nr}: {len(line)} characters"
        for path in sorted(RULES.rglob("*.yaml"))
        for nr, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if len(line) > MOST
    ]
    assert not long, (
        f"break these lines: YAML flow lists and plain texts go on in the next line; at most {MOST}"
    )
