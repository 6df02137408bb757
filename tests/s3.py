"""An S3 server on this machine for the tests of lakes (moto): in a process of its own, with one bucket."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

BUCKET = "lake"
_SERVE = "import sys; from moto.server import main; main(['-H', '127.0.0.1', '-p', sys.argv[1]])"


def settings(port: int) -> dict[str, str]:
    """Give the environment in which the server is found; keys of others must not get there."""
    return {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ALLOW_HTTP": "true",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


@contextmanager
def server(folder: Path) -> Iterator[dict[str, str]]:
    """Start the server, and give the environment in which it is found."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (folder / "s3.log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-c", _SERVE, str(port)], stdout=log, stderr=log)
    try:
        _wait(process, port)
        files(port).create_dir(BUCKET)
        yield settings(port)
    finally:
        process.kill()
        process.wait()


def files(port: int) -> object:
    """Give the files of the server."""
    from pyarrow.fs import S3FileSystem

    return S3FileSystem(
        access_key="test", secret_key="test", region="us-east-1", scheme="http",
        endpoint_override=f"127.0.0.1:{port}", allow_bucket_creation=True,
    )  # fmt: skip


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise RuntimeError("the S3 server did not start")
