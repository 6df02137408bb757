"""The forms of fix files: what each system takes, and what is kept away from it."""

from __future__ import annotations

import polars as pl

from sot.emit.fixes import tables
from sot.emit.fixes.import_formats import form_of
from sot.model.sources import Source
from sot.model.tables import CORRECTIONS, MERGES
from sot.rules import Rulebook

RULES = Rulebook()


def source(system: str, fields: dict[str, str], record_id: str | None, columns: list[str]) -> Source:
    headers = tuple(columns)
    return Source(
        f"{system}.csv", system=system, object="account", fields=fields, record_id=record_id, headers=headers
    )


def records(system: str, names: list[str], **more: list[str | None]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "uid": pl.Series(range(len(names)), dtype=pl.Int32),
            "system": [system] * len(names),
            "record_id": [f"R{i}" for i in range(len(names))],
            "name": names,
            **more,
        }
    )


def cells(*rows: tuple[int, str, str | None, str]) -> pl.DataFrame:
    made = [(uid, "C1", field, before, after, "authority: crm") for uid, field, before, after in rows]
    return pl.DataFrame(made, schema=dict(CORRECTIONS), orient="row")


def test_salesforce_merges_two_losers_on_a_line_and_goes_on_below():
    form = form_of("salesforce", [], RULES)
    keys = tables.keyed(records("salesforce", ["Acme"] * 4), form)
    joins = pl.DataFrame(
        [("C1", "salesforce", uid, 0, "oldest") for uid in (3, 1, 2)], schema=dict(MERGES), orient="row"
    )
    lines = tables.merges(form, keys, joins)
    assert lines.select("MasterId", "LoserId1", "LoserId2").rows() == [("R0", "R1", "R2"), ("R0", "R3", None)]


def test_quickbooks_takes_names_and_nothing_but_a_persons_hand():
    own = source(
        "quickbooks_online", {"name": "Customer full name", "phone": "Phone"}, None, ["Customer full name"]
    )
    form = form_of("quickbooks_online", [own], RULES)
    keys = tables.keyed(records("quickbooks_online", ["Acme", "ACME (old)"]), form)
    joins = pl.DataFrame([("C1", "quickbooks_online", 1, 0, "live")], schema=dict(MERGES), orient="row")
    [line] = tables.merges(form, keys, joins).to_dicts()
    assert (line["Keep (display name)"], line["Remove (display name)"]) == ("Acme", "ACME (old)")
    change = cells((0, "phone", None, "+4411"))
    assert change.filter(tables.importable(form, change, "after")).is_empty()
    assert tables.by_hand(keys, change).row(0) == ("Acme", "Acme", "phone", None, "+4411", "authority: crm")


def test_xero_is_matched_by_name_so_names_are_not_changed_by_import():
    form = form_of("xero", [], RULES)
    own = source("xero", {"name": "*ContactName"}, None, ["*ContactName"])
    assert form_of("xero", [own], RULES).by_name
    change = cells((0, "name", "Acme", "Acme Ltd"), (0, "phone", "1", "2"))
    assert change.filter(tables.importable(form, change, "after"))["field"].to_list() == ["phone"]


def test_dynamics_takes_back_its_own_workbook_alone_so_a_person_changes_the_cells():
    change = cells((0, "phone", "1", "2"))
    assert change.filter(tables.importable(form_of("dynamics_365", [], RULES), change, "after")).is_empty()


def test_an_export_in_the_form_of_the_import_gives_its_own_headers():
    own = source("salesforce", {"tax_id": "Our_VAT__c", "name": "Name"}, "Id", ["Id", "Name", "Our_VAT__c"])
    assert form_of("salesforce", [own], RULES).headers["tax_id"] == ("Our_VAT__c",)
    report = source("salesforce", {"tax_id": "VAT", "name": "Account Name"}, "Account ID", ["Account ID"])
    assert form_of("salesforce", [report], RULES).headers["name"] == ("Name",)


def test_an_unknown_system_gets_whole_cells_because_a_blank_may_wipe_out():
    fields = {"name": "Cust", "phone": "Tel || Mob", "city": "Town", "street": "Addr1 ++ Addr2"}
    own = source("till", fields, "No", ["No"])
    form = form_of("till", [own], RULES)
    table = records("till", ["Acme", "Bolt"], phone=["1", "2"], city=["York", "Hull"])
    change = cells((0, "phone", "1", "9"), (1, "city", "Hull", "Leeds"))
    update = tables.update(form, tables.keyed(table, form), change, table, "after")
    assert update.rows(named=True) == [
        {"No": "R0", "Tel": "9", "Town": "York"},
        {"No": "R1", "Tel": "2", "Town": "Leeds"},
    ]
    two_lines = cells((0, "street", "A St", "B St"))
    assert two_lines.filter(tables.importable(form, two_lines, "after")).is_empty()


def test_a_system_that_ignores_blanks_gets_the_changed_cells_alone():
    form = form_of("salesforce", [], RULES)
    table = records("salesforce", ["Acme", "Bolt"], phone=["1", None], city=["York", "Hull"])
    change = cells((0, "city", "York", "Leeds"), (1, "phone", None, "2"))
    keys = tables.keyed(table, form)
    assert tables.update(form, keys, change, table, "after").rows() == [
        ("R0", None, "Leeds"),
        ("R1", "2", None),
    ]
    assert tables.update(form, keys, change, table, "before").rows() == [
        ("R0", None, "York"),
        ("R1", "#N/A", None),
    ]


def test_what_sot_says_of_a_customer_is_never_written_into_the_status_of_an_account():
    fields = {"name": "Bedrijfsnaam", "status": "Soort relatie"}
    own = source("relaties", fields, "Relatienummer", ["Relatienummer", *fields.values()])
    golden = pl.DataFrame(
        {"golden_id": ["C1"], "name": ["Acme"], "status": ["auto"], "account_status": ["active"]}
    )
    made = tables.created(form_of("relaties", [own], RULES), golden)
    assert made.to_dicts() == [{"Bedrijfsnaam": "Acme"}]
