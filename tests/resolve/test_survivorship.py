"""Which value survives, by which rule, and where it came from."""

from __future__ import annotations

import polars as pl
import pytest

from tests.resolve.making import customer, origin, record, resolved

ACME_CRM = record(
    "salesforce:A1", "acme", "Acme GmbH", website="https://www.acme.de", phone="+49 30 901820",
    street="Alte Str. 1", city="Berlin", postcode="10115", country="Germany", updated="2025-01-01",
)  # fmt: skip
ACME_FINANCE = record(
    "xero:X1", "acme", "ACME Gesellschaft mbH", tax_id="DE136695976", website="acme.com",
    street="Neue Str. 2", city="Potsdam", postcode="14467", country="DE", updated="2026-01-01",
)  # fmt: skip


def test_every_department_is_right_about_its_own():
    found = customer(resolved([ACME_CRM, ACME_FINANCE]))
    assert found["name"] == "Acme GmbH"
    assert found["domain"] == "acme.de"
    assert found["phone"] == "+4930901820"
    assert (found["street"], found["city"], found["postcode"], found["country"]) == (
        "Neue Str. 2", "Potsdam", "14467", "DE",
    )  # fmt: skip
    assert found["tax_id"] == "DE136695976"
    assert found["systems"] == "salesforce|xero"
    assert found["record_count"] == 2


def test_provenance_names_record_rule_normaliser_and_the_other_values():
    found = resolved([ACME_CRM, ACME_FINANCE])
    name, domain = origin(found, "name"), origin(found, "domain")
    assert (name["system"], name["record_id"], name["normaliser"]) == ("salesforce", "A1", None)
    assert domain["value"] == "acme.de"
    assert domain["raw"] == "https://www.acme.de"
    assert domain["rule"] == "authority: crm"
    assert domain["normaliser"] == "n_domain"
    assert domain["runners_up"] == "xero=acme.com"
    assert origin(found, "tax_id")["rule"] == "only value"


def test_provenance_is_given_as_far_as_it_is_asked_for():
    told = resolved([ACME_CRM, ACME_FINANCE]).provenance
    whole = told.collect()
    asked = told.filter(pl.col("system") == "xero").select("field", "raw")
    assert asked.collect().equals(whole.filter(pl.col("system") == "xero").select("field", "raw"))
    for most in (1, whole.height - 1, whole.height + 1):
        assert told.head(most).collect().equals(whole.head(most))


def test_names_that_differ_in_form_only_agree_and_the_authority_gives_the_spelling():
    rows = [record("xero:X1", "a", "ACME, INC"), record("salesforce:A1", "a", "Acme Inc.")]
    name = origin(resolved(rows), "name")
    assert (name["value"], name["rule"], name["runners_up"]) == ("Acme Inc.", "all agree", None)


def test_zeros_that_a_spreadsheet_dropped_are_back_in_the_postcode():
    rows = [
        record("xero:X1", "a", "Acme", street="300 Longwood Ave", city="Boston", region="MA", postcode="2115")
    ]
    found = resolved(rows)
    assert customer(found)["postcode"] == "02115"
    assert (origin(found, "postcode")["raw"], origin(found, "postcode")["normaliser"]) == (
        "2115",
        "n_postcode",
    )
    whole = customer(resolved([record("xero:X1", "a", "Acme", postcode="02115-5737", country="US")]))
    assert whole["postcode"] == "02115-5737"


def test_an_address_comes_from_one_record_alone():
    rows = [
        record("xero:X1", "a", "Acme", street="1 High Street", city="Leeds", country="GB"),
        record(
            "salesforce:A1", "a", "Acme", street="9 Low Lane", city="York", postcode="YO1 7HH", country="GB"
        ),
    ]
    found = customer(resolved(rows))
    assert (found["street"], found["city"], found["postcode"]) == ("1 High Street", "Leeds", None)


def test_a_town_alone_of_the_authority_does_not_beat_a_whole_address():
    rows = [
        record("xero:X1", "a", "Acme", city="Leeds"),
        record("salesforce:A1", "a", "Acme", street="9 Low Lane", city="Leeds", postcode="LS1 4AP"),
    ]
    assert customer(resolved(rows))["street"] == "9 Low Lane"


@pytest.mark.parametrize(
    ("first", "second", "rule", "winner"),
    [
        ({"name": "Acme Steel Works DO NOT USE"}, {}, "clean", "B"),
        ({"updated": "2024-05-01"}, {"updated": "2025-05-01"}, "recent", "B"),
        ({"phone": "020 7946 0958", "city": "London"}, {}, "complete", "A"),
        ({"status": "Inactive"}, {"status": "Active"}, "live", "B"),
        ({}, {}, "longest", "A"),
        ({"name": "Acme Steel"}, {"name": "Acme Brass"}, "tie-break", "B"),
        ({"updated": "2024-05-01"}, {}, "longest", "A"),
    ],
)
def test_the_cascade_decides_step_by_step(first, second, rule, winner):
    rows = [
        record("salesforce:A", "a", **{"name": "Acme Steel Works", **first}),
        record("salesforce:B", "a", **{"name": "Acme Brass", **second}),
    ]
    name = origin(resolved(rows), "name")
    assert (name["rule"], name["record_id"]) == (rule, winner)


def test_the_most_frequent_value_wins_among_equals():
    rows = [
        record(f"salesforce:{i}", "a", name)
        for i, name in enumerate(["Zeta Works", "Beta Works", "Zeta Works"])
    ]
    name = origin(resolved(rows), "name")
    assert (name["value"], name["rule"]) == ("Zeta Works", "several")
    phones = [
        record(f"salesforce:{i}", "a", "Acme", phone=n)
        for i, n in enumerate(["1112345", "9912345", "9912345"])
    ]
    assert origin(resolved(phones), "phone")["rule"] == "frequent"


@pytest.mark.parametrize(
    ("crm", "others", "chosen"),
    [
        ("Asrsores Haro", ["Asesores Haro", "ASESORES HARO SL"], "Asesores Haro"),
        ("Rojas Architects - see notes", ["Rojas Architects Corp"], "Rojas Architects Corp"),
        ("ROJAS ARCHITECTS CORP", ["Rojas Architects"], "Rojas Architects"),
        ("Wilan\u00c3\u00b3w Works", ["Wilan\u00f3w Works Ltd"], "Wilan\u00f3w Works Ltd"),
        ("Tumba AB", ["Tumba Aktiebolag", "TUMBA AKTIEBOLAG"], "Tumba Aktiebolag"),
    ],
)
def test_a_name_is_chosen_by_evidence(crm, others, chosen):
    rows = [
        record("salesforce:1", "a", crm),
        *(record(f"xero:{i}", "a", name) for i, name in enumerate(others)),
    ]
    name = origin(resolved(rows), "name")
    assert name["value"] == chosen


@pytest.mark.parametrize(
    ("more", "chosen"),
    [
        ([record("salesforce:9", "b", "Velero Umwelttechnik Sud")], "Velero Umwelttechnik GmbH"),
        ([], "Velero Umweltechnik GmbH"),
    ],
)
def test_a_word_that_other_customers_have_beats_a_slip_of_it(more, chosen):
    rows = [
        record("salesforce:1", "a", "Velero Umweltechnik GmbH"),
        record("xero:1", "a", "Velero Umwelttechnik GmbH"),
    ]
    found = resolved([*rows, *more]).golden["name"].to_list()
    assert chosen in found


def test_a_name_whose_word_stands_in_the_domain_beats_a_slip_of_it():
    rows = [
        record("salesforce:1", "a", "Fennoim Works", website="https://www.fennoium.com"),
        record("xero:1", "a", "Fennoium Works Inc"),
    ]
    assert origin(resolved(rows), "name")["value"] == "Fennoium Works Inc"


@pytest.mark.parametrize(
    ("crm", "finance", "chosen"),
    [
        ("Riehl Gartenbau GmH", "Riehl Gartenbau GmbH", "Riehl Gartenbau GmbH"),
        ("Riehl Gartenbau GmbH", "Riehl Gartenbau Gmhb", "Riehl Gartenbau GmbH"),
        ("Dowerg & Heintze e. K.", "DOWERG & HEINTZE E.K.", "Dowerg & Heintze e. K."),
        ("Wexus Textil S.A. de C.V.", "Wexus Textil SA de CV", "Wexus Textil S.A. de C.V."),
    ],
)
def test_a_misspelled_legal_form_never_survives(crm, finance, chosen):
    rows = [record("xero:1", "a", finance), record("salesforce:1", "a", crm)]
    assert origin(resolved(rows), "name")["value"] == chosen


@pytest.mark.parametrize(
    ("raw", "country", "shown"),
    [
        ("Phone: (425) 555-0143 Mobile: (206) 555-0149", None, "4255550143"),
        ("Phone: (425) 882-0143 Mobile: (206) 555-0149", "US", "+14258820143"),
        ("(425) 882-0143 ext. 12", None, "(425) 882-0143 ext. 12"),
        ("030 / 90 18 20", None, "030 / 90 18 20"),
    ],
)
def test_labels_and_second_numbers_never_stand_in_a_golden_phone(raw, country, shown):
    assert customer(resolved([record("xero:1", "a", "Acme", phone=raw, country=country)]))["phone"] == shown


def test_a_valid_tax_id_beats_one_that_fails_its_check_digit():
    rows = [
        record("xero:1", "a", "Acme", tax_id="DE136695975", country="DE", updated="2026-01-01"),
        record("xero:2", "a", "Acme", tax_id="DE136695976", country="DE", updated="2025-01-01"),
    ]
    tax_id = origin(resolved(rows), "tax_id")
    assert (tax_id["value"], tax_id["rule"]) == ("DE136695976", "valid")


def test_placeholders_never_survive():
    rows = [
        record(
            "salesforce:A", "a", "Acme", phone="000-000-0000", industry="n/a", street="unknown", city="York"
        ),
        record("xero:X", "a", "Acme", phone="+44 1904 555 010", city="N/A"),
    ]
    found = customer(resolved(rows))
    assert found["phone"] == "+441904555010"
    assert found["industry"] is None
    assert (found["street"], found["city"]) == (None, "York")


def test_blanks_around_a_value_are_taken_off_under_a_name():
    name = origin(resolved([record("salesforce:A", "a", "  Acme \n Works ")]), "name")
    assert (name["value"], name["raw"], name["normaliser"]) == ("Acme Works", "  Acme \n Works ", "squeezed")


def test_legal_forms_that_one_company_may_be_written_with_are_no_difference():
    rows = [record("salesforce:A", "a", "Acme Ltd"), record("xero:X", "a", "Acme Pvt Ltd")]
    assert origin(resolved(rows), "legal_form")["runners_up"] is None


def test_the_survivor_is_the_record_whose_name_survived():
    found = resolved([ACME_CRM, ACME_FINANCE, record("xero:X2", "other", None, city="Leeds")])
    assert sorted(found.survivors["uid"].to_list()) == [0, 2]


def test_nothing_and_records_that_hold_nothing_are_resolved_too():
    nothing = resolved([])
    assert nothing.golden.is_empty() and nothing.conflicts.is_empty() and nothing.exposure.is_empty()
    bare = resolved([record("xero:1", "a"), record("salesforce:2", "b"), record("salesforce:3", "b")])
    assert bare.golden["name"].to_list() == [None, None]
    assert bare.provenance.collect().is_empty()
    assert set(bare.conflicts["kind"]) == {"only_in_one_system", "duplicate_in_system"}
