"""docs/architecture.md is true: its packages, layers, entry points and places exist."""

from __future__ import annotations

import re
import tomllib
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def _cells(heading: str) -> list[list[str]]:
    """Give the cells of the table under a heading, without its first two lines."""
    section = PAGE.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]]


def test_layers_are_those_of_the_import_contract() -> None:
    told = [set(re.findall(r"`(\w+)`", row[1])) for row in _cells("Packages")]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = project["tool"]["importlinter"]["contracts"][0]["layers"]
    held = [set(layer.split(" | ")) for layer in layers]
    assert told == [*held[:-2], held[-2] | held[-1]]


def test_entry_points_exist() -> None:
    for package, entry, _ in _cells("Entry points"):
        module, name = entry.strip("`").split(":")
        assert module == f"sot.{package.strip('`')}"
        assert callable(getattr(import_module(module), name))


def test_places_exist() -> None:
    places = [place for row in _cells("Where to find it") for place in re.findall(r"`([\w/.]+)`", row[1])]
    assert len(places) > 8
    assert [place for place in places if not (ROOT / place).exists()] == []
