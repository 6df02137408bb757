"""Ctrl-C at the wrong moment: steps that belong together are finished first, and what was written is remembered."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

_SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


class _Written:
    """The names of what this process wrote to, in the order of writing."""

    def __init__(self) -> None:
        self.names: dict[str, None] = {}


_WRITTEN = _Written()


def remember_written(path: Path) -> None:
    """Remember that `path` was changed, so that nobody says that nothing was."""
    _WRITTEN.names[str(path)] = None


def forget_written() -> None:
    """Begin anew: a command starts."""
    _WRITTEN.names.clear()


def written() -> list[str]:
    """Give what was changed since the command began."""
    return list(_WRITTEN.names)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Let signals that end the program wait until the block is done; then they act as ever.

    Signals reach Python's main thread alone, so in another thread there is nothing to do.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    caught: list[int] = []

    def wait(number: int, _frame: FrameType | None) -> None:
        caught.append(number)

    before = {number: signal.signal(number, wait) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            with suppress(TypeError):  # a handler that was not set from Python can't be put back
                signal.signal(number, handler)
        for number in caught:
            signal.raise_signal(number)
