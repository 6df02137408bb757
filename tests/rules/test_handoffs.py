"""What the status of a CRM account says: as listed, else by a word within it."""

from __future__ import annotations

import pytest

from sot.rules import Rulebook
from sot.rules.handoffs import load_exceptions


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        ("customer - direct", "customer"),
        ("potential customer", "prospect"),
        ("key customer (emea)", "customer"),
        ("lost key customer", "former"),
        ("warm lead from fair", "prospect"),
        ("supplier", "other"),
    ],
)
def test_a_longer_status_is_what_its_words_say(status: str, meaning: str) -> None:
    assert load_exceptions(Rulebook()).account_status.meaning_of(status) == meaning
