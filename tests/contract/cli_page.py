"""docs/cli.md, made from the help texts. `python -m tests.contract.cli_page` writes it anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sot.cli.app import command
from sot.errors import ExitCode

PAGE = Path(__file__).resolve().parents[2] / "docs" / "cli.md"
WIDTH = 88

HEAD = """\
# The command line

Made from `sot --help`; do not edit. stdout carries data, stderr carries progress and messages.

## Exit codes

| code | meaning |
|---|---|
"""

MEANINGS = {
    ExitCode.OK: "fine",
    ExitCode.GATE: "a gate failed, or blockers are open under `--strict`",
    ExitCode.USAGE: "the command line or the rules are wrong",
    ExitCode.INPUT: "an input can't be read",
    ExitCode.INTERNAL: "`sot` itself failed",
    ExitCode.INTERRUPTED: "interrupted",
}


def page() -> str:
    """Give the whole page."""
    codes = "".join(f"| {code.value} | {MEANINGS[code]} |\n" for code in ExitCode)
    parts = [f"## {name}\n\n```text\n{text.rstrip()}\n```\n" for name, text in helps()]
    return HEAD + codes + "\n" + "\n".join(parts)


def helps(width: int = WIDTH) -> Iterator[tuple[str, str]]:
    """Give every command and sub-command with its help text, as a terminal of `width` columns shows it."""
    sot = command()
    yield from _helps(sot, "sot", None, width)


def _helps(its: Any, name: str, parent: Any, width: int) -> Iterator[tuple[str, str]]:
    context = its.make_context(
        name.split()[-1],
        [],
        parent=parent,
        resilient_parsing=True,
        terminal_width=width,
        max_content_width=width,
    )
    yield name, its.get_help(context)
    for sub, made in getattr(its, "commands", {}).items():
        yield from _helps(made, f"{name} {sub}", context, width)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
