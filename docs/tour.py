"""Make docs/tour.md: run each command of the tour in an empty folder, and show what it prints.

.venv/bin/python docs/tour.py            writes the page
.venv/bin/python docs/tour.py --check    runs the commands only; ends with 1 if one does not end as it should
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).with_name("tour.md")
HEAD = """# A tour

This tour goes from a folder of exports to a published, checked and reviewed golden map with handoffs.
`python docs/tour.py` generates this page: it runs every command in an empty folder and shows the first lines of its
output.
"""


@dataclass(frozen=True)
class Step:
    """A command with a heading, a sentence, the number of lines to show, and the exit codes that are right."""

    title: str
    text: str
    command: str
    lines: int = 12
    codes: tuple[int, ...] = (0,)


STEPS = (
    Step("Exports", "`sot demo` writes the exports of a made-up company, with the true customers in `truth/`.",
         "sot demo company --customers 150 --seed 7"),
    Step("What sot recognises", "`sot` assigns a system to each file, and a field to each column.",
         "sot inspect company", 14),
    Step("Data quality before anything is merged", "The worst columns come first.", "sot profile company", 14),
    Step("The run", "Customers, money, doubts and next steps.", "sot dedupe company", 40),
    Step("Accuracy", "A made-up company has a truth to compare with.",
         "sot evaluate sot-out --truth company/truth", 20),
    Step("The golden customers", "One row per customer.", "head -4 sot-out/golden_customers.csv", 4),
    Step("The golden map", "From each record to its customer.", "head -5 sot-out/crosswalk.csv", 5),
    Step("From the deal to the money", "The gaps between deal, project, invoice and payment, the worst first.",
         "sot handoffs", 24),
    Step("Open questions", "The cases in a workbook, for a reviewer without a terminal.",
         "sot review sot-out --export review.xlsx", 6),
    Step("Quality gates", "Exit code 1 if a gate of severity blocker fails.", "sot check", 16, (0, 1)),
    Step("Publish", "The golden tables in a DuckDB file.",
         "sot publish golden.duckdb", 14, (0, 1)),
    Step("Later exports", "The same run again: nothing changed.", "sot dedupe company --quiet", 3),
    Step("Unchanged files", "Compare the hashes of inputs, rules, decisions and outputs.", "sot verify", 3),
)  # fmt: skip


def main(check: bool) -> int:
    """Run the tour; write the page unless it is only checked."""
    parts = [HEAD]
    with tempfile.TemporaryDirectory(prefix="sot-tour-") as folder:
        for step in STEPS:
            code, shown = _run(step.command, Path(folder))
            if code not in step.codes:
                sys.stderr.write(f"{step.command}: exit code {code}\n{shown}\n")
                return 1
            parts.append(_part(step, shown))
    if not check:
        PAGE.write_text("\n".join(parts), encoding="utf-8")
    return 0


def _run(command: str, folder: Path) -> tuple[int, str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "COLUMNS": "100", "NO_COLOR": "1"}
    done = subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout


def _part(step: Step, shown: str) -> str:
    """Give a section; seconds differ from run to run, so that they are left out."""
    lines = [re.sub(r"\s+[\d.]+ s$", "", line.rstrip()) for line in shown.splitlines()]
    lines = [f"{line[:157]}…" if len(line) > 158 else line for line in lines]
    if len(lines) > step.lines:
        lines = [*lines[: step.lines], "…"]
    return "\n".join(
        [f"## {step.title}", "", step.text, "", "```text", f"$ {step.command}", *lines, "```", ""]
    )


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
