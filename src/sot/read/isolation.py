"""Files of many parts are read in a process of their own: a reader that panics, asks for too much or never ends
takes nothing with it.

One process reads all such files of a command, one after the other. For each, its memory and its CPU time are
bounded by the size of the file. Where it dies, the file is at fault, and the next one gets a new process.
"""

from __future__ import annotations

import atexit
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

import polars as pl

from sot.errors import InputError
from sot.read.formats.contents import Contents, contents_of
from sot.rules.project import Settings

MEMORY, MEMORY_PER_BYTE = 1 << 30, 64
"""Bytes that the reader may take for any file, and for each byte of it besides."""
SECONDS, SECONDS_PER_MB = 30, 60
"""Seconds of the processor that the reader may take for any file, and for each megabyte besides."""
_MEMORY_SHARE = 0.8
_SIZE = 8
_SPARING = {"MALLOC_ARENA_MAX": "2", "OPENBLAS_NUM_THREADS": "1"}
"""Addresses count against the bound on memory, and each thread would reserve many that it never uses."""


class Worker:
    """The process that reads, started when it is first needed."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process, without waiting for it: it gets ready while others are read."""
        if self._process is None or self._process.poll() is not None:
            # -P: a polars.py in the folder of the exports is not what is imported.
            command = [sys.executable, "-P", "-m", "sot.read.isolation"]
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, **_SPARING},
            )

    def stop(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                with suppress(OSError):
                    assert pipe is not None
                    pipe.close()
            self._process = None

    def read(self, path: str, data: bytes | None, settings: Settings) -> Contents:
        """Give `contents_of` the arguments, from the process; InputError if that fails, whatever way it does."""
        self.start()
        process = self._process
        assert process is not None and process.stdin is not None and process.stdout is not None
        size = len(data) if data is not None else _size(path)
        try:
            _send(process.stdin, (Path.cwd(), path, data, settings, size))
            answer = _receive(process.stdout)
        except KeyboardInterrupt:
            self.stop()  # its answer would be taken for that of the next file
            raise
        except (EOFError, OSError):
            code = process.wait()
            self.stop()
            raise InputError(_death(code, size)) from None
        if isinstance(answer, InputError):
            raise answer
        assert isinstance(answer, Contents)
        return answer


@lru_cache(maxsize=1)
def worker() -> Worker:
    """Give the one worker of this process."""
    started = Worker()
    atexit.register(started.stop)
    return started


def _size(path: str) -> int:
    place = Path(path)
    try:
        if place.is_dir():
            return sum(file.stat().st_size for file in place.rglob("*") if file.is_file())
        return place.stat().st_size
    except OSError:
        return 0


def _seconds(size: int) -> int:
    return SECONDS + SECONDS_PER_MB * size // 1_000_000


def _memory(size: int) -> int:
    there = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min(MEMORY + MEMORY_PER_BYTE * size, int(_MEMORY_SHARE * there))


def _death(code: int, size: int) -> str:
    if code == -getattr(signal, "SIGXCPU", 0):
        return f"it takes more than {_seconds(size)} seconds to read, so it was given up; it may be damaged"
    return (
        f"it is damaged, or asks for more than {_memory(size) / (1 << 30):.1f} GB of memory; "
        "save it again from the program that wrote it"
    )


def _send(pipe: IO[bytes], value: object) -> None:
    body = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    pipe.write(len(body).to_bytes(_SIZE, "big"))
    pipe.write(body)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> Any:
    """Read what the other side of a pipe sent; both sides are this module, in processes of one user."""
    size = pipe.read(_SIZE)
    if len(size) < _SIZE:
        raise EOFError
    body = pipe.read(int.from_bytes(size, "big"))
    if len(body) < int.from_bytes(size, "big"):
        raise EOFError
    return pickle.loads(body)


def _serve() -> None:
    """Read files as they are asked for, until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints does not spoil an answer
    _warm_up(database=False)
    warm = False
    while True:
        try:
            folder, path, data, settings, size = _receive(sys.stdin.buffer)
        except EOFError:
            return
        if data is None and not warm:
            _warm_up(database=True)
            warm = True
        lift = _bound(size)
        try:
            os.chdir(folder)  # the command may have moved since this process began
            answer: object = contents_of(path, data, settings)
            lift()
            _send(answers, answer)
        except InputError as error:
            lift()
            _send(answers, error)
        except BaseException as error:  # panics of libraries in Rust are no Exception
            lift()
            _send(answers, InputError(_failure(error, size)))


def _warm_up(database: bool) -> None:
    """Have libraries start their threads and reserve their memory before there is a bound, for it is for the file."""
    pl.DataFrame({"a": ["b"]}).lazy().filter(pl.col("a") == "b").collect()
    if database:
        from sot.read.formats import database as databases
        from sot.read.formats import lake_tables

        databases.warm_up()
        lake_tables.warm_up()


def _failure(error: BaseException, size: int) -> str:
    if isinstance(error, MemoryError):
        return _death(0, size)
    detail = " ".join(str(error).split())[:200]
    return f"it is damaged: {detail or type(error).__name__}"


def _bound(size: int) -> Callable[[], None]:
    """Bound the memory and the CPU time of this process from now on; give what lifts the bound on memory."""
    try:
        import resource
    except ImportError:  # Windows has no such bounds
        return lambda: None
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + 1 + _seconds(size), most))
    before = resource.getrlimit(resource.RLIMIT_AS)
    with suppress(OSError, ValueError):  # macOS has no such file, and keeps no such bound
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        wanted = pages * os.sysconf("SC_PAGE_SIZE") + _memory(size)
        if before[1] == resource.RLIM_INFINITY or wanted < before[1]:
            resource.setrlimit(resource.RLIMIT_AS, (wanted, before[1]))
    return lambda: resource.setrlimit(resource.RLIMIT_AS, before)


if __name__ == "__main__":
    _serve()
