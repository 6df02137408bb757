"""A PostgreSQL server of the tests' own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_SPARE = tempfile.gettempdir()
"""Not a folder of pytest's: another user, whose the server is, may not enter those."""


def _binaries() -> Path | None:
    found = shutil.which("initdb")
    places = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return next((place for place in reversed(places) if (place / "initdb").exists()), None)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """A PostgreSQL server on a free port of the loopback; gone when the tests are. Gives its address."""
    if _binaries() is None:
        if os.environ.get("CI"):
            pytest.fail("CI must have PostgreSQL (apt-get install postgresql)")
        pytest.skip("there is no PostgreSQL here")
    with serving() as address:
        yield address


@contextmanager
def serving() -> Iterator[str]:
    """Run a PostgreSQL server on a free port of the loopback for a while; give its address."""
    binaries = _binaries()
    assert binaries is not None, "there is no PostgreSQL on this machine"
    with tempfile.TemporaryDirectory(
        prefix="sot-postgresql-", dir=_SPARE, ignore_cleanup_errors=True
    ) as name:
        yield from _serve(binaries, Path(name))


def _serve(binaries: Path, folder: Path) -> Iterator[str]:
    as_owner: list[str] = []
    if os.getuid() == 0:
        # The server refuses to run as root.
        shutil.chown(folder, "postgres")
        as_owner = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    secret = folder / "password"
    secret.write_text("s3cret", encoding="utf-8")
    secret.chmod(0o644)
    data = folder / "data"

    def run(*command: str) -> None:
        subprocess.run([*as_owner, *command], check=True, capture_output=True, cwd=folder)

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    run(
        str(binaries / "initdb"), "-D", str(data), "-U", "jane", f"--pwfile={secret}",
        "-A", "scram-sha-256", "-E", "UTF8", "--locale=C", "-N",
    )  # fmt: skip
    options = f"-h 127.0.0.1 -p {port} -k '' -F"
    run(
        str(binaries / "pg_ctl"), "-D", str(data), "-o", options, "-l", str(folder / "log"), "-w", "-t", "300", "start"
    )  # fmt: skip
    try:
        yield f"postgresql://jane:s3cret@127.0.0.1:{port}/postgres"
    finally:
        run(str(binaries / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")
