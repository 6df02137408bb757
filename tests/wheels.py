"""The wheel of the checkout, for tests of what an installation has."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.shared import shared

ROOT = Path(__file__).resolve().parents[1]


def wheel(factory: pytest.TempPathFactory) -> Path:
    """Give the wheel, built once for all tests."""
    (made,) = shared(factory, "wheel", build).glob("*.whl")
    return made


def build(folder: Path) -> None:
    """Build the wheel into `folder`, without asking any server."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet"]
    subprocess.run([*pip, "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT], check=True)
