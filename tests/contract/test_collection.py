"""Two collections give the same tests, and no test changes what others look at."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.shared import changed, shared

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


def test_what_somebody_writes_into_a_shared_folder_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    factory = pytest.TempPathFactory(tmp_path / "own", 1, "none", lambda *_: None, _ispytest=True)
    folder = shared(factory, "numbers", lambda made: (made / "one").write_text("1"))
    assert shared(factory, "numbers", lambda made: (made / "one").write_text("2")) == folder
    assert changed(factory) == []
    (folder / "two").touch()
    assert changed(factory) == ["shared-numbers"]
