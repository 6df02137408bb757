"""A command's process: what the shell sets there, what is set before libraries read it, and how it ends."""

from __future__ import annotations

import atexit
import gc
import os
import sys
import threading
from contextlib import suppress
from typing import NoReturn

COMPLETING = "_SOT_COMPLETE"
"""The shell sets it where it asks for completions."""
_SETTINGS = {
    # With little memory OpenBLAS can't start its threads, and ends the program as if somebody pressed Ctrl-C.
    "OPENBLAS_NUM_THREADS": "1",
    # Polars gives memory back after half a second, and needs it again in the next step: half of all page faults.
    "_RJEM_MALLOC_CONF": "dirty_decay_ms:20000,muzzy_decay_ms:20000",
    # Pydantic looks through all packages that are installed for plugins, and would run them.
    "PYDANTIC_DISABLE_PLUGINS": "1",
}
_OBJECTS_BETWEEN_COLLECTIONS = 200_000
"""Tables in Python are many objects in no cycle; Python's 700 look through them thousands of times, for nothing.

At 50,000 a small run still spent a thirtieth of its time so; at a million, a large one holds more memory.
"""


def prepare_process() -> None:
    """Set what the shell has not set, and let Python look for unreachable cycles less often."""
    for name, value in _SETTINGS.items():
        os.environ.setdefault(name, value)
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS, 20, 100)


def end_process(code: int) -> NoReturn:
    """End with an exit code once all that was put off to the end is done, and leave the memory to the system.

    Python would free every object, module and table on its own first, which takes a small command a fifth of its time.
    Where a thread still works, or somebody measures or traces the process, it ends in Python's way.
    """
    if threading.active_count() > 1 or sys.gettrace() or sys.getprofile():
        sys.exit(code)
    atexit._run_exitfuncs()
    for stream in filter(None, (sys.stdout, sys.stderr)):  # there is none where the shell closed it
        with suppress(OSError, ValueError):  # `run` has told of it
            stream.flush()
    os._exit(code)
