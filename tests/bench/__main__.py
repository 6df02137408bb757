"""`python -m tests.bench`: accuracy on every labelled set, exports read right, time and memory up to 1M records."""

from __future__ import annotations

import argparse
import platform
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from tests.bench import accuracy, faults, profile, reading, speed

PARTS = ("accuracy", "reading", "speed", "profile", "faults")


def main(arguments: list[str] | None = None) -> int:
    """Print Markdown tables of what was measured."""
    asked = parser().parse_args(arguments)
    parts = asked.what or PARTS
    _tell(f"sot {version('sot-dedupe')}, Splink {version('splink')}, DuckDB {version('duckdb')}, "
          f"Polars {version('polars')}, Python {platform.python_version()}")  # fmt: skip
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        if "accuracy" in parts:
            _tell("", "## Accuracy", "")
            for line in accuracy.table(work, asked.only, tuple(asked.demo)):
                _tell(line)
        if "reading" in parts:
            _tell("", "## Reading", "")
            for line in reading.table(asked.cases):
                _tell(line)
        if "speed" in parts:
            _tell("", "## Time and memory", "")
            for line in speed.table(work, tuple(asked.records), asked.straight_up_to):
                _tell(line)
        if "profile" in parts:
            _tell("", "## Profile", "")
            for line in profile.table(work, tuple(asked.records)):
                _tell(line)
        if "faults" in parts:
            _tell("", "## Faults", "")
            for line in faults.table(asked.kills, asked.inputs, asked.spoiled, asked.seed):
                _tell(line)
    return 0


def _part(word: str) -> str:
    if word not in PARTS:
        raise argparse.ArgumentTypeError(f"there is {', '.join(PARTS)}")
    return word


def parser() -> argparse.ArgumentParser:
    """Give the command line: no word stands for all parts."""
    made = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    # Not `choices`: argparse of Python 3.11 holds the empty list against them as one value.
    made.add_argument("what", nargs="*", type=_part, metavar="{" + ",".join(PARTS) + "}")
    made.add_argument("--only", default="", metavar="TEXT", help="only the sets with this in their name")
    made.add_argument(
        "--records",
        type=int,
        nargs="+",
        default=[10_000, 100_000, 1_000_000],
        metavar="N",
        help="sizes for speed and profile",
    )
    made.add_argument(
        "--straight-up-to",
        type=int,
        default=1_000_000,
        metavar="N",
        help="the largest size for straight Splink",
    )
    made.add_argument(
        "--demo",
        type=int,
        nargs="*",
        default=[10_000, 100_000],
        metavar="N",
        help="sizes of demo for accuracy",
    )
    for name, count in (("kills", faults.KILLS), ("inputs", faults.INPUTS), ("spoiled", faults.SPOILED)):
        made.add_argument(
            f"--{name}", type=int, default=count, metavar="N", help=f"how many {name} for faults"
        )
    made.add_argument(
        "--cases",
        type=Path,
        metavar="FOLDER",
        help="cases of exports for reading, instead of those of the tests",
    )
    made.add_argument("--seed", type=int, default=1, metavar="N", help="seed for faults")
    return made


def _tell(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
