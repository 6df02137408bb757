"""The real server and clients that hang, leave or send more than they said: they are let go, and others served."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.review.making import small_run

_SERVE = """
import sys
from sot.review.web import patience
patience.SECONDS = 0.4
from sot.cli.errors import run
sys.exit(run(["review", "--web", "--reviewers", "ada"]))
"""
_POST = b"POST /case/Q1 HTTP/1.1\r\nHost: {host}\r\n{cookie}Origin: http://{host}\r\n"
_HALVES = {
    "nothing": b"",
    "half a head": b"GET /list HTTP/1.1\r\nHost: 127.0.0.1",
    "a head without its form": _POST + b"Content-Length: 99\r\n\r\n",
    "half a form": _POST + b"Content-Length: 99\r\n\r\nverd",
}


class Server:
    """`sot review --web` in a process of its own."""

    def __init__(self, folder: Path) -> None:
        small_run(folder / "sot-out")
        self.process = subprocess.Popen(
            [sys.executable, "-c", _SERVE], cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )  # fmt: skip
        assert self.process.stdout is not None
        self.link = self.process.stdout.readline().split(": ", 1)[1].strip()
        self.host = self.link.split("/")[2]
        self.client = httpx.Client(follow_redirects=True)
        assert "Globex" in self.client.get(self.link).text
        self.cookie = f"Cookie: {'; '.join(f'{k}={v}' for k, v in self.client.cookies.items())}\r\n"

    def connect(self, said: bytes) -> socket.socket:
        host, port = self.host.rsplit(":", 1)
        made = socket.create_connection((host, int(port)), timeout=10)
        made.sendall(said.replace(b"{host}", self.host.encode()).replace(b"{cookie}", self.cookie.encode()))
        return made

    def still_serves(self) -> bool:
        return "Globex" in self.client.get(f"http://{self.host}/list").text

    def stop(self) -> str:
        """End it as Ctrl-C does, and give what it said on stderr."""
        self.client.close()
        self.process.send_signal(signal.SIGINT)
        said = self.process.communicate(timeout=30)[1]
        assert self.process.returncode == 0, said
        return said


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    made = Server(tmp_path_factory.mktemp("served"))
    yield made
    said = made.stop()
    assert "Traceback" not in said and "Error" not in said, said


@pytest.mark.parametrize("case", _HALVES)
def test_a_connection_that_says_too_little_is_closed(server: Server, case: str) -> None:
    with server.connect(_HALVES[case]) as one:
        ended = b"x"
        try:
            while ended:
                ended = one.recv(4096)
        except ConnectionResetError:
            ended = b""
    assert ended == b""
    assert server.still_serves()


def test_who_sends_byte_by_byte_is_not_waited_for_without_end(server: Server) -> None:
    with server.connect(b"GET /list HTTP/1.1\r\nX: ") as one, pytest.raises(OSError):
        for _ in range(200):
            one.sendall(b"x")
            time.sleep(0.02)
    assert server.still_serves()


def test_a_connection_that_asks_again_and_again_is_kept(server: Server) -> None:
    for _ in range(4):
        assert server.still_serves()
        time.sleep(0.2)


def test_many_half_open_connections_do_not_keep_reviewers_out(server: Server) -> None:
    ones = [server.connect(b"POST / HTTP/1.1\r\n") for _ in range(250)]
    time.sleep(0.8)
    assert server.still_serves()
    for one in ones:
        one.close()


def test_clients_that_leave_make_no_traceback(server: Server) -> None:
    for said in _HALVES.values():
        server.connect(said).close()
    with server.connect(_HALVES["half a form"]) as one:
        # Closed at once, with a reset: as a browser does that is killed.
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    whole = b"GET /list HTTP/1.1\r\nHost: {host}\r\n{cookie}\r\n"
    for _ in range(5):
        server.connect(whole).close()
    assert server.still_serves()


def test_a_chunked_form_is_refused_before_it_is_read(server: Server) -> None:
    with server.connect(_POST + b"Transfer-Encoding: chunked\r\n\r\n") as one:
        assert b" 411 " in one.recv(4096).split(b"\r\n")[0]
        with pytest.raises(OSError):
            for _ in range(200):
                one.sendall(b"8000\r\n" + b"x" * 0x8000 + b"\r\n")
                time.sleep(0.02)
    assert server.still_serves()


def test_ctrl_c_does_not_wait_for_who_hangs(tmp_path: Path) -> None:
    server = Server(tmp_path)
    with server.connect(_HALVES["half a form"]):
        began = os.times().elapsed
        assert "Traceback" not in server.stop()
        assert os.times().elapsed - began < 25
