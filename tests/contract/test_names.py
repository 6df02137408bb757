"""Local variables say what they hold: none has a name that fits everything."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

SOURCES = Path(__file__).resolve().parents[2] / "src" / "sot"
EMPTY = frozenset({"found", "one", "said", "told", "here"})


def names(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg


def test_no_variable_has_a_name_that_fits_everything() -> None:
    wrong = [
        f"{path.relative_to(SOURCES)}:{line}: {name}"
        for path in sorted(SOURCES.rglob("*.py"))
        for line, name in names(ast.parse(path.read_text(encoding="utf-8")))
        if name in EMPTY
    ]
    assert not wrong, "name what it holds, such as pairs, rows, column or match"


def test_a_name_that_fits_everything_is_seen() -> None:
    tree = ast.parse("def f(said):\n    for one in said:\n        found = one")
    assert {name for _, name in names(tree)} == {"said", "one", "found"}
