"""Sub-accounts (jobs, sites) and test accounts: what they are in the golden list, and what is never done to them."""

from __future__ import annotations

import polars as pl
import pytest

from sot.resolve import without_tests
from tests.resolve.making import conflicts, customer, read, record, resolved

PARENT = record(
    "quickbooks_online:P", "a", "Cedar Dental", street="500 Pine St", city="Seattle", phone="+1 425 555 0131"
)


def job(key: str, name: str, group: str = "a", **more):
    return record(
        f"quickbooks_online:{key}", group, f"Cedar Dental:{name}", parent_name="Cedar Dental", **more
    )


def test_a_sub_account_is_no_duplicate_and_keeps_its_site():
    site = job("S", "Downtown", street="77 Bay St", city="Tacoma", phone="+1 206 555 0149")
    found = resolved(
        [PARENT, site, record("salesforce:C", "a", "Cedar Dental", street="500 Pine St", city="Seattle")]
    )
    assert found.merges.is_empty()
    assert not conflicts(found, "duplicate_in_system")
    assert not conflicts(found, "value_disagreement", "address")
    assert found.corrections.is_empty()
    # In a system that keeps no jobs below its accounts, the same two are duplicates.
    elsewhere = [{**PARENT, "system": "xero"}, {**site, "system": "xero"}]
    assert conflicts(resolved(elsewhere), "duplicate_in_system")


def test_two_accounts_beside_a_sub_account_are_duplicates():
    found = resolved(
        [PARENT, record("quickbooks_online:Q", "a", "Cedar Dental Inc"), job("J", "Website 2025")]
    )
    [twice] = conflicts(found, "duplicate_in_system")
    assert twice["record_ids"] == "quickbooks_online:P|quickbooks_online:Q"
    assert found.merges.height == 1


def test_a_company_below_another_one_is_compared_with_the_other_systems():
    below = job("E", "Cedar East LLC", group="b", street="12 Main Ave", city="Spokane")
    crm = record("salesforce:C", "b", "Cedar East LLC", street="9 Low Ln", city="Yakima")
    found = resolved([PARENT, below, crm])
    assert conflicts(found, "value_disagreement", "address")
    assert found.corrections.join(_of(found, [PARENT, below, crm]), on="uid").is_empty()


def _of(found, rows):
    records, _ = read(rows)
    return records.filter(records["record_id"] == "E").select("uid")


NAMES_OF_TESTS = (
    "Test Account", "Acme (demo)", "Sandbox", "TEST - Ltd", "Demo Company (UK)", "Demo Account 1", "Client de test",
    "Société Test", "Test123", "Empresa de prueba",
)  # fmt: skip
NAMES_OF_COMPANIES = (
    "Demo Foods Ltd", "Test Valley Council", "Test Systems GmbH", "Contest Ltd", "Acme", None
)  # fmt: skip


@pytest.fixture(scope="module")
def flagged() -> dict[str | None, bool]:
    """Give whether the account of each name is a test account, each a customer by itself."""
    names = (*NAMES_OF_TESTS, *NAMES_OF_COMPANIES)
    rows = [record(f"salesforce:A{number}", str(number), name) for number, name in enumerate(names)]
    golden = resolved(rows).golden
    assert golden.height == len(names)
    return dict(golden.select("name", "is_test").rows())


@pytest.mark.parametrize(
    ("name", "test"),
    [*((name, True) for name in NAMES_OF_TESTS), *((name, False) for name in NAMES_OF_COMPANIES)],
)
def test_a_test_account_is_flagged_and_a_company_of_such_a_name_is_not(flagged, name, test):
    assert flagged[name] is test


def test_nothing_is_done_about_test_accounts():
    rows = [
        record(f"salesforce:{key}", "a", name, street="1 Test St", phone="(555) 555-5555")
        for key, name in (("A", "Test Account"), ("B", "Acme (demo)"))
    ]
    found = resolved([*rows, record("xero:X", "b", "Bolt")])
    assert found.merges.is_empty() and found.corrections.is_empty()
    assert not conflicts(found, "duplicate_in_system")
    assert [row["golden_id"] for row in conflicts(found, "only_in_one_system")] == [
        row["golden_id"] for row in found.golden.to_dicts() if row["name"] == "Bolt"
    ]


def test_a_customer_with_one_account_that_is_none_is_a_customer():
    rows = [record("salesforce:A", "a", "Acme (test)"), record("xero:X", "a", "Acme")]
    assert customer(resolved(rows))["is_test"] is False


def test_no_question_is_asked_about_two_test_accounts():
    golden = pl.DataFrame({"golden_id": ["T", "C"], "is_test": [True, False]})
    members = pl.DataFrame(
        {"uid": [0, 1, 2], "golden_id": ["T", "T", "C"]}, schema_overrides={"uid": pl.Int32}
    )
    questions = pl.DataFrame(
        {"uid_l": [0, 0], "uid_r": [1, 2]}, schema={"uid_l": pl.Int32, "uid_r": pl.Int32}
    )
    assert without_tests(questions, members, golden)["uid_r"].to_list() == [2]
