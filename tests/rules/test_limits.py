"""YAML that is made to take all memory, all time or all of the stack is refused with its place."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sot.rules.loader import _DEEPEST, FileErrors, RuleModel, _is_shallow, load, parse

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


blocks = st.recursive(
    st.sampled_from(["a", "'*a'", "~", "a & b"]),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, min_size=1)
    ),
    max_leaves=30,
)


@given(blocks, st.integers(0, 60), st.booleans())
def test_a_file_that_is_shallow_at_a_glance_is_shallow(value: object, deeper: int, inline: bool) -> None:
    for _ in range(deeper):
        value = [value]
    text = yaml.safe_dump(value, default_flow_style=inline)
    if _is_shallow(text):
        assert _depth(value) <= _DEEPEST


def _depth(value: object) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return isinstance(value, dict | list) + max(map(_depth, inner), default=0)


def test_a_rules_file_that_changes_is_read_anew_and_one_that_does_not_is_not(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text("a: one\n")
    first = load(file, _Rules)
    assert load(file, _Rules) is first
    file.write_text("a: two\n")
    assert load(file, _Rules).a == "two"


class _Rules(RuleModel):
    a: str


def test_a_file_that_is_gone_or_a_folder_is_reported_and_not_remembered(tmp_path: Path) -> None:
    class Rules(RuleModel):
        name: str

    path = tmp_path / "rules.yaml"
    with pytest.raises(FileErrors, match="can't be read"):
        load(path, Rules)
    path.mkdir()
    with pytest.raises(FileErrors, match="can't be read"):
        load(path, Rules)
    path.rmdir()
    path.write_text("name: a\n")
    assert load(path, Rules).name == "a"
    path.write_text("name: b\n")
    assert load(path, Rules).name == "b"
