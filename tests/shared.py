"""What several tests look at and none changes: made once, whichever worker needs it first."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from sot.workspace.append_log import locked

_PATIENCE = 600.0
"""Seconds that a worker waits for what another one makes, on a loaded machine."""


def shared(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Give the folder that `make` filled, for all workers of a run of the tests; who changes it, copies it."""
    root = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent
    folder, done = root / f"shared-{name}", root / f"shared-{name}.done"
    with locked(root / f"shared-{name}.lock", _PATIENCE):
        if not done.exists():
            folder.mkdir()
            make(folder)
            done.touch()
    return folder
