"""The lock files hold what pyproject.toml asks for, each with its hashes, and name no server."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def locked(name: str) -> dict[str, list[str]]:
    """Give the versions that a lock file pins, by normalised package name."""
    pins: dict[str, list[str]] = {}
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        if match := re.match(r"([A-Za-z0-9._-]+)(?:\[[a-z0-9,]+\])?==([^ ;]+)", line):
            pins.setdefault(normal(match[1]), []).append(match[2])
    return pins


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def wanted(dev: bool) -> list[Requirement]:
    project = PROJECT["project"]
    lines = [
        *project["dependencies"],
        # The engine spark and the tables of lakes are heavy, and few need them: only the lock of the tests has them.
        *(
            line
            for name, extra in project["optional-dependencies"].items()
            for line in extra
            if dev or name not in ("spark", "lake")
        ),
    ]
    return [Requirement(line) for line in (*lines, *(PROJECT["dependency-groups"]["dev"] if dev else ()))]


@pytest.mark.parametrize(("name", "dev"), [("requirements.lock", False), ("requirements-dev.lock", True)])
def test_every_requirement_is_locked_at_a_version_that_fits(name: str, dev: bool) -> None:
    pins = locked(name)
    wrong = [
        str(requirement)
        for requirement in wanted(dev)
        if not any(
            requirement.specifier.contains(version) for version in pins.get(normal(requirement.name), [])
        )
    ]
    assert wrong == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_pin_has_hashes_and_nothing_names_a_server(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index-url" not in text
    pins = re.split(r"\n(?=\S)", text.strip())
    assert all("--hash=sha256:" in pin for pin in pins)


def test_both_locks_agree() -> None:
    runtime, dev = locked("requirements.lock"), locked("requirements-dev.lock")
    assert {name: dev.get(name) for name in runtime} == runtime
