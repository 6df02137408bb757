"""YAML that is made to take all memory, all time or all of the stack is refused with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from sot.rules.loader import parse

BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 10)
)

HOSTILE = {
    "nine levels of aliases": (BOMB, "aliases"),
    "an alias of itself": ("a: &a [*a]\n", "refers to itself"),
    "nine hundred brackets": ("a: " + "[" * 900 + "]" * 900, "nested more than"),
    "a hundred thousand brackets": ("[" * 100_000, "nested more than"),
    "two hundred levels of blanks": ("".join(f"{' ' * i}a:\n" for i in range(200)), "nested more than"),
    "five million characters": ("a: " + "x" * 5_000_000, "is larger than"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_yaml_is_refused_with_its_place(tmp_path: Path, case: str) -> None:
    text, word = HOSTILE[case]
    path = tmp_path / "sot.yaml"
    path.write_text(text)
    data, _, problems = parse(path)
    assert data is None
    assert len(problems) == 1 and word in problems[0].what


def test_aliases_are_taken_as_far_as_they_are_few(tmp_path: Path) -> None:
    path = tmp_path / "sot.yaml"
    path.write_text("a: &a [x, y]\nb: *a\nc: *a\n")
    data, _, problems = parse(path)
    assert (data, problems) == ({"a": ["x", "y"], "b": ["x", "y"], "c": ["x", "y"]}, [])
