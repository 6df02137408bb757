"""What is reported: every kind of conflict from records that show it, and from records that don't."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl

from sot.model.decisions import Constraints, Decision, no_constraints
from sot.model.tables import DOCUMENTS, QUESTIONS, RELATED, empty
from sot.resolve import resolve, without_expired
from sot.resolve.conflicts import lasting_ids
from sot.rules import Rulebook
from sot.rules.project import CompanySettings, Settings
from sot.workspace.golden_id_ledger import Ledger, no_ledger
from tests.resolve.making import RULES, clustered, conflicts, read, record, resolved, table


def test_different_values_are_a_conflict_with_winner_rule_and_system_to_fix():
    found = resolved(
        [
            record("salesforce:A", "a", "Acme Ltd", website="acme.com", balance_amount=5.0),
            record("xero:X", "a", "Acme Ltd", website="acme.co.uk", balance_amount=120.5, currency="GBP"),
        ]
    )
    [conflict] = conflicts(found, "value_disagreement", "domain")
    assert conflict["values"] == "salesforce=acme.com | xero=acme.co.uk"
    assert (conflict["chosen"], conflict["rule"], conflict["fix_in"]) == (
        "acme.com",
        "authority: crm",
        "xero",
    )
    assert conflict["record_ids"] == "salesforce:A|xero:X"
    assert (conflict["exposure"], conflict["exposure_currency"]) == (120.5, "GBP")
    assert conflict["severity"] == "info"
    assert conflict["golden_name"] == "Acme Ltd"


def test_equal_values_in_other_spellings_are_no_conflict():
    found = resolved(
        [
            record("salesforce:A", "a", "Acme, Inc.", phone="(212) 555-7100", city="New York", country="USA",
                   street="5 West 20th Street", region="New York", postcode="10011-1234"),
            record("xero:X", "a", "ACME INC", phone="+1 212 555 7100", city="NEW YORK", country="US",
                   street="5 W. 20th St.", region="NY", postcode="10011"),
        ]
    )  # fmt: skip
    assert not conflicts(found, "value_disagreement")
    assert not conflicts(found, "survivorship_tie")


def test_what_only_the_alphabet_decides_is_a_tie():
    found = resolved([record("xero:1", "a", "Acme B"), record("xero:2", "a", "Acme A")])
    [tie] = conflicts(found, "survivorship_tie", "name")
    assert (tie["chosen"], tie["rule"]) == ("Acme A", "tie-break")
    assert not conflicts(found, "value_disagreement", "name")


def test_two_valid_tax_ids_of_one_country_are_a_blocker():
    rows = [
        record("xero:1", "a", "Acme", tax_id="DE136695976", country="DE"),
        record("salesforce:2", "a", "Acme", tax_id="DE129273398", country="DE"),
    ]
    [clash] = conflicts(resolved(rows), "identifier_clash")
    assert (clash["severity"], clash["field"], clash["fix_in"]) == ("blocker", "tax_id", "salesforce")
    abroad = [rows[0], {**rows[1], "tax_id": "FR40303265045", "country": "FR"}]
    assert not conflicts(resolved(abroad), "identifier_clash")


def test_customers_that_share_a_tax_id_are_asked_about_and_a_portal_is_not():
    rows = [
        record("xero:1", "a", "Acme", tax_id="DE136695976", country="DE", website="acme.de"),
        record("salesforce:2", "b", "Bolt", tax_id="DE 136 695 976", country="DE", website="bolt.de"),
        *[record(f"asana:{i}", f"g{i}", f"Shop {i}", website="portal.example.org") for i in range(30)],
    ]
    found = resolved(rows)
    [shared] = conflicts(found, "identifier_shared")
    assert shared["field"] == "tax_id"
    assert shared["record_ids"] == "salesforce:2|xero:1" or shared["record_ids"] == "xero:1|salesforce:2"
    assert "=Acme" in shared["values"] and "=Bolt" in shared["values"]


def test_a_domain_shared_within_a_group_is_no_question():
    rows = [
        record("xero:1", "a", "Acme DE", website="acme.com"),
        record("xero:2", "b", "Acme FR", website="acme.com"),
    ]
    records, groups = read(rows)
    clustering = clustered(records, groups)
    ids = sorted(clustering.clusters["golden_id"])
    related = table(RELATED, [{"golden_id_l": ids[0], "golden_id_r": ids[1], "relation": "group"}])
    apart = resolve(records, empty(DOCUMENTS), clustering, no_constraints(), Settings(), RULES)
    assert len(conflicts(apart, "identifier_shared")) == 1
    group = _with(clustering, related=related)
    assert not conflicts(
        resolve(records, empty(DOCUMENTS), group, no_constraints(), Settings(), RULES), "identifier_shared"
    )


def test_the_authority_that_has_nothing_is_to_be_completed():
    rows = [
        record("xero:1", "a", "Acme", city="Leeds"),
        record("salesforce:2", "a", "Acme", tax_id="DE136695976"),
        record("xero:3", "b", "Bolt", tax_id="GB980780684"),
    ]
    [blank] = conflicts(resolved(rows), "authority_blank", "tax_id")
    assert (blank["chosen"], blank["fix_in"]) == ("DE136695976", "xero")
    assert blank["record_ids"] == "salesforce:2|xero:1"


def test_a_system_that_never_holds_the_field_is_not_blamed():
    rows = [record("xero:1", "a", "Acme"), record("salesforce:2", "a", "Acme", tax_id="DE136695976")]
    assert not conflicts(resolved(rows), "authority_blank", "tax_id")


def test_customers_of_one_system_name_the_systems_that_lack_them():
    rows = [
        record("xero:1", "a", "Acme"), record("salesforce:2", "a", "Acme"), record("xero:3", "b", "Bolt"),
        record("asana:4", "c", "Cord", object="project"),
    ]  # fmt: skip
    found = {c["golden_name"]: c["fix_in"] for c in conflicts(resolved(rows), "only_in_one_system")}
    assert found == {"Bolt": "salesforce", "Cord": "salesforce|xero"}
    core = Settings(company=CompanySettings(core_systems=("asana", "xero")))
    found = {
        c["golden_name"]: c["fix_in"] for c in conflicts(resolved(rows, settings=core), "only_in_one_system")
    }
    assert found == {"Bolt": "asana", "Cord": "xero"}


def test_one_system_alone_lacks_nothing():
    assert not conflicts(resolved([record("xero:1", "a", "Acme")]), "only_in_one_system")


def test_active_here_and_inactive_there():
    rows = [
        record("xero:1", "a", "Acme", status="Inactive"),
        record("salesforce:2", "a", "Acme", status="Active"),
        record("salesforce:3", "b", "Bolt", status="Active"), record("salesforce:4", "b", "Bolt (old)"),
    ]  # fmt: skip
    [mismatch] = conflicts(resolved(rows), "status_mismatch")
    assert mismatch["values"] == "salesforce=active | xero=inactive"
    assert (mismatch["chosen"], mismatch["fix_in"]) == ("inactive", "salesforce")


def test_duplicates_are_accounts_not_projects():
    rows = [
        record("salesforce:1", "a", "Acme"), record("salesforce:2", "a", "Acme Ltd"),
        record("asana:1", "a", "Acme", object="project"), record("asana:2", "a", "Acme", object="project"),
    ]  # fmt: skip
    [duplicate] = conflicts(resolved(rows), "duplicate_in_system")
    assert (duplicate["fix_in"], duplicate["record_ids"]) == ("salesforce", "salesforce:1|salesforce:2")


def test_an_id_used_twice_in_its_system():
    rows = [record("xero:7", "a", "Acme"), record("xero:7#2", "b", "Bolt"), record("xero:8", "c", "Cord")]
    records, groups = read(rows)
    marked = records.with_columns(pl.col("record_id").str.starts_with("7").alias("id_repeated"))
    clustering = clustered(records, groups)
    found = resolve(marked, empty(DOCUMENTS), clustering, no_constraints(), Settings(), RULES)
    [repeated] = conflicts(found, "duplicate_record_id")
    assert (repeated["severity"], repeated["record_ids"]) == ("blocker", "xero:7|xero:7#2")


def test_a_doubtful_link_inside_a_customer():
    records, groups = read([record("xero:1", "a", "Acme"), record("salesforce:2", "a", "Acme North")])
    question = {"uid_l": 0, "uid_r": 1, "match_probability": 0.75, "joined": True, "vetoed": False}
    clustering = _with(clustered(records, groups), questions=table(QUESTIONS, [question]))
    found = resolve(records, empty(DOCUMENTS), clustering, no_constraints(), Settings(), RULES)
    [bridge] = conflicts(found, "weak_bridge")
    assert bridge["values"] == "salesforce:2 ~ xero:1 (75 %)"


def test_more_records_than_a_customer_can_have():
    found = resolved([record(f"xero:{i}", "a", "Acme") for i in range(61)])
    [large] = conflicts(found, "oversized_cluster")
    assert (large["severity"], large["values"]) == ("blocker", "xero=61 records")


def test_what_became_of_the_customers_of_the_run_before():
    rows = [record("xero:1", "a", "Acme"), record("xero:2", "b", "Acme"), record("xero:3", "b", "Acme")]
    records, groups = read(rows)
    before = clustered(records, groups)
    ledger = Ledger(before.ledger, no_ledger().redirects)
    one = clustered(records, pl.Series(["a", "a", "a"]), ledger)
    merged = resolve(records, empty(DOCUMENTS), one, no_constraints(), Settings(), RULES)
    [conflict] = conflicts(merged, "customers_merged")
    old, new = conflict["values"].split(" → ")
    assert new == conflict["golden_id"] == one.clusters["golden_id"].item()
    assert old in before.clusters["golden_id"]
    assert conflict["record_ids"] == "xero:1|xero:2|xero:3"
    three = clustered(records, pl.Series(["a", "b", "c"]), ledger)
    [conflict] = conflicts(
        resolve(records, empty(DOCUMENTS), three, no_constraints(), Settings(), RULES), "customer_split"
    )
    assert conflict["record_ids"] == "xero:2|xero:3"


def test_decisions_that_contradict_each_other_or_have_lost_their_records():
    records = (("xero", "1"), ("xero", "2"))
    decisions = {
        "d-1": Decision("d-1", "2026-01-01T00:00:00Z", "ana", "same", records),
        "d-2": Decision("d-2", "2026-01-02T00:00:00Z", "bob", "different", records),
        "d-3": Decision("d-3", "2026-01-03T00:00:00Z", "bob", "same", (("xero", "1"), ("xero", "99"))),
    }
    none = no_constraints()
    constraints = Constraints(
        none.must, none.cannot, none.related, (("d-2", "d-1"),), (("d-3", ("xero", "99")),), decisions
    )
    found = resolved([record("xero:1", "a", "Acme"), record("xero:2", "b", "Acme")], constraints=constraints)
    [contradiction] = conflicts(found, "contradictory_decisions")
    assert contradiction["values"] == "d-1=same (ana) | d-2=different (bob)"
    assert (contradiction["severity"], contradiction["golden_name"]) == ("blocker", "Acme")
    [orphan] = conflicts(found, "orphan_decision")
    assert (orphan["record_ids"], orphan["golden_id"]) == ("xero:99", None)


def test_blockers_come_first_and_ids_are_unique():
    rows = [
        record("xero:1", "a", "Acme", tax_id="DE136695976", country="DE"),
        record("xero:2", "a", "Acme", tax_id="DE129273398", country="DE"),
        record("salesforce:3", "b", "Bolt"),
    ]
    found = resolved(rows).conflicts
    order = found["severity"].replace_strict({"blocker": 0, "warning": 1, "info": 2})
    assert order.is_sorted()
    assert found["conflict_id"].is_unique().all()


def test_a_conflict_keeps_its_id_when_a_value_changes_and_a_waiver_holds_it(tmp_path):
    def rows(website):
        return [
            record("xero:1", "a", "Acme", website=website),
            record("salesforce:2", "a", "Acme", website="a.com"),
        ]

    [first] = conflicts(resolved(rows("b.com")), "value_disagreement", "domain")
    (tmp_path / "governance").mkdir()
    (tmp_path / "governance" / "waivers.yaml").write_text(
        f"waivers:\n  - {{conflict: {first['conflict_id']}, by: ana, reason: two shops, until: 2027-01-31}}\n"
    )
    [second] = conflicts(resolved(rows("c.com"), rules=Rulebook(tmp_path)), "value_disagreement", "domain")
    assert second["conflict_id"] == first["conflict_id"]
    assert (first["waived_until"], second["waived_until"]) == (None, "2027-01-31")


def test_a_waiver_ends_with_its_day():
    waived = resolved([record("xero:1", "a", "Acme B"), record("xero:2", "a", "Acme A")])
    until = pl.lit("2027-01-31").alias("waived_until")
    waived = replace(waived, conflicts=waived.conflicts.with_columns(until))
    for today, left in ((date(2027, 1, 31), True), (date(2027, 2, 1), False)):
        days = without_expired(waived, today).conflicts["waived_until"]
        assert days.is_not_null().all() == left


def _with(clustering, **changes):
    return type(clustering)(**{**clustering.__dict__, **changes})


def test_an_id_is_the_same_in_a_short_list_and_in_a_long_one(monkeypatch):
    about = {
        "kind": ["orphan", "märz"],
        "golden_id": ["C1", None],
        "field": [None, "name"],
        "record_ids": ["1", ""],
    }
    short = lasting_ids.lasting_ids(pl.DataFrame(about))
    monkeypatch.setattr(lasting_ids, "FEW", 0)
    assert lasting_ids.lasting_ids(pl.DataFrame(about)).to_list() == short.to_list()
