"""Two collections a moment apart give the same tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_ids_of_tests_do_not_depend_on_the_time_or_on_hash_seeds() -> None:
    collections = [
        subprocess.Popen(
            [sys.executable, "-m", "pytest", "--collect-only", "-n", "0", "-p", "no:cacheprovider"],
            cwd=ROOT, stdout=subprocess.PIPE, env={"PYTHONHASHSEED": seed, "PATH": "/usr/bin:/bin", "HOME": "/tmp"},
        )
        for seed in ("1", "2")
    ]  # fmt: skip
    first, second = (one.communicate()[0].decode().splitlines() for one in collections)
    tests = [line for line in first if "::" in line]
    assert len(tests) > 1000
    assert tests == [line for line in second if "::" in line]
