"""A program `sot` that is quick to start: each command is a process forked from one that has everything imported.

For tests of what commands write, in a shell that starts a dozen of them. Where the start of a process is tested,
`sys.executable -m sot` is the program.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

BEFORE = "SOT_TESTS_BEFORE"
"""It may name a function, as module:function, that is called in the process of a command before the command."""
_SPARE = tempfile.gettempdir()
"""Not a folder of pytest's: the address of a socket is short."""
_CLIENT = """\
#!{python} -IS
import json, os, socket, sys
with socket.socket(socket.AF_UNIX) as server:
    server.connect({address!r})
    asked = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
    server.sendall(len(asked).to_bytes(8, "big"))
    socket.send_fds(server, [asked[:1]], [0, 1, 2])
    server.sendall(asked[1:])
    sys.exit(int(server.makefile().read() or 70))
"""


@pytest.fixture(scope="session")
def quick_sot() -> Iterator[Path]:
    """Give a folder for the front of PATH that holds `sot`."""
    with tempfile.TemporaryDirectory(prefix="sot-", dir=_SPARE) as folder:
        address = f"{folder}/socket"
        program = Path(folder, "sot")
        program.write_text(_CLIENT.format(python=sys.executable, address=address), encoding="utf-8")
        program.chmod(0o755)
        command = [sys.executable, "-m", "tests.commands", address]
        root = Path(__file__).resolve().parents[1]
        with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE) as server:
            assert server.stdout is not None
            assert server.stdout.readline() == b"ready\n"
            yield Path(folder)
            server.terminate()


def _serve(address: str) -> None:
    """Take one connection after the other, each in a process of its own, until somebody ends this one."""
    from tests.bench.killed_commands import import_all

    import_all()
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(address)
        listening.listen()
        print("ready", flush=True)  # noqa: T201 - the parent waits for it
        while True:
            connection, _ = listening.accept()
            if os.fork() == 0:
                listening.close()
                _answer(connection)
            connection.close()
            with contextlib.suppress(ChildProcessError):
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass


def _answer(connection: socket.socket) -> None:
    """Run what is asked for in one more process, and tell its exit code."""
    length = int.from_bytes(connection.recv(8, socket.MSG_WAITALL), "big")
    first, files, _, _ = socket.recv_fds(connection, 1, 3)
    rest = connection.recv(length - 1, socket.MSG_WAITALL)
    child = os.fork()
    if child == 0:
        connection.close()
        _be_the_command(files, *json.loads(first + rest))
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    connection.sendall(str(code if code >= 0 else 128 - code).encode())
    connection.close()
    os._exit(0)


def _be_the_command(files: list[int], arguments: list[str], folder: str, environment: dict[str, str]) -> None:
    code = 70
    try:
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        tempfile.tempdir = None
        for number, file in enumerate(files):
            os.dup2(file, number)
        sys.stdin, sys.stdout, sys.stderr = (
            open(number, mode, encoding="utf-8", closefd=False)  # noqa: SIM115
            for number, mode in enumerate("rww")
        )
        signal.signal(signal.SIGINT, signal.default_int_handler)
        from sot.cli.errors import run

        if before := os.environ.get(BEFORE):
            module, _, name = before.partition(":")
            getattr(import_module(module), name)()
        code = int(run(arguments))
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


if __name__ == "__main__":
    _serve(sys.argv[1])
