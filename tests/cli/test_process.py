"""How a process of `sot` ends."""

from __future__ import annotations

import subprocess
import sys

import pytest

from sot.cli.process import end_process

_LATE = "import atexit, sys, threading, time; from sot.cli.process import end_process; "
_PUT_OFF = "atexit.register(print, 'put off'); print('out', end=' '); "
_THREAD = "threading.Thread(target=lambda: (time.sleep(.2), print('worked', end=' '))).start(); "


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (_PUT_OFF + "end_process(3)", "out put off\n"),
        (_THREAD + _PUT_OFF + "end_process(3)", "out worked put off\n"),
    ],
)
def test_it_ends_after_what_was_put_off_and_other_threads(script: str, said: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _LATE + script], capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (3, said, "")


def test_a_measured_process_ends_as_python_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "getprofile", lambda: print)
    with pytest.raises(SystemExit) as ended:
        end_process(3)
    assert ended.value.code == 3


def test_it_ends_with_closed_streams() -> None:
    script = _LATE + "sys.stdout.close(); end_process(1)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 1
