"""The company of `sample_data/`: 847 accounts in the CRM, 912 customers in accounting, one question.

`python -m sot.demo.story DIR` writes its exports into a new folder.
"""

from __future__ import annotations

import sys
from pathlib import Path

from sot.demo import Demo, write
from sot.errors import SotError

CUSTOMERS = 1021
SEED = 847912
SIZES = {"crm": (759, 88), "finance": (815, 97)}
"""Customers and second records in each list."""


def write_story(folder: Path) -> dict[str, int]:
    """Write the exports of the story into a new folder; give the number of records of each system."""
    return write(folder, Demo(CUSTOMERS, SEED, sizes=SIZES))


def main(arguments: list[str]) -> int:
    """Write the story into the folder that the command line names."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m sot.demo.story DIR\n")
        return 2
    try:
        counts = write_story(Path(arguments[0]))
    except SotError as error:
        sys.stderr.write(f"{error.message}\n")
        return error.exit_code
    sys.stdout.write("".join(f"{system}: {count}\n" for system, count in counts.items()))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
