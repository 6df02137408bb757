"""Words that a person reads are plain English: none of the words below in docs, help, messages, templates and rules."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

BETTER = {
    r"tells?|told": "show, list, report, say",
    r"telling": "distinctive",
    r"stands?|stood": "is, occurs, means",
    r"lies": "is",
    r"crept back": "reappeared",
    r"hangs? together": "is held together",
    r"gravest|how grave": "most severe, severity",
    r"weightiest": "highest impact first",
    r"anew": "again",
    r"beyond doubt": "certainly",
    r"folds? \w+ in": "applies",
    r"put right": "correct",
    r"a fault of sot": "internal error",
    r"the very same": "exactly the same",
    r"nobody said": "is unknown",
}
"""What is not written, as a regular expression of whole words, and what to write instead."""

AVOIDED = re.compile(rf"\b(?:{'|'.join(BETTER)})\b", re.IGNORECASE)

PAGES = ("*.md", "docs/*.md", "docs/decisions/*.md", "docs/background/*.md", "sample_data/*.md", "action.yml")
RULES = ("governance", "handoffs", "quality", "review")
TEMPLATES = ("emit/templates", "profile/templates", "review/web/templates")


def _files() -> Iterator[tuple[str, str]]:
    """Give the place and the text of all that is read as it is."""
    for pattern in PAGES:
        for path in sorted(ROOT.glob(pattern)):
            yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")
    for folder in RULES:
        for path in sorted((ROOT / "rules" / folder).glob("*.yaml")):
            yield f"rules/{folder}/{path.name}", path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "rules" / "systems").glob("*.yaml")):
        kept = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("about:")]
        yield f"rules/systems/{path.name}", "\n".join(kept)
    for folder in TEMPLATES:
        for path in sorted((ROOT / "src" / "sot" / folder).rglob("*.*")):
            if path.suffix in (".j2", ".html"):
                yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")


def _messages(path: Path) -> Iterator[tuple[int, str]]:
    """Give the texts of several words in a module, without its docstrings; docs/cli.md holds those that are help."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    silent = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in silent:
            continue
        if " " in node.value.strip() and not re.search(r"\bselect ", node.value, re.IGNORECASE):
            yield node.lineno, node.value


def avoided(text: str) -> list[str]:
    """Give the avoided words in a text; names in backticks are not looked at."""
    return AVOIDED.findall(re.sub(r"`[^`]*`", "", text))


@pytest.mark.parametrize(("place", "text"), [pytest.param(*file, id=file[0]) for file in _files()])
def test_pages_rules_and_templates_are_plain(place: str, text: str) -> None:
    wrong = [
        f"{place}:{nr}: {avoided(line)}"
        for nr, line in enumerate(text.splitlines(), start=1)
        if avoided(line)
    ]
    assert not wrong, f"write instead: {BETTER}"


def test_messages_are_plain() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line}: {avoided(text)}"
        for path in sorted((ROOT / "src" / "sot").rglob("*.py"))
        if not {"demo", "on_engine"} & set(path.parts)
        for line, text in _messages(path)
        if avoided(text)
    ]
    assert not wrong, f"write instead: {BETTER}"


def test_avoided_words_are_seen() -> None:
    assert avoided("What stands there tells what crept back; it was put right") == [
        "stands",
        "tells",
        "crept back",
        "put right",
    ]
    assert not avoided("Standing orders and storytellers are fine")
