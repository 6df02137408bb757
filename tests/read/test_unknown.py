"""Exports of systems that nobody has described, as they come: title rows, footers, odd headers, odd cells."""

from __future__ import annotations

from pathlib import Path

import pytest

from sot.model.sources import Import, Source
from sot.rules.project import Settings
from tests.read.reading import names, one, read, table


def text(path: Path, content: str) -> tuple[Source, Import]:
    path.write_text(content, encoding="utf-8")
    return one(path)


@pytest.mark.parametrize("header", ["#", "#row", "# Customers", "#:group"])
def test_a_header_may_begin_with_a_number_sign(header: str, tmp_path: Path) -> None:
    source, found = one(table(tmp_path / "a.csv", [header, "Company"], [["5", "Acme"], ["7", "Globex"]]))
    assert names(found) == ["Acme", "Globex"]
    assert source.frame is not None
    assert source.frame.width == 3


def test_open_items_of_a_ledger_are_invoices(tmp_path: Path) -> None:
    source, found = text(
        tmp_path / "OP-Liste.csv",
        "OP-Liste Debitoren zum 31.03.2024\nMandant: Muster GmbH\n\n"
        "Debitor;Name;Belegnr.;Belegdatum;Fälligkeit;Betrag EUR;Saldo EUR\n"
        "10001;Huber Bau GmbH;RE-001;05.01.2024;04.02.2024;1.190,00;1.190,00\n"
        "10001;Huber Bau GmbH;RE-014;20.01.2024;19.02.2024;595,00;595,00\n"
        "10002;Meier Elektro;RE-009;11.01.2024;10.02.2024;238,00;100,00\n"
        "Summe;;;;;2.023,00;1.885,00\n",
    )
    assert (source.object, source.record_id, source.header_row) == ("invoice", "Belegnr.", 4)
    assert found.documents.select("record_id", "account_id", "account_name", "open_amount_value").rows() == [
        ("RE-001", "10001", "Huber Bau GmbH", 1190.0),
        ("RE-009", "10002", "Meier Elektro", 100.0),
        ("RE-014", "10001", "Huber Bau GmbH", 595.0),
    ]
    assert found.records.select("record_id", "name").rows() == [
        ("10001", "Huber Bau GmbH"), ("10002", "Meier Elektro"),
    ]  # fmt: skip
    assert source.skipped == {"total or note": 1}


def test_an_ageing_summary_whose_customers_have_no_header(tmp_path: Path) -> None:
    source, found = text(
        tmp_path / "ageing.csv",
        'Craig\'s Design\nA/R Aging Summary\n"As of Nov 30, 2024"\n\n,Current,1 - 30,31 - 60,91 and over,Total\n'
        "Amy's Birds,,239.00,,,239.00\nFreeman Goods,,,,,0.00\n   Ocean View Road,477.50,,,,477.50\n"
        "Total Freeman Goods,477.50,,,,477.50\nTotal Wine & More,1.00,,,,1.00\nTOTAL,478.50,239.00,,,717.50\n"
        '\n"Saturday, Nov 30, 2024 08:00:00 AM GMT-8"\n',
    )
    assert (source.header_row, source.fields["balance"]) == (5, "Total")
    assert names(found) == ["Amy's Birds", "Freeman Goods", "   Ocean View Road", "Total Wine & More"]
    assert source.skipped == {"total or note": 3}


def test_names_that_begin_with_total_are_names(tmp_path: Path) -> None:
    _, found = text(tmp_path / "names.csv", "Company,City\nEnergies,Paris\nTotal Energies,Paris\n")
    assert names(found) == ["Energies", "Total Energies"]


def test_a_printed_list_with_rules_of_dashes(tmp_path: Path) -> None:
    source, found = text(
        tmp_path / "list.txt",
        "Kundenstamm            Dynamische Listenausgabe\n\n----------------------------------\n"
        "|Kunde |Name 1            |PLZ  |Ort      |\n----------------------------------\n"
        "|100001|Zahnrad Weber GmbH|70565|Stuttgart|\n|100002|Kran & Hub AG     |68159|Mannheim |\n"
        "----------------------------------\n",
    )
    assert source.record_id == "Kunde"
    assert found.records.select("record_id", "name").rows() == [
        ("100001", "Zahnrad Weber GmbH"), ("100002", "Kran & Hub AG"),
    ]  # fmt: skip


def test_a_numbered_list_of_names_loses_none(tmp_path: Path) -> None:
    _, found = text(tmp_path / "names.txt", "1. Acme Corporation\n2. Globex Corporation\n3. Initech\n")
    assert names(found) == ["1. Acme Corporation", "2. Globex Corporation", "3. Initech"]


def test_rows_without_a_header_lose_none(tmp_path: Path) -> None:
    source, found = text(
        tmp_path / "rows.csv",
        "C-1,Kayak Brothers Inc,1 River Rd,Bend,OR,97701,541-555-0100,ann@kayak.com\n"
        "C-2,Green Dairy LLC,5 Farm Ln,Salem,OR,97301,503-555-0100,bob@gvd.com\n"
        "C-3,North Peak Inc,8 Hill St,Denver,CO,80202,303-555-0100,di@northpeak.com\n",
    )
    assert source.header_row is None
    assert names(found) == ["Kayak Brothers Inc", "Green Dairy LLC", "North Peak Inc"]
    assert source.fields["email"] == "column 8"


@pytest.mark.parametrize(
    ("header", "cells", "wanted"),
    [
        ("Plz/Ort", ["20457 Hamburg", "D-01067 Dresden"], [("20457", "Hamburg", None), ("D-01067", "Dresden", None)]),
        ("Ort", ["80331 München", "8000 Zürich"], [("80331", "München", None), ("8000", "Zürich", None)]),
        ("Postcode + plaats", ["3512 PG Utrecht", "1015 AE Amsterdam"],
         [("3512 PG", "Utrecht", None), ("1015 AE", "Amsterdam", None)]),
        ("City, State ZIP", ["St. Louis, MO 63101-1234", "Winston-Salem NC 27101"],
         [("63101-1234", "St. Louis", "MO"), ("27101", "Winston-Salem", "NC")]),
        ("Town/Postcode", ["Leeds LS1 1AA", "York, YO1 1AA"], [("LS1 1AA", "Leeds", None), ("YO1 1AA", "York", None)]),
        ("City/State", ["Bend, OR", "Salem, Oregon"], [(None, "Bend", "OR"), (None, "Salem", "Oregon")]),
    ],
)  # fmt: skip
def test_a_place_in_one_cell_is_taken_apart(
    header: str, cells: list[str], wanted: list[tuple[str | None, ...]], tmp_path: Path
) -> None:
    rows = [[str(i), f"Firm {i}", cell] for i, cell in enumerate(cells)]
    source, found = one(table(tmp_path / "a.csv", ["Id", "Company", header], rows))
    assert found.records.select("postcode", "city", "region").rows() == wanted
    assert source.fields["city"].startswith(f"{header} as <")


def test_what_is_no_place_stays_whole(tmp_path: Path) -> None:
    rows = [
        ["1", "Acme", "80331 München"],
        ["2", "Globex", "Ulm"],
        *([str(i), f"F{i}", f"101{i} Wien"] for i in range(3, 9)),
    ]
    _, found = one(table(tmp_path / "a.csv", ["Id", "Company", "PLZ Ort"], rows))
    assert found.records["city"].to_list()[:2] == ["München", "Ulm"]
    assert found.records["postcode"].to_list()[:2] == ["80331", None]


def test_further_lines_of_an_address_belong_to_it(tmp_path: Path) -> None:
    header = ["Id", "Company", "Address 1", "Address 2", "Address 3", "Town"]
    rows = [
        ["1", "Acme", "Unit 4", "Foss Islands", "", "York"],
        ["2", "Globex", "1 High St", "", "", "Leeds"],
    ]
    source, found = one(table(tmp_path / "a.csv", header, rows))
    assert source.fields["street"] == "Address 1 ++ Address 2"
    assert found.records["street"].to_list() == ["Unit 4, Foss Islands", "1 High St"]


def test_a_person_is_the_customer_where_there_is_no_company(tmp_path: Path) -> None:
    header = ["Kundennr.", "Firma", "Vorname", "Name"]
    source, found = one(
        table(tmp_path / "a.csv", header, [["1", "Acme GmbH", "Max", "Huber"], ["2", "", "Jan", "Möller"]])
    )
    assert source.fields["name"] == "Firma || Vorname Name"
    assert names(found) == ["Acme GmbH", "Jan Möller"]
    source, _ = one(
        table(
            tmp_path / "b.csv", header, [["1", "Acme GmbH", "Max", "Huber"], ["2", "Globex", "Jan", "Möller"]]
        )
    )
    assert source.fields["name"] == "Firma"


def test_tax_ids_are_known_by_their_check_digits(tmp_path: Path) -> None:
    good = ["DE129273398", "DE136695976", "FR40303265045", "NL004495445B01", "IT00743110157"]
    rows = [[f"Firm {i} Inc", one, f"DE12927339{i}"] for i, one in enumerate(good)]
    source, _ = one(table(tmp_path / "a.csv", ["company", "f1", "f2"], rows))
    assert source.fields["tax_id"] == "f1"
    source, _ = one(table(tmp_path / "b.csv", ["company", "f2"], [[row[0], row[2]] for row in rows]))
    assert "tax_id" not in source.fields
    both = [["1", *row] for row in rows]
    source, _ = one(
        table(tmp_path / "c.csv", ["id", "company", "VAT no.", "VAT"], [[a, b, d, c] for a, b, c, d in both])
    )
    assert source.fields["tax_id"] == "VAT"


def test_a_column_below_the_gate_is_told(tmp_path: Path) -> None:
    rows = [["1", "Acme Inc", "Boston", "lead"], ["2", "Globex Inc", "Austin", "lead"]]
    source, _ = one(table(tmp_path / "a.csv", ["id", "company", "email", "tag"], rows))
    assert "email" not in source.fields
    assert source.warnings == ["'email' is called email, but its cells do not look like that; it is not used"]
    assert source.unused == ["email", "tag"]


def test_a_list_of_customers_may_tell_of_their_last_invoices_and_deals(tmp_path: Path) -> None:
    header = [
        "No",
        "Name",
        "Last invoice date",
        "Last invoice amount",
        "Recent deal amount",
        "Recent deal date",
    ]
    source, _ = one(table(tmp_path / "a.csv", header, [["7", "Acme", "2024-01-31", "5", "6", "2024-02-29"]]))
    assert (source.object, source.fields["name"]) == ("account", "Name")


@pytest.mark.parametrize(
    ("file", "header", "department"),
    [
        ("list", ["No", "Name", "Credit limit", "Payment terms"], "finance"),
        ("list", ["No", "Name", "Account owner", "Lead source"], "crm"),
        ("list", ["No", "Name", "Account owner", "Payment terms"], "unknown"),
        ("Debitoren 2024", ["No", "Name", "City"], "finance"),
        ("crm", ["No", "Name", "City"], "crm"),
    ],
)
def test_the_department_of_a_list(file: str, header: list[str], department: str, tmp_path: Path) -> None:
    rows = [["5", "Acme", *["x"] * (len(header) - 2)], ["9", "Globex", *["y"] * (len(header) - 2)]]
    source, _ = one(table(tmp_path / f"{file}.csv", header, rows))
    assert source.department == department


def test_boards_that_are_called_after_customers_give_them(tmp_path: Path) -> None:
    crm = table(tmp_path / "crm.csv", ["Id", "Company"], [["1", "Acme Inc"], ["2", "Globex"]])
    header = ["Card ID", "Card Name", "List Name", "Board Name"]
    cards = [
        ["c1", "Homepage", "Doing", "Acme Inc"],
        ["c2", "Shop", "Doing", "Globex"],
        ["c3", "Party", "Done", "Office"],
    ]
    board = table(tmp_path / "board.csv", header, cards)
    found = read(crm, board)
    told = next(source for source in found.sources if source.system == "trello")
    assert told.fields["account_name"] == "Board Name"
    assert any("'Board Name'" in warning and "not Office" in warning for warning in told.warnings)
    assert found.documents["account_name"].to_list() == ["Acme Inc", "Globex", "Office"]
    refused = Settings.model_validate({"systems": {"trello": {"customer_in_project_name": "no"}}})
    assert set(read(crm, board, settings=refused).records["system"]) == {"crm"}
    assert set(
        read(crm, table(tmp_path / "board.csv", header, [["c9", "A", "Doing", "Office"]])).records["system"]
    ) == {"crm"}


def test_projects_that_are_called_after_their_customer(tmp_path: Path) -> None:
    crm = table(tmp_path / "crm.csv", ["Id", "Company"], [["1", "Acme Inc"], ["2", "Globex"]])
    header = ["Task ID", "Created At", "Completed At", "Name", "Section/Column", "Notes", "Projects"]
    tasks = [
        [f"120123456789012{i}", "2024-01-05", "", "Call", "Doing", "", name]
        for i, name in enumerate(("Acme Inc", "Globex"))
    ]
    found = read(crm, table(tmp_path / "asana.csv", header, tasks))
    assert found.records.filter(found.records["system"] == "asana")["name"].to_list() == [
        "Acme Inc",
        "Globex",
    ]
    assert (
        next(s for s in found.sources if s.system == "asana").fields["account_name"]
        == "Projects as <customer>"
    )


def test_a_board_of_which_each_task_is_called_after_its_customer(tmp_path: Path) -> None:
    names = ["Acme Inc", "Globex", "Initech", "Umbrella"]
    crm = table(tmp_path / "crm.csv", ["Id", "Company"], [[str(i), name] for i, name in enumerate(names)])
    header = ["Task ID", "Created At", "Completed At", "Name", "Section/Column", "Due Date", "Projects"]
    tasks = [
        [
            f"120123456789012{i}",
            "2024-01-05",
            "2024-02-01" * (i == 1),
            name,
            "In progress",
            "2024-03-01",
            "Delivery",
        ]
        for i, name in enumerate(names)
    ]
    found = read(crm, table(tmp_path / "asana.csv", header, tasks))
    projects = found.documents.filter(found.documents["system"] == "asana").sort("record_id")
    assert projects["name"].to_list() == projects["account_name"].to_list() == names
    assert projects["state"].to_list() == ["project_open", "project_done", "project_open", "project_open"]
    source = next(source for source in found.sources if source.system == "asana")
    assert source.record_id == "Task ID" and source.fields["name"] == "Name"


def test_an_id_that_the_rules_of_the_system_do_not_know(tmp_path: Path) -> None:
    header = ["Customer ID", "Organization", "First Name", "Last Name", "Email", "Phone", "Address Line 1"]
    header += ["Province/State", "Postal Code"]
    rows = [["9", "Acme", "A", "B", "a@acme.com", "1", "1 Main St", "MA", "02139"]]
    source, found = one(table(tmp_path / "a.csv", header, rows))
    assert (source.system, source.record_id) == ("freshbooks", "Customer ID")
    assert found.records["record_id"].to_list() == ["9"]


@pytest.mark.parametrize("with_accounts", [True, False])
def test_rows_that_name_no_customer_are_told(tmp_path: Path, with_accounts: bool) -> None:
    header = ["First Name", "Last Name", "Company", "Email"]
    companies = ["Acme Inc", "Globex", "", "Acme Inc", " "]
    rows = [[f"A{i}", f"B{i}", name, f"a{i}@x{i}.com"] for i, name in enumerate(companies)]
    contacts = table(tmp_path / "contacts.csv", header, rows)
    crm = table(tmp_path / "crm.csv", ["Id", "Company"], [["1", "Acme Inc"], ["2", "Globex"]])
    found = read(f"crm={contacts}", *([f"crm={crm}"] if with_accounts else []))
    source = next(one for one in found.sources if one.object == "contact")
    assert "2 of 5 rows name no customer, so they belong to none" in source.warnings
    assert found.records["name"].sort().to_list() == ["Acme Inc", "Globex"]


def test_payments_are_not_known_by_the_numbers_of_the_invoices_that_they_pay(tmp_path: Path) -> None:
    header = ["Date", "Type", "Contact", "Invoice Number", "Amount", "Currency"]
    rows = [
        [f"2026-07-1{i}", "Receivable Payment", f"Alpen {i} GmbH", f"RE-100{i}", "288.00", "EUR"]
        for i in range(4)
    ]
    source, _ = one(f"xero={table(tmp_path / 'Receivable Payments.csv', header, rows)}")
    assert (source.object, source.record_id, source.fields["invoice_ref"]) == (
        "payment",
        None,
        "Invoice Number",
    )


def test_a_system_may_be_written_in_any_way(tmp_path: Path) -> None:
    path = table(tmp_path / "sales.csv", ["Kundenavn", "Omsætning"], [["Limfjord Plast", "541101.41"]])
    assert one(f"powerbi={path}")[0].object == "bi_table"
