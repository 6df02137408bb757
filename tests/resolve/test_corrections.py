"""What should be merged and corrected in the systems, and what is left to people."""

from __future__ import annotations

from datetime import datetime

from sot.model.decisions import no_constraints
from sot.model.tables import DOCUMENTS
from sot.resolve import resolve
from sot.rules.project import Settings
from tests.resolve.making import RULES, clustered, conflicts, read, record, resolved, table


def corrected(rows, **more) -> list[tuple[str, str, str | None, str]]:
    """Give (record_id, field, before, after) of the corrections."""
    found = resolved(rows, **more)
    records, _ = read(rows)
    joined = found.corrections.join(records.select("uid", "record_id"), on="uid", maintain_order="left")
    return joined.select("record_id", "field", "before", "after").rows()


def test_a_warning_is_corrected_and_an_info_is_not():
    rows = [
        record("xero:X", "a", "Acme GmbH", tax_id="DE136695976", country="DE", phone="+49 30 901820"),
        record(
            "salesforce:S",
            "a",
            "Acme GmbH",
            tax_id="DE 136 695 975",
            country="Germany",
            phone="+49 30 901821",
        ),
    ]
    assert corrected(rows) == [("S", "tax_id", "DE 136 695 975", "DE136695976")]


def test_a_blank_of_the_authority_is_filled():
    rows = [
        record("xero:X", "a", "Acme", website="https://acme.com/start"),
        record("salesforce:S", "a", "Acme"),
        record("salesforce:T", "b", "Bolt", website="bolt.com"),
    ]
    assert corrected(rows) == [("S", "website", None, "acme.com")]


def test_an_address_is_corrected_in_the_parts_that_differ_and_never_torn():
    crm = record(
        "salesforce:S", "a", "Acme", street="1 High St", city="LEEDS", postcode="LS1 4AP", country="GB"
    )
    whole = record("xero:X", "a", "Acme", street="9 Low Ln", city="Leeds", postcode="LS2 8AA", country="GB")
    assert corrected([crm, whole]) == [
        ("S", "postcode", "LS1 4AP", "LS2 8AA"),
        ("S", "street", "1 High St", "9 Low Ln"),
    ]
    torn = {**whole, "postcode": None}
    assert corrected([crm, torn]) == []


def test_what_is_not_fit_to_be_written_elsewhere_is_not():
    crm = record("salesforce:S", "a", "Acme", country="DE")
    other = record("salesforce:T", "b", "Bolt", website="bolt.com", country="DE", phone="+49 30 901820")
    bookkeeper = record("xero:X", "a", "Acme", email="acme@ledger-partners.com")
    assert corrected([crm, other, bookkeeper]) == []
    wrong = record("xero:X", "a", "Acme", tax_id="DE136695975", country="DE")
    assert corrected([{**crm, "tax_id": "DE129273398"}, wrong]) == []
    unnamed = record("asana:P", "a", "Acme", phone="+49 30 901821")
    assert corrected([crm, other, unnamed]) == []


def test_two_valid_tax_ids_and_ties_are_for_a_person():
    clash = [
        record("xero:X", "a", "Acme", tax_id="DE136695976", country="DE"),
        record("salesforce:S", "a", "Acme", tax_id="DE129273398", country="DE"),
    ]
    assert corrected(clash) == []
    tie = [
        record("xero:X", "a", "Acme", street="1 High St", city="Leeds"),
        record("netsuite:N", "a", "Acme", street="2 High St", city="Leeds"),
    ]
    assert corrected(tie) == []


def test_links_in_doubt_merge_and_correct_nothing():
    rows = [
        record("salesforce:1", "a", "Acme", city="Leeds", tax_id="GB980780684"),
        record("salesforce:2", "a", "Acme"), record("salesforce:3", "a", "Acme"),
        record("xero:4", "a", "Acme", city="York"), record("xero:5", "b", "Bolt", tax_id="GB980780684"),
    ]  # fmt: skip
    records, groups = read(rows)
    doubted = clustered(records, groups, doubtful=["salesforce:3", "xero:4"])
    found = resolve(records, table(DOCUMENTS, []), doubted, no_constraints(), Settings(), RULES)
    assert found.merges.select("uid_survivor", "uid").rows() == [(0, 1)]
    assert found.corrections.is_empty()
    sure = clustered(records, groups)
    found = resolve(records, table(DOCUMENTS, []), sure, no_constraints(), Settings(), RULES)
    assert found.merges.height == 2
    assert not found.corrections.is_empty()


def test_the_account_that_stays_is_live_busy_old_or_complete():
    def kept(one, two, documents=()):
        rows = [
            record("xero:1", "a", **{"name": "Acme", **one}),
            record("xero:2", "a", **{"name": "Acme", **two}),
        ]
        found = resolved(rows, documents)
        [merge] = found.merges.rows(named=True)
        [duplicate] = conflicts(found, "duplicate_in_system")
        assert duplicate["chosen"] == f"xero:{merge['uid_survivor'] + 1}"
        assert duplicate["rule"] == merge["rule"]
        return merge["uid_survivor"] + 1, merge["rule"]

    old, new = {"created_on": datetime(2020, 1, 1)}, {"created_on": datetime(2024, 1, 1)}
    invoice = {"system": "xero", "customer_id": "2", "object": "invoice"}
    assert kept({}, {"status": "Inactive"}) == (1, "live")
    assert kept(old, new, [invoice]) == (2, "most documents")
    assert kept(new, old) == (2, "oldest")
    assert kept({}, old) == (2, "oldest")
    assert kept({}, {"city": "Leeds"}) == (2, "most complete")
    assert kept({"name": "ACME LTD"}, {"name": "Acme Ltd"}) == (2, "golden name")
    assert kept({}, {}) == (1, "first id")
