"""The tools that hold the house rules pass over the whole checkout."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
LONGEST_FUNCTION, LONGEST_MODULE = 60, 350


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "--no-cache", "src", "tests"],
        # A first run takes longer if it also writes what a second one would read.
        ["mypy"] if (ROOT / ".mypy_cache").exists() else ["mypy", "--cache-dir", os.devnull],
        ["importlinter.cli"],
    ],
    ids=["ruff", "mypy", "lint-imports"],
)
def test_it_has_nothing_to_say(command: list[str]) -> None:
    module, *arguments = command
    start = (
        ["-c", "from importlinter.cli import lint_imports_command as lint; lint()"]
        if module == "importlinter.cli"
        else ["-m", module]
    )
    ended = subprocess.run(
        [sys.executable, *start, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr


def not_followed() -> set[str]:
    """Give the packages, and parts of packages, that mypy does not read."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"]
    skipped = [one["module"] for one in config["overrides"] if one.get("follow_imports") == "skip"]
    return {name.removesuffix(".*") for names in skipped for name in names}


def taken(tree: ast.Module) -> list[str]:
    """Give the names that a module imports and may use: those of a package imported to start it only are not used."""
    nodes = list(ast.walk(tree))
    used = {node.id for node in nodes if isinstance(node, ast.Name)}
    plain = [alias for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    return [
        *(alias.name for alias in plain if (alias.asname or alias.name.split(".")[0]) in used),
        *(f"{n.module}.{alias.name}" for n in nodes if isinstance(n, ast.ImportFrom) for alias in n.names),
    ]


def test_no_name_is_taken_from_what_mypy_does_not_read() -> None:
    left_out = tuple(f"{name}." for name in not_followed())
    assert left_out
    names = {(path, name) for path in SOURCES for name in taken(ast.parse(path.read_text(encoding="utf-8")))}
    assert [(path, name) for path, name in names if f"{name}.".startswith(left_out)] == []


def test_modules_are_short() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_functions_are_short() -> None:
    found = {
        f"{path.relative_to(ROOT)}:{node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert len(found) > 300
    assert {name: length for name, length in found.items() if length > LONGEST_FUNCTION} == {}
