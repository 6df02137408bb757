"""Sail next to the command: started for one run, and ended with it, however it ends."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from sot.errors import UsageError

_START = 60.0
"""Seconds that the server may take to answer."""
_END = 5.0
"""Seconds that it may take to end by itself."""


@contextlib.contextmanager
def beside(folder: Path) -> Iterator[str]:
    """Start a Spark Connect server on a free port of this machine, and give its address; its log is in `folder`."""
    if find_spec("pysail") is None:
        raise UsageError(
            "'remote: local' needs packages that are not installed", "pip install 'sot-dedupe[spark]'"
        )
    port, log = _free_port(), folder / "sail.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "sot.engine.sail", str(port), str(os.getpid())],
            stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip
    try:
        _wait(server, port)
        yield f"sc://127.0.0.1:{port}"
    finally:
        _end(server)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(server: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + _START
    while time.monotonic() < until and server.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise UsageError(
        "Sail did not start next to the command", "see docs/spark.md, or name a server: engine.remote"
    )


def _end(server: subprocess.Popen[bytes]) -> None:
    """End the server and all that it started: first asked, then not."""
    for sent, seconds in ((signal.SIGTERM, _END), (signal.SIGKILL, _END)):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(server.pid, sent)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(seconds)
            break
