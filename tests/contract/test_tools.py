"""The tools that hold the house rules pass over the whole checkout."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
LONGEST_FUNCTION, LONGEST_MODULE = 60, 350


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "--no-cache", "src", "tests"],
        ["mypy"],
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
