"""Two collections give the same tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_ids_of_tests_do_not_depend_on_the_time_or_on_hash_seeds(request: pytest.FixtureRequest) -> None:
    """What this session has collected, another process with another seed of hashes collects as well."""
    other = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-n", "0", "-p", "no:cacheprovider"],
        cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False,
        env={"PYTHONHASHSEED": "1", "PATH": "/usr/bin:/bin", "HOME": "/tmp"},
    )  # fmt: skip
    found = [line for line in other.stdout.splitlines() if "::" in line]
    assert len(found) > 1000
    mine = sorted(item.nodeid for item in request.session.items)
    asked = set(mine)  # of a part of the tests where somebody runs a part
    assert mine == sorted(test for test in found if test in asked)
