"""What holds for all tests: no id and no outcome depends on the time, the machine, its load or the order."""

import gc
import itertools
import os
import sys
import tempfile
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

from sot.cli.process import prepare_process
from tests.commands import quick_sot as quick_sot
from tests.postgresql import server as server
from tests.shared import changed

# Where compiled modules are not kept, every command that a test starts compiles all of sot anew.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Libraries and the garbage collector work as in a process of `sot`.
prepare_process()

settings.register_profile("sot", deadline=None, derandomize=True)
settings.load_profile("sot")


def pytest_collection_finish() -> None:
    """Leave the tests that were collected out of every later look for unreachable objects."""
    gc.collect()
    gc.freeze()


def pytest_sessionfinish() -> None:
    """Let Python tidy up as it does elsewhere: DuckDB reports what is still there at its end as leaked."""
    gc.unfreeze()


def pytest_make_parametrize_id(config: pytest.Config, val: Any, argname: str) -> str | None:
    """Give bytes a short id: an id made of the bytes themselves may hold a time, and two workers would disagree."""
    return f"{argname}-{len(val)}-bytes" if isinstance(val, bytes) else None


_numbers = itertools.count()


@pytest.fixture(autouse=True)
def _own_temporary_files(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each test its own temporary files: commands remove, and report, what killed ones left there."""
    # mktemp reads all names of its folder to number the next one, which for thousands of tests takes seconds.
    own = tmp_path_factory.getbasetemp() / "temporary" / str(next(_numbers))
    own.mkdir(parents=True)
    monkeypatch.setenv("TMPDIR", str(own))
    monkeypatch.setattr(tempfile, "tempdir", None)


@pytest.fixture(scope="session", autouse=True)
def _what_is_shared_stays_as_it_was_made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Fail where a test wrote into a folder that others look at: their outcome would depend on the order."""
    yield
    assert changed(tmp_path_factory) == []
