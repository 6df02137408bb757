"""Shipped rules that were checked are kept beside the modules, and are never those of another file or of other code."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sot.errors import RulesError
from sot.rules import compiled, loader
from sot.rules.naming import Habits
from sot.rules.registry import models
from sot.rules.rulebook import Rulebook, shipped

HABITS = "naming/habits.yaml"


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give the file of a process that has loaded nothing yet."""
    file = tmp_path / "__pycache__" / "rules.pickle"
    monkeypatch.setattr(compiled, "_file", lambda: file)
    monkeypatch.setattr(compiled, "_NEW", {})
    monkeypatch.setattr(loader, "_LOADED", {})
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    compiled._kept.cache_clear()
    yield file
    compiled._kept.cache_clear()


def another_process() -> None:
    compiled.write()
    compiled._kept.cache_clear()
    loader._LOADED.clear()


def test_what_is_kept_equals_what_is_read(kept: Path) -> None:
    rules = Rulebook()
    read = {name: rules.get(name, model) for name, model in models(rules).items()}
    another_process()
    rules = Rulebook()
    assert {name: rules.get(name, model) for name, model in models(rules).items()} == read
    assert compiled._NEW == {}


def test_a_file_that_changed_is_read_anew_and_checked(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(shipped(), tmp_path / "rules")
    monkeypatch.setattr("sot.rules.rulebook.shipped", lambda: tmp_path / "rules")
    before = Rulebook().get(HABITS, Habits)
    another_process()
    file = tmp_path / "rules" / HABITS
    file.write_text(file.read_text(encoding="utf-8") + "nonsense: 1\n", encoding="utf-8")
    with pytest.raises(RulesError, match=r"habits.yaml:\d+:1: nonsense: unknown setting"):
        Rulebook().get(HABITS, Habits)
    shutil.copy(shipped() / HABITS, file)
    assert Rulebook().get(HABITS, Habits) == before


def test_rules_of_a_project_are_not_kept(kept: Path, tmp_path: Path) -> None:
    own = tmp_path / "own" / HABITS
    own.parent.mkdir(parents=True)
    shutil.copy(shipped() / HABITS, own)
    Rulebook(tmp_path / "own").get(HABITS, Habits)
    compiled.write()
    assert not kept.exists()


def test_a_damaged_file_is_not_used_and_written_anew(kept: Path) -> None:
    read = Rulebook().get(HABITS, Habits)
    another_process()
    sound = kept.read_bytes()
    for damaged in (b"", b"x" * 99, sound[:-9], sound[:40] + b"x" + sound[41:]):
        kept.write_bytes(damaged)
        another_process()
        assert Rulebook().get(HABITS, Habits) == read
        another_process()
        assert kept.read_bytes() == sound


def test_what_other_code_checked_is_not_used(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Rulebook().get(HABITS, Habits)
    another_process()
    monkeypatch.setattr(compiled, "_state", lambda: "another version")
    Rulebook().get(HABITS, Habits)
    assert len(compiled._NEW) == 1


def test_a_folder_that_takes_no_files_is_no_error(kept: Path) -> None:
    kept.parent.write_text("a file of this name")
    read = Rulebook().get(HABITS, Habits)
    another_process()
    assert Rulebook().get(HABITS, Habits) == read
