"""`python -m tests.bench`: accuracy on every labelled set, time and memory at 10k, 100k and 1M records and rows."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from sot.demo import NOISE
from tests.bench import (
    accuracy,
    dirt,
    engines,
    faults,
    fit,
    profile,
    profile_run,
    publishing,
    reading,
    scale,
    speed,
    workers,
)

PARTS = (
    "accuracy",
    "reading",
    "speed",
    "profile",
    "profile-run",
    "dirt",
    "faults",
    "publish",
    "engines",
    "fit",
    "workers",
    "scale",
)
LONG = ("engines", "fit", "workers", "scale")
"""Parts that run only where they are named."""
SIZES = (10_000, 100_000, 1_000_000)


def main(arguments: list[str] | None = None) -> int:
    """Print Markdown tables of what was measured."""
    # Where Python keeps no compiled modules, sot keeps no checked rules and no templates: every command makes all anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    asked = parser().parse_args(arguments)
    parts = asked.what or [part for part in PARTS if part not in LONG]
    _tell(f"sot {version('sot-dedupe')}, Splink {version('splink')}, DuckDB {version('duckdb')}, "
          f"Polars {version('polars')}, Python {platform.python_version()}")  # fmt: skip
    with tempfile.TemporaryDirectory() as name:
        for part, (title, lines) in _tables(asked, Path(name)).items():
            if part in parts:
                _tell("", f"## {title}", "")
                for line in lines:
                    _tell(line)
    return 0


def _tables(asked: argparse.Namespace, work: Path) -> dict[str, tuple[str, Iterator[str]]]:
    """Give the title and the lines of each part; a part runs when its lines are asked for."""
    sizes = tuple(asked.records or SIZES)
    runs, lists = tuple(asked.records or profile_run.SIZES), tuple(asked.records or dirt.SIZES)
    return {
        "accuracy": ("Accuracy", accuracy.table(work, asked.only, tuple(asked.demo))),
        "reading": ("Reading", reading.table(asked.cases)),
        "speed": ("Time and memory", speed.table(work, sizes, asked.straight_up_to)),
        "profile": ("Profile", profile.table(work, sizes)),
        "profile-run": ("Profile of a run", profile_run.table(work, runs, tuple(asked.noise))),
        "dirt": ("Dirtiness of lists", dirt.table(work, lists, asked.only)),
        "publish": ("Publish", publishing.table(work, sizes, min(asked.kills, publishing.KILLS), asked.seed)),
        "engines": (
            "Engines",
            engines.table(work, tuple(asked.records or engines.RECORDS), asked.only, asked.engine),
        ),
        "fit": ("Weights fitted to all sets but one", fit.table(work, asked.only, asked.weights, asked.sets)),
        "workers": ("Memory of a worker", workers.table(work, tuple(asked.records or workers.SIZES))),
        "scale": ("Scale", scale.table(work, tuple(asked.records or scale.SIZES))),
        "faults": ("Faults", faults.table(asked.kills, asked.inputs, asked.spoiled, asked.seed)),
    }


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
        metavar="N",
        help="sizes for speed, profile, profile-run, dirt, engines, workers and scale",
    )
    made.add_argument(
        "--noise",
        nargs="+",
        choices=NOISE,
        default=list(profile_run.NOISE),
        help="levels of noise for profile-run",
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
        "--cases", type=Path, metavar="FOLDER", help="cases of exports for reading, not those of the tests"
    )
    made.add_argument("--weights", type=Path, metavar="FILE", help="write what fit found of each level here")
    made.add_argument("--sets", type=Path, metavar="FOLDER", help="further labelled sets for fit")
    made.add_argument(
        "--engine",
        action="append",
        choices=list(engines.ENGINES),
        default=[],
        help="only this of the engines",
    )
    made.add_argument("--seed", type=int, default=1, metavar="N", help="seed for faults")
    return made


def _tell(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
