"""A slice of the fault bench: commands that are killed, and inputs of every format that are damaged at random."""

from __future__ import annotations

from pathlib import Path

import pytest

from sot.model.run import Silent
from sot.model.sources import InputSpec
from sot.read import read_exports
from sot.rules import Rulebook
from sot.rules.project import Settings
from tests.bench import fuzzed, killed, killed_commands
from tests.bench.sound_files import ROWS, sound_files

KILLS_EACH = 15
COMMANDS = {"dedupe": 1, "decide": 2, "review --import": 2, "review --web": 1}
INPUTS = 90


@pytest.mark.parametrize("kind", killed.KINDS)
def test_a_kill_tears_nothing_and_loses_nothing(kind: str) -> None:
    found = killed.run(kind, KILLS_EACH, seed=7)
    assert found.faults == []
    assert found.killed > 0


def test_whole_commands_that_are_killed_tear_nothing_and_lose_nothing() -> None:
    assert set(COMMANDS) == set(killed_commands.COMMANDS)
    found = list(killed_commands.run(COMMANDS, seed=7))
    assert [fault for one in found for fault in one.faults] == []
    assert {one.kind: one.tries for one in found} == COMMANDS
    assert sum(one.killed for one in found) > 0


@pytest.mark.parametrize("name", sound_files())
def test_what_is_damaged_afterwards_is_read_before(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(sound_files()[name])
    found = read_exports([InputSpec(str(tmp_path / name))], Rulebook(None), Settings(), Silent())
    assert found.records.height >= (3 if name.startswith("book") else len(ROWS))


def test_damaged_inputs_are_read_or_reported() -> None:
    found = fuzzed.run(INPUTS, seed=7)
    assert found.faults == []
    assert found.tries == sum(found.outcomes.values()) == INPUTS
    assert found.outcomes["reported"] > 0
    assert found.outcomes["read"] > 0
