"""What several tests look at and none changes: made once, whichever worker needs it first."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from sot.workspace.append_log import locked

_PATIENCE = 600.0
"""Seconds that a worker waits for what another one makes, on a loaded machine."""


def shared(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Give the folder that `make` filled, for all workers of a run of the tests; who changes it, copies it."""
    root = _root(factory)
    folder, done = root / f"shared-{name}", root / f"shared-{name}.done"
    with locked(root / f"shared-{name}.lock", _PATIENCE):
        if not done.exists():
            folder.mkdir()
            make(folder)
            done.write_text(_state(folder), encoding="utf-8")
    return folder


def changed(factory: pytest.TempPathFactory) -> list[str]:
    """Give the names of the shared folders that are no longer as they were made."""
    return [
        done.stem
        for done in sorted(_root(factory).glob("shared-*.done"))
        if done.read_text(encoding="utf-8") != _state(done.with_suffix(""))
    ]


def _root(factory: pytest.TempPathFactory) -> Path:
    root = factory.getbasetemp()
    return root.parent if "PYTEST_XDIST_WORKER" in os.environ else root


def _state(folder: Path) -> str:
    """Give a digest of all names and contents."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        digest.update(f"{path.relative_to(folder)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest() if path.is_file() else b"")
    return digest.hexdigest()
