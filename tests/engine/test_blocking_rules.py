"""Blocking rules on an engine: a rule that looks at several records needs its keys record by record."""

from __future__ import annotations

import pytest

from sot.engine.embedded import Embedded
from sot.errors import RulesError
from sot.match.on_engine import blocking
from sot.match.on_engine.naming import Listed
from sot.rules import Rulebook
from sot.rules.bundle import Bundle
from sot.rules.matching import BLOCKING, BlockingRules

WHOLE = "select min(uid) as uid, phone as key from record group by phone"


def test_a_rule_over_several_records_is_refused() -> None:
    shipped = Rulebook().path(BLOCKING).read_text(encoding="utf-8")
    own = shipped + f'  - {{name: first of a phone, cap: 9, tier: always, keys: "{WHOLE}", why: a test}}\n'
    bundle = Bundle((("matching/blocking.yaml", own.encode()),))
    with pytest.raises(RulesError, match="'first of a phone' looks at several records at once"):
        blocking.candidates(Embedded(), Listed(bundle, 100, 2.0))


def test_the_shipped_rules_are_not() -> None:
    blocking.require_by_record(Rulebook().get(BLOCKING, BlockingRules).rules)


def test_own_rules_reach_a_worker() -> None:
    bundle = Bundle((("naming/marks.yaml", b"of the project"), ("matching/policy.yaml", b"x")))
    found = bundle.open()
    assert found.path("naming/marks.yaml").read_bytes() == b"of the project"
    assert found.path(BLOCKING) == Rulebook().path(BLOCKING)
    assert Bundle(bundle.files).open() is found
