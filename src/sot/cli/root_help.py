"""The help of `sot` without a command: written from this table, as building it from all commands takes .1 s."""

from __future__ import annotations

from collections.abc import Sequence

PURPOSE = "Build one trusted customer list from the account exports of a company's systems."
START = "Start with: sot dedupe FOLDER   (sot demo FOLDER makes one to try it on)"
WIDEST = 100
"""Columns of a terminal that help uses."""
SUMMARIES = {
    "dedupe": "Build one customer list from exports.",
    "inspect": "Preview how sot reads each file.",
    "profile": "Show the data quality of exports, column by column.",
    "init": "Write a first sot.yaml from exports, for you to edit.",
    "demo": "Generate exports of a made-up company, with the truth.",
    "handoffs": "Show gaps between deals, projects, invoices and payments.",
    "review": "Review uncertain matches in a terminal, a browser or Excel.",
    "decide": "Record verdicts from the command line or a file.",
    "accuracy": "Estimate precision and recall from a blind sample.",
    "check": "Check a run, or raw exports, against quality gates.",
    "drift": "Show problems that reappeared since an approved run.",
    "trend": "Show figures from run to run, with unusual changes.",
    "diff": "Show the differences between two runs.",
    "explain": "Explain why two records are one customer, or not.",
    "verify": "Check that inputs, rules and outputs are unchanged.",
    "publish": "Publish the golden tables to a database or a lake.",
    "evaluate": "Score a run against a truth, or against judged pairs.",
    "completion": "Print a completion script for your shell.",
    "rules": "Validate, show and copy rules.",
}
_OPTIONS = {"-V, --version": "Show the version and exit.", "-h, --help": "Show this message and exit."}
_NARROWEST = 80
"""Columns in which no line of the table is wrapped."""


def asks_for_it(arguments: Sequence[str]) -> bool:
    """Tell whether a command line asks for the help of `sot` itself."""
    return list(arguments) in ([], ["--help"], ["-h"], ["help"])


def root_help() -> str | None:
    """Give the help of `sot` as typer would write it, or None for a terminal so narrow that its lines are wrapped."""
    import shutil
    import textwrap

    columns = shutil.get_terminal_size().columns
    if columns < _NARROWEST:
        return None
    width = min(columns, WIDEST) - 2
    purpose = textwrap.fill(PURPOSE, width, initial_indent="  ", subsequent_indent="  ")
    options, commands = _listed(_OPTIONS), _listed(SUMMARIES)
    usage = "Usage: sot [OPTIONS] COMMAND [ARGS]..."
    return f"{usage}\n\n{purpose}\n\nOptions:\n{options}\n\nCommands:\n{commands}\n\n  {START}"


def _listed(rows: dict[str, str]) -> str:
    width = max(map(len, rows))
    return "\n".join(f"  {name:<{width}}  {what}" for name, what in rows.items())
