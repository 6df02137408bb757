"""A publish in a process of its own, which may kill itself at any statement."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

from tests.publish.runs import Runs
from tests.publish.targets import Place


def start(place: Place, runs: Runs, number: int, *, kill_at: int | None = None) -> subprocess.Popen[bytes]:
    """Publish in a process of its own; with `kill_at` it kills itself at that statement."""
    code = (
        "import os, signal, sys, sot.publish.{module} as m\n"
        "seen = 0\n"
        "def counting(name):\n"
        "    old = getattr(m.{kind}, name)\n"
        "    def new(self, *a, **k):\n"
        "        global seen\n"
        "        seen += 1\n"
        "        if seen == {at}: os.kill(os.getpid(), signal.SIGKILL)\n"
        "        return old(self, *a, **k)\n"
        "    setattr(m.{kind}, name, new)\n"
        "for name in ('run', 'rows', 'changed', 'stage', 'commit'): counting(name)\n"
        "from sot.cli.errors import run\n"
        "sys.exit(run(sys.argv[1:]))\n"
    )
    module, kind = {
        "postgresql": ("postgresql", "PostgreSQLConnection"),
        "duckdb": ("duckdb_file", "DuckDBConnection"),
        "parquet": ("parquet_folder", "ParquetConnection"),
    }[place.kind]
    arguments = ["publish", place.target, str(runs.run(number)), "--project", str(runs.project(number)),
                 "--schema", place.schema]  # fmt: skip
    script = code.format(module=module, kind=kind, at=kill_at if kill_at is not None else -1)
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        env={**os.environ}, cwd=runs.project(number),
    )  # fmt: skip


def finish(processes: Sequence[subprocess.Popen[bytes]]) -> list[int]:
    """Wait for each; give their exit codes. None may end with a traceback."""
    codes = []
    for process in processes:
        _, told = process.communicate(timeout=280)
        assert b"Traceback" not in told, told.decode()
        codes.append(process.returncode)
    return codes
