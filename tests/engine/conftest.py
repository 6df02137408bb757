"""What the tests of engines need of the process."""

from __future__ import annotations

import sys

import pytest


@pytest.fixture(autouse=True)
def _main_is_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the main module a file: pyspark takes one without, as a worker of xdist has, for its own doctests."""
    monkeypatch.setattr(sys.modules["__main__"], "__file__", __file__, raising=False)
