"""Every case of `cases/` is read right: exports of real systems, and variants of what they showed."""

from __future__ import annotations

import pytest

from sot.rules import Rulebook
from tests.read.judge import CASES, judged, names_of

RULES = Rulebook()


@pytest.mark.parametrize("name", names_of())
def test_case_is_read_right(name: str) -> None:
    wrong = [str(fact) for fact in judged(CASES / name, RULES) if not fact.holds]
    assert not wrong
