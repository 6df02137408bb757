"""Whole exports of systems: records, documents, keys, links, and every row accounted for."""

# ruff: noqa: E501  (an export is easier to judge on one line)

from __future__ import annotations

import datetime
import random
from pathlib import Path

import pytest

from sot.errors import InputError
from sot.model.sources import Import
from sot.model.tables import DOCUMENTS, RECORDS
from sot.rules.project import Settings
from tests.read.reading import names, one, read, table

QBO = 'Demo Company\nOpen Invoices\nAs of June 30, 2024\n\n,Date,Transaction type,Num,Term,Due date,Open balance\nAcme Ltd\n,01/31/2024,Invoice,1001,Net 30,03/01/2024,"1,200.50"\n,02/13/2024,Invoice,1002,Net 30,03/14/2024,99.00\nTotal for Acme Ltd,,,,,,"$1,299.50"\nGlobex LLC\n,02/14/2024,Invoice,1003,Net 30,03/15/2024,10.00\nTotal for Globex LLC,,,,,,$10.00\nTOTAL,,,,,,"$1,309.50"\n\n\n"Monday, July 1, 2024 09:14 AM GMT-5 - Accrual Basis"\n'


def test_quickbooks_report_with_titles_groups_and_totals(tmp_path: Path) -> None:
    path = tmp_path / "Open Invoices.csv"
    path.write_text(QBO, encoding="utf-8")
    source, found = one(path)
    assert (source.system, source.object, source.header_row) == ("quickbooks_online", "invoice", 5)
    assert names(found) == ["Acme Ltd", "Globex LLC"]
    assert set(found.records["object"]) == {"invoice"}
    rows = found.documents.select("customer_id", "number", "open_amount_value", "due_on").rows()
    assert rows == [
        ("Acme Ltd", "1001", 1200.5, datetime.date(2024, 3, 1)),
        ("Acme Ltd", "1002", 99.0, datetime.date(2024, 3, 14)),
        ("Globex LLC", "1003", 10.0, datetime.date(2024, 3, 15)),
    ]
    assert source.records == 3 and sum(source.skipped.values()) + source.rejected == 6


def test_xero_invoice_lines_are_one_invoice(tmp_path: Path) -> None:
    header = [
        "ContactName",
        "InvoiceNumber",
        "InvoiceDate",
        "DueDate",
        "Total",
        "InvoiceAmountDue",
        "LineAmount",
        "Type",
        "Status",
    ]
    rows = [
        ["Acme", "INV-1", "31/01/2024", "28/02/2024", "120.00", "0.00", "100.00", "Sales invoice", "Paid"],
        ["Acme", "INV-1", "31/01/2024", "28/02/2024", "120.00", "0.00", "20.00", "Sales invoice", "Paid"],
        [
            "Globex",
            "INV-2",
            "11/02/2024",
            "11/03/2024",
            "9.00",
            "9.00",
            "9.00",
            "Sales invoice",
            "Awaiting Payment",
        ],
        ["Paper Co", "B-1", "11/02/2024", "11/03/2024", "9.00", "9.00", "9.00", "Bill", "Paid"],
    ]
    source, found = one(table(tmp_path / "SalesInvoices.csv", header, rows))
    got = found.documents.select("number", "amount_value", "open_amount_value", "state", "dated_on").rows()
    assert got == [
        ("INV-1", 120.0, 0.0, "invoice_paid", datetime.date(2024, 1, 31)),
        ("INV-2", 9.0, 9.0, "invoice_open", datetime.date(2024, 2, 11)),
    ]
    assert (source.records, source.skipped) == (
        2,
        {"from a supplier": 1, "further row of the same invoice": 1},
    )


def test_salesforce_accounts_opportunities_and_contacts(tmp_path: Path) -> None:
    table(tmp_path / "Account.csv", ["Id", "IsDeleted", "MasterRecordId", "Name", "BillingCity"], [
        ["001D000000IRFma", "false", "", "Acme", "Boston"],
        ["001D000000IRFmbIAX", "true", "001D000000IRFmaIAH", "Acme Inc", "Boston"],
    ])  # fmt: skip
    table(tmp_path / "Opportunity.csv", ["Id", "AccountId", "Name", "StageName", "Amount", "CloseDate", "IsWon", "IsClosed"], [
        ["006D000000IRFma", "001D000000IRFma", "Big", "Done deal", "1.39E3", "2024-01-31", "true", "true"],
        ["006D000000IRFmb", "001D000000IRFma", "Small", "Nope", "5", "2024-01-31", "false", "true"],
        ["006D000000IRFmc", "001D000000XXXXX", "Other", "Prospecting", "5", "2024-01-31", "false", "false"],
    ])  # fmt: skip
    found = read(tmp_path)
    assert found.records["record_id"].to_list() == ["001D000000IRFmaIAH"]
    got = found.documents.select("name", "customer_id", "amount_value", "state").sort("name").rows()
    assert got == [
        ("Big", "001D000000IRFmaIAH", 1390.0, "deal_won"),
        ("Other", None, 5.0, "deal_open"),
        ("Small", "001D000000IRFmaIAH", 5.0, "deal_lost"),
    ]
    account = next(source for source in found.sources if source.object == "account")
    assert account.skipped == {"deleted in Salesforce": 1}


def test_made_up_salesforce_ids_stay_as_they_are(tmp_path: Path) -> None:
    rows = [["001ABCDEFGHIJKLZZZ", "Acme", "Boston"], ["0010000000000000AB", "Globex", "Austin"]]
    found = read(table(tmp_path / "Account.csv", ["Id", "Name", "BillingCity"], rows))
    assert found.records["record_id"].to_list() == ["0010000000000000AB", "001ABCDEFGHIJKLZZZ"]


def test_salesforce_ids_that_a_spreadsheet_put_into_capitals(tmp_path: Path) -> None:
    real = ["001D000000IRFmaIAH", "001Ea00000kLMnoIAG"]
    from sot.read.records.record_ids import salesforce_18

    real = [salesforce_18(one[:15]) for one in real]
    rows = [[one.upper(), f"Firm {i}", "Rome"] for i, one in enumerate(real)]
    found = read(table(tmp_path / "Account.csv", ["Id", "Name", "BillingCity"], rows))
    assert sorted(found.records["record_id"]) == sorted(real)


def test_repeated_ids_are_kept_apart_by_content_not_by_order(tmp_path: Path) -> None:
    header = ["Id", "Company", "City"]
    rows = [["7", "Acme", "Boston"], ["7", "Globex", "Austin"], ["8", "Hooli", "Rome"]]
    first = read(table(tmp_path / "a.csv", header, rows))
    again = read(table(tmp_path / "a.csv", header, rows[::-1]))
    got = first.records.select("record_id", "name", "id_repeated").rows()
    assert got == [("7", "Acme", True), ("7#2", "Globex", True), ("8", "Hooli", False)]
    assert again.records.select("record_id", "name", "id_repeated").rows() == got
    assert any("share their id" in warning for warning in first.sources[0].warnings)


def test_a_numbered_key_never_hits_another_id(tmp_path: Path) -> None:
    rows = [["7", "Acme"], ["7", "Globex"], ["7#2", "Hooli"]]
    found = read(table(tmp_path / "a.csv", ["Id", "Company"], rows))
    assert found.records["record_id"].n_unique() == 3


def test_a_list_split_into_files_counts_shared_rows_once(tmp_path: Path) -> None:
    header = ["Internal ID", "Name", "Phone", "Balance"]
    table(tmp_path / "netsuite_1.csv", header, [["1", "Acme", "1", "0"], ["2", "Globex", "2", "0"]])
    table(tmp_path / "netsuite_2.csv", header, [["2", "Globex", "2", "0"], ["3", "Hooli", "3", "0"]])
    found = read(tmp_path)
    assert found.records.select("system", "record_id").rows() == [
        ("netsuite", "1"),
        ("netsuite", "2"),
        ("netsuite", "3"),
    ]
    assert sum(source.records for source in found.sources) == 3
    assert sum(count for source in found.sources for count in source.skipped.values()) == 1


def test_without_ids_the_name_is_the_key(tmp_path: Path) -> None:
    rows = [["Acme, Inc ", "a@acme.com"], ["Globex", "b@globex.com"], ["Globex", "c@globex.com"]]
    header = ["Customer full name", "Email"]
    found = read(table(tmp_path / "customers.csv", header, rows))
    assert found.records["record_id"].to_list() == ["Acme, Inc ", "Globex", "Globex#2"]


def test_projects_with_ids_are_records_and_without_ids_stand_for_their_clients(tmp_path: Path) -> None:
    with_ids = [["P1", "Site", "Acme"], ["P2", "Shop", "Acme"]]
    found = read(table(tmp_path / "tool.csv", ["Project ID", "Project Name", "Client"], with_ids))
    assert found.records.select("record_id", "name", "object").rows() == [
        ("P1", "Acme", "project"),
        ("P2", "Acme", "project"),
    ]
    assert found.documents["customer_id"].to_list() == ["P1", "P2"]
    harvest = [
        ["Acme", "Site", "S1", "", "", ""],
        ["Acme", "Shop", "S2", "", "", ""],
        ["Globex", "App", "", "", "", ""],
    ]
    header = ["Client", "Project", "Project Code", "Start Date", "End Date", "Project Notes"]
    found = read(table(tmp_path / "harvest.csv", header, harvest))
    assert found.records.select("system", "record_id", "name").rows() == [
        ("harvest", "Acme", "Acme"),
        ("harvest", "Globex", "Globex"),
    ]
    assert found.documents["record_id"].to_list() == ["S1", "S2", None]
    assert found.documents.height == 3 and found.documents["customer_id"].null_count() == 0


def test_customers_within_project_names_are_learned_and_told(tmp_path: Path) -> None:
    cards = [
        [f"c{i}", f"{name} – {what}", "Doing", "B"]
        for i, (name, what) in enumerate(
            [("Acme", "Website"), ("Acme", "Shop"), ("Globex", "App"), ("Hooli", "Intranet")]
        )
    ]
    board = table(tmp_path / "board.csv", ["Card ID", "Card Name", "List Name", "Board Name"], cards)
    crm = table(tmp_path / "crm.csv", ["Id", "Company"], [["1", "Acme"], ["2", "Globex"], ["3", "Stark"]])
    found = read(board, crm)
    trello = found.records.filter(found.records["system"] == "trello")
    assert trello["name"].to_list() == ["Acme", "Acme", "Globex", "Hooli"]
    told = next(source for source in found.sources if source.system == "trello")
    assert any("<customer> – <project>" in warning for warning in told.warnings)
    refused = Settings.model_validate({"systems": {"trello": {"customer_in_project_name": "no"}}})
    assert set(read(board, crm, settings=refused).records["system"]) == {"crm"}


def test_projects_are_called_after_the_first_words_of_their_customers(tmp_path: Path) -> None:
    names = ["Acme SE & Co. KG – ERP", "Acme – Shop", "Globex – App", "Hooli – Intranet", "Internal – Party"]
    rows = [[f"c{i}", name, "Doing", "B"] for i, name in enumerate(names)]
    board = table(tmp_path / "board.csv", ["Card ID", "Card Name", "List Name", "Board Name"], rows)
    known = [
        "Acme SE & Co. KG",
        "Globex Machines Inc",
        "Hooli Ltd",
        *(f"Internal Affairs {i}" for i in range(9)),
    ]
    crm = table(tmp_path / "crm.csv", ["Id", "Company"], [[str(i), name] for i, name in enumerate(known)])
    found = read(board, crm)
    told = next(source for source in found.sources if source.object == "project")
    assert told.confidence["account_name"] == 0.8, "what nine customers begin with is no customer"
    assert found.documents["account_name"].to_list() == [
        "Acme SE & Co. KG",
        "Acme",
        "Globex",
        "Hooli",
        "Internal",
    ]


def test_unknown_invoices_find_the_system_whose_accounts_they_name(tmp_path: Path) -> None:
    accounts = [[str(i), f"Firm {i}", "x"] for i in range(100, 110)]
    table(tmp_path / "netsuite.csv", ["Internal ID", "Name", "Phone"], accounts)
    table(tmp_path / "crm.csv", ["Id", "Company"], [["9", "Acme"]])
    invoices = [[f"R{i}", str(i), "2024-01-31", "10"] for i in range(100, 108)]
    table(tmp_path / "invoices.csv", ["Invoice Number", "Customer ID", "Invoice Date", "Amount"], invoices)
    found = read(tmp_path)
    assert set(found.documents["system"]) == {"netsuite"}
    assert found.documents["customer_id"].null_count() == 0
    assert set(found.records["system"]) == {"crm", "netsuite"}


def test_a_merged_list_is_taken_apart(tmp_path: Path) -> None:
    rows = [[str(i), "HubSpot" if i % 2 else "Xero", f"Firm {i}"] for i in range(12)]
    source, found = one(table(tmp_path / "all.csv", ["id", "source", "company"], rows))
    assert set(found.records["system"]) == {"hubspot", "xero"}
    assert any("merged before" in warning for warning in source.warnings)
    rows = [[str(i), "Referral" if i % 2 else "Web", f"Firm {i}"] for i in range(12)]
    _, found = one(table(tmp_path / "all.csv", ["id", "source", "company"], rows))
    assert set(found.records["system"]) == {"all"}


def test_a_system_that_is_said_overrules(tmp_path: Path) -> None:
    path = table(tmp_path / "salesforce.csv", ["Id", "Company"], [["1", "Acme"]])
    assert read(f"legacy={path}").records["system"].to_list() == ["legacy"]


def test_project_file_overrules(tmp_path: Path) -> None:
    path = table(
        tmp_path / "odd.csv", ["k", "xx", "d", "v"], [["1", "Acme", "03/04/2024", "1,500"]], delimiter=";"
    )
    said = {"system": "erp", "department": "finance", "record_id": "k", "dates": "day-first", "decimal": "comma",
            "fields": {"name": "xx", "created_at": "d", "balance": "v"}}  # fmt: skip
    found = read(path, settings=Settings.model_validate({"sources": {"odd.csv": said}}))
    row = found.records.row(0, named=True)
    assert (row["system"], row["department"], row["record_id"], row["name"]) == (
        "erp",
        "finance",
        "1",
        "Acme",
    )
    assert (row["created_on"], row["balance_amount"]) == (datetime.datetime(2024, 4, 3), 1.5)


def test_all_failures_come_at_once(tmp_path: Path) -> None:
    good = table(tmp_path / "a.csv", ["Id", "Company"], [["1", "Acme"]])
    (tmp_path / "empty.csv").write_bytes(b"")
    with pytest.raises(InputError) as caught:
        read(good, tmp_path / "empty.csv", tmp_path / "missing.csv")
    assert "empty.csv: the file is empty" in caught.value.message
    assert "missing.csv: there is no such file" in caught.value.message


def test_a_pivot_table_is_refused_with_a_reason(tmp_path: Path) -> None:
    source, found = one(table(tmp_path / "pivot.csv", ["Row Labels", "Sum of Amount"], [["Acme", "1"]]))
    assert source.object == "bi_table" and found.records.height == 0
    assert any("pivot" in warning for warning in source.warnings)


def test_power_bi_filters_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text(
        'Customer,Revenue\nAcme,"1,000.50"\nGlobex,20.00\nTotal,"1,020.50"\n\n"Applied filters:\nYear is 2024",\n',
        encoding="utf-8",
    )
    source, found = one(path)
    assert (source.system, source.department, source.object) == ("power_bi", "bi", "bi_table")
    assert found.records.select("record_id", "revenue_amount").rows() == [("Acme", 1000.5), ("Globex", 20.0)]


def schemas_hold(found: Import) -> None:
    assert list(found.records.schema.items())[:-1] == [
        (name, kind() if isinstance(kind, type) else kind) for name, kind in RECORDS.items()
    ]
    assert list(found.documents.columns) == list(DOCUMENTS)
    assert found.records["uid"].to_list() == list(range(found.records.height))
    keys = found.records.select("system", "record_id")
    assert keys.rows() == sorted(keys.rows()) and not keys.is_duplicated().any()


@pytest.mark.parametrize("folder", ["customers_1000", "crm_exports"])
def test_the_labelled_exports(folder: str) -> None:
    path = Path(__file__).parents[2].parent / "shared" / "data" / folder
    if not path.is_dir():
        pytest.skip("the labelled data is not here")
    schemas_hold(read(path))


def test_row_and_file_order_play_no_part(tmp_path: Path) -> None:
    rows = [[str(i % 7), f"Firm {i % 5}", f"0{i}/03/2024"] for i in range(1, 10)]
    header = ["Id", "Company", "Created"]
    base = read(table(tmp_path / "a.csv", header, rows)).records.drop("row")
    schemas_hold(read(tmp_path / "a.csv"))
    random.Random(3).shuffle(rows)
    assert read(table(tmp_path / "a.csv", header, rows)).records.drop("row").equals(base)


def test_a_bare_list_of_names_loses_none(tmp_path: Path) -> None:
    path = tmp_path / "names.csv"
    path.write_text("Acme Inc\nACME Incorporated\nGlobex LLC\nInitech\n", encoding="utf-8")
    source, found = one(path)
    assert source.header_row is None
    assert names(found) == ["Acme Inc", "ACME Incorporated", "Globex LLC", "Initech"]


def test_what_a_system_is_known_to_write_elsewhere_is_never_guessed(tmp_path: Path) -> None:
    header = ["Task ID", "Created At", "Completed At", "Name", "Section/Column", "Notes", "Projects"]
    rows = [[f"12012345678901{i}", "2024-01-05", "", "Call them", "Doing", "", "Rollout"] for i in range(5)]
    source, _ = one(table(tmp_path / "tasks.csv", header, rows))
    assert source.system == "asana"
    assert source.fields["name"] == "Projects"
    assert "account_name" not in source.fields


def test_ageing_buckets_are_no_customers(tmp_path: Path) -> None:
    path = tmp_path / "ageing.csv"
    path.write_text(
        "Craig Co\nA/R Aging Detail\nAs of January 5 2026\n\n"
        ",Date,Transaction type,Num,Customer full name,Due date,Amount,Open balance\n"
        "Current,,,,,,,\n,01/13/2026,Invoice,1001,Acme Inc,02/12/2026,12.00,12.00\n"
        "Total for Current,,,,,,$12.00,$12.00\n91 or more days past due,,,,,,,\n"
        ",01/15/2025,Invoice,1003,Globex LLC,02/13/2025,5.00,5.00\nTOTAL,,,,,,$17.00,$17.00\n",
        encoding="utf-8",
    )
    source, found = one(path)
    assert found.documents["account_name"].sort().to_list() == ["Acme Inc", "Globex LLC"]
    assert sum(source.skipped.values()) == 4


def test_a_folder_without_a_customer_says_why_of_each_file(tmp_path: Path) -> None:
    table(tmp_path / "odd.csv", ["Aa", "Bb"], [["1", "2"], ["3", "4"]])
    with pytest.raises(InputError, match=r"no customer records found[\s\S]*odd\.csv: no column .*'Aa', 'Bb'"):
        read(tmp_path)


def test_the_filters_above_a_table_show_power_bi(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text(
        '"Applied filters:\nYear is 2026",,\n,,\nCustomer,Q1,Total\nAcme,"1,000.50","1,000.50"\nGlobex,20.00,20.00\n'
        "Initech,30.00,30.00\n",
        encoding="utf-8",
    )
    (source,) = read(tmp_path / "data.csv").sources
    assert (source.system, source.department) == ("power_bi", "bi")
