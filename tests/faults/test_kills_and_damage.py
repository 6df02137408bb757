"""A slice of the fault bench: commands that are killed, and inputs of every format that are damaged at random."""

from __future__ import annotations

import pytest

from tests.bench import fuzzed, killed

KILLS_EACH = 15
INPUTS = 66


@pytest.mark.parametrize("kind", killed.KINDS)
def test_a_kill_tears_nothing_and_loses_nothing(kind: str) -> None:
    found = killed.run(kind, KILLS_EACH, seed=7)
    assert found.faults == []
    assert found.killed > 0


def test_damaged_inputs_are_read_or_reported() -> None:
    found = fuzzed.run(INPUTS, seed=7)
    assert found.faults == []
    assert sum(found.outcomes.values()) == INPUTS
    assert found.outcomes["reported"] > 0
