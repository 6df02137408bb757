"""A publish in a process of its own, which may kill itself at any statement."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.commands import BEFORE
from tests.publish.runs import Runs
from tests.publish.targets import Place

CONNECTIONS = {
    "postgresql": ("postgresql", "PostgreSQLConnection"),
    "duckdb": ("duckdb_file", "DuckDBConnection"),
    "parquet": ("parquet_folder", "ParquetConnection"),
}
"""The module of each kind of target, and the class through which it gets its statements."""
STATEMENTS = ("run", "rows", "changed", "stage", "commit")
KIND, AT = "SOT_TESTS_KIND", "SOT_TESTS_AT"


def start(
    program: Path, place: Place, runs: Runs, number: int, *, kill_at: int | None = None
) -> subprocess.Popen[bytes]:
    """Publish in a process of its own; with `kill_at` it kills itself at that statement."""
    arguments = ["publish", place.target, str(runs.run(number)), "--project", str(runs.project(number)),
                 "--schema", place.schema]  # fmt: skip
    asked = {BEFORE: f"{__name__}:count", KIND: place.kind, AT: str(kill_at)} if kill_at is not None else {}
    return subprocess.Popen(
        [program / "sot", *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        env={**os.environ, **asked}, cwd=runs.project(number),
    )  # fmt: skip


def count() -> None:
    """Count the statements of this process, and kill it at the one that its environment names."""
    module, name = CONNECTIONS[os.environ[KIND]]
    connection = getattr(import_module(f"sot.publish.{module}"), name)
    last, seen = int(os.environ[AT]), itertools.count(1)

    def counted(statement: Callable[..., Any]) -> Callable[..., Any]:
        def counting(*arguments: Any, **more: Any) -> Any:
            if next(seen) == last:
                os.kill(os.getpid(), signal.SIGKILL)
            return statement(*arguments, **more)

        return counting

    for statement in STATEMENTS:
        setattr(connection, statement, counted(getattr(connection, statement)))


def finish(processes: Sequence[subprocess.Popen[bytes]]) -> list[int]:
    """Wait for each; give their exit codes. None may end with a traceback."""
    codes = []
    for process in processes:
        _, told = process.communicate(timeout=280)
        assert b"Traceback" not in told, told.decode()
        codes.append(process.returncode)
    return codes
