"""Run a command as a process of its own, and measure its time, processor time and peak memory as a whole."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cost:
    """What a command took: seconds on the clock, seconds of processors, and the most memory it held."""

    seconds: float
    processor_seconds: float
    peak_gigabytes: float


class CommandFailed(Exception):
    """The measured command ended with an error."""


def measured(command: Sequence[str | Path], folder: Path) -> Cost:
    """Run `command` in `folder` and give its cost; CommandFailed tells the end of what it said."""
    begin = time.perf_counter()
    # Not a file in `folder`, which may be the one that the command is run from, and under git.
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen([str(part) for part in command], cwd=folder, stdout=said, stderr=said)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            said.seek(0)
            end = "\n".join(said.read().decode(errors="replace").splitlines()[-12:])
            raise CommandFailed(f"{command[0]} ended with {process.returncode}:\n{end}")
    return Cost(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 2**20)
