"""The command line: the only package that knows typer and rich."""

from __future__ import annotations

import sys


def main() -> None:
    """Run `sot` with the arguments of the shell, and end the process with its exit code."""
    from sot.cli.errors import run
    from sot.cli.process import end_process

    end_process(run(sys.argv[1:]))
