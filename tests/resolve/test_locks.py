"""Values that a steward has fixed: they win, they say by which decision, and they end with their value."""

from __future__ import annotations

import polars as pl

from sot.model.decisions import LOCKS, Constraints, Decision, no_constraints
from tests.resolve.making import conflicts, origin, record, resolved

ROWS = [
    record("salesforce:A", "a", "Acme", website="acme.com", street="1 High St", city="Leeds"),
    record("xero:X", "a", "Acme", website="acme.co.uk", city="York"),
]


def locked(*locks: tuple[int, str, str]) -> Constraints:
    """Give constraints with locks (uid, field, value), decided one after the other as d-0, d-1 …"""
    keys = [("salesforce", "A"), ("xero", "X")]
    none = no_constraints()
    decisions = {
        f"d-{i}": Decision(
            f"d-{i}", "2026-01-01T00:00:00Z", "ana", "same", (keys[uid],), field=field, value=value
        )
        for i, (uid, field, value) in enumerate(locks)
    }
    rows = [(*lock, f"d-{i}") for i, lock in enumerate(locks)]
    table = pl.DataFrame(rows, schema=dict(LOCKS), orient="row")
    return Constraints(none.must, none.cannot, none.related, decisions=decisions, locks=table)


def test_a_locked_value_beats_the_authority_and_names_the_decision():
    domain = origin(resolved(ROWS, constraints=locked((1, "domain", "acme.co.uk"))), "domain")
    assert (domain["value"], domain["rule"], domain["system"]) == ("acme.co.uk", "locked: d-0", "xero")
    assert domain["runners_up"] == "salesforce=acme.com"


def test_a_locked_address_wins_even_if_it_is_less_complete():
    found = resolved(ROWS, constraints=locked((1, "address", "York")))
    assert origin(found, "city")["value"] == "York"
    assert found.golden["street"].item() is None


def test_the_last_lock_of_a_customer_counts():
    found = resolved(ROWS, constraints=locked((1, "domain", "acme.co.uk"), (0, "domain", "acme.com")))
    assert origin(found, "domain")["rule"] == "locked: d-1"


def test_a_lock_on_a_value_that_is_gone_fixes_nothing_and_is_reported():
    found = resolved(ROWS, constraints=locked((1, "domain", "acme.org")))
    assert origin(found, "domain")["value"] == "acme.com"
    [orphan] = conflicts(found, "orphan_decision")
    assert orphan["values"] == "d-0=acme.org (ana)"
    assert orphan["record_ids"] == "xero:X"


def test_the_account_that_a_steward_chose_stays_and_the_last_choice_counts():
    rows = [record(f"xero:{i}", "a", "Acme", city=city) for i, city in enumerate(["York", "", ""])]
    found = resolved(rows, constraints=locked((1, "survivor", "1")))
    assert found.merges.select("uid", "uid_survivor", "rule").rows() == [
        (0, 1, "decision"),
        (2, 1, "decision"),
    ]
    last = resolved(rows, constraints=locked((1, "survivor", "1"), (0, "survivor", "0")))
    assert set(last.merges["uid_survivor"]) == {0}
