"""Documents of the systems as they write them: types, parts of amounts, references, states, and lines in one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.read.reading import one, read, table

INVOICE, PAYMENT = "invoice", "payment"


def text(path: Path, content: str) -> Path:
    path.write_text(content, encoding="utf-8")
    return path


def rows(path: Path, *columns: str) -> dict[str, tuple[Any, ...]]:
    """Give some columns of the documents of one file, by their ids."""
    documents = one(path)[1].documents
    return {row[0]: row[1:] for row in documents.select("record_id", *columns).iter_rows()}


def test_xero_lines_are_one_invoice_with_its_tax_once(tmp_path: Path) -> None:
    head = "ContactName,InvoiceNumber,Reference,InvoiceDate,DueDate,Total,TaxTotal,InvoiceAmountPaid,InvoiceAmountDue,"
    head += "Description,Quantity,UnitAmount,LineAmount,TaxAmount,Currency,Type,Status\n"
    first = 'Nordwind BV,INV-2,D-11,15/05/2026,14/06/2026,"7.562,50","1.312,50","0,00","7.562,50",'
    lines = "".join(
        f'{first}{what},1,"3.125,00","3.125,00","656,25",EUR,Sales invoice,Awaiting Payment\n'
        for what in ("a", "b")
    )
    credit = 'Nordwind BV,CN-1,INV-2,16/05/2026,,"-121,00","-21,00","0,00","0,00",x,1,1,1,1,EUR,'
    credit += "Sales credit note,Paid\n"
    path = text(tmp_path / "SalesInvoices.csv", head + lines + credit)
    got = rows(
        path, "document_type", "net_value", "tax_value", "amount_value", "line_text", "state", "reference"
    )
    assert got == {
        "INV-2": ("invoice", 6250.0, 1312.5, 7562.5, "a | b", "invoice_open", "D-11"),
        "CN-1": ("credit_note", -100.0, -21.0, -121.0, "x", "invoice_paid", "INV-2"),
    }


def test_netsuite_rows_have_their_own_kind_and_all_references(tmp_path: Path) -> None:
    header = [
        "Internal ID",
        "Date",
        "Type",
        "Document Number",
        "Name",
        "PO/Check Number",
        "Created From",
        "Amount",
    ]
    header += ["Amount (Net)", "Amount Remaining", "Status", "Currency", "Salesforce Opportunity ID"]
    header += ["Applied To Transaction"]
    order, opportunity = "Sales Order #SO9", "0065g00000XyZaBAAV"
    lines = [
        f"1;3/5/2026;Invoice;INV1;1001 Acme;PO-7;{order};14,280.00;12,000.00;0.00;Invoice : Paid In Full;Euro;"
        f"{opportunity};",
        "2;3/15/2026;Payment;P5;1001 Acme;;;14,280.00;;;Payment : Deposited;Euro;;Invoice #INV1",
        "3;3/15/2026;Sales Order;SO9;1001 Acme;;;14,280.00;;;;Euro;;",
    ]
    path = table(tmp_path / "Results.csv", header, [line.split(";") for line in lines])
    columns = (
        "object",
        "document_type",
        "tax_value",
        "currency",
        "state",
        "deal_ref",
        "order_ref",
        "invoice_ref",
    )
    assert rows(path, *columns) == {
        "1": (INVOICE, INVOICE, 2280.0, "EUR", "invoice_paid", opportunity, f"{order} | PO-7", None),
        "2": (PAYMENT, PAYMENT, None, "EUR", "payment", None, None, "Invoice #INV1"),
    }
    assert one(path)[0].skipped == {"neither an invoice nor a payment, by 'Type'": 1}


def test_a_number_before_the_name_links_to_the_numbered_customer(tmp_path: Path) -> None:
    customers = table(
        tmp_path / "netsuite_customers.csv",
        ["Internal ID", "ID", "Name", "Billing City", "Inactive"],
        [["77", "1001", "Acme GmbH", "Ulm", "No"], ["78", "1002", "Acme GmbH", "Bonn", "No"]],
    )
    invoices = table(
        tmp_path / "netsuite_invoices.csv",
        ["Internal ID", "Type", "Document Number", "Name", "Amount", "Amount Remaining"],
        [["1", "Invoice", "INV1", "1002 Acme GmbH", "10.00", "0.00"]],
    )
    assert read(customers, invoices).documents["customer_id"].to_list() == ["78"]


def test_names_that_differ_in_letter_case_alone_are_found_as_they_are_written(tmp_path: Path) -> None:
    projects = table(
        tmp_path / "harvest_projects.csv",
        ["Client", "Project", "Project Code", "Start Date", "End Date", "Project Notes"],
        [["Acme Ltd", "Audit", "HV-1", "2026-01-01", "2026-02-01", ""],
         ["ACME LTD", "Portal", "HV-2", "2026-01-01", "2026-02-01", ""]],
    )  # fmt: skip
    assert rows(projects, "customer_id") == {"HV-1": ("Acme Ltd",), "HV-2": ("ACME LTD",)}


def test_a_mixed_report_of_quickbooks_and_the_same_invoice_in_two_files(tmp_path: Path) -> None:
    title = "Sparrow LLC,,,,,{0}\n{1},,,,,{0}\nAll Dates,,,,,{0}\n,,,,,{0}\n"
    mixed = text(
        tmp_path / "Invoices and Received Payments.csv",
        title.format("", "Invoices and Received Payments")
        + ",Date,Transaction type,Memo/Description,Transaction number,Amount\nBluebird Inc,,,,,\n"
        ',02/10/2026,Invoice,50% deposit,1001,"4,500.00"\n,02/20/2026,Payment,Check 88,,"4,500.00"\n'
        ',04/12/2026,Credit Memo,goodwill,1003,-200.00\nTotal for Bluebird Inc,,,,,"$8,800.00"\n',
    )
    listed = text(
        tmp_path / "Transaction List by Customer.csv",
        title.format(",,,", "Transaction List by Customer")
        + ",Date,Transaction type,Num,Posting (Y/N),Memo/Description,Due date,Amount,Open balance\n"
        'Bluebird Inc,,,,,,,,\n,02/10/2026,Invoice,1001,Y,50% deposit,03/12/2026,"4,500.00",0.00\n'
        ',01/05/2026,Estimate,500,N,,,"9,000.00",\n',
    )
    got = (
        read(mixed, listed)
        .documents.select("object", "number", "document_type", "amount_value", "state")
        .rows()
    )
    assert sorted(got, key=str) == [
        (INVOICE, "1001", INVOICE, 4500.0, "invoice_paid"),
        (INVOICE, "1003", "credit_note", -200.0, None),
        (PAYMENT, None, PAYMENT, 4500.0, "payment"),
    ]


def test_harvest_invoices_with_two_taxes_and_a_currency_by_name(tmp_path: Path) -> None:
    header = "Issue Date,Last Payment Date,ID,PO Number,Client,Subject,Invoice Amount,Paid Amount,Balance,Subtotal,"
    header += "Discount,Tax,Tax2,Currency,Currency Symbol,Document Type\n"
    line = '2026-01-11,,102,PO9,Bluebird Inc,Work,"1 236,0","40,0","1 196,0","1 200,0","0,0","26,0","10,0",'
    path = text(tmp_path / "invoices.csv", header + line + "Swedish Krona - SEK,kr,Invoice\n")
    columns = ("net_value", "tax_value", "paid_value", "open_amount_value", "currency", "state", "order_ref")
    assert rows(path, *columns) == {"102": (1200.0, 36.0, 40.0, 1196.0, "SEK", "invoice_open", "PO9")}


@pytest.mark.parametrize(
    ("header", "line", "expected"),
    [
        (
            [
                "Rechnungsnr.",
                "Kunde",
                "Rechnungsdatum",
                "Nettobetrag",
                "MwSt",
                "Bruttobetrag",
                "Belegart",
                "Projekt",
            ],
            ["R1", "Acme", "01.02.2026", "100,00", "19,00", "119,00", "Gutschrift", "P-7"],
            ("credit_note", 100.0, 19.0, 119.0, "P-7"),
        ),
        (
            ["N° facture", "Client", "Date de facture", "Total HT", "TVA", "Total TTC", "Type", "Projet"],
            ["R1", "Acme", "01/02/2026", "100,00", "20,00", "120,00", "Facture", "P-7"],
            ("invoice", 100.0, 20.0, 120.0, "P-7"),
        ),
        (
            [
                "Nº factura",
                "Cliente",
                "Fecha factura",
                "Base imponible",
                "IVA",
                "Total factura",
                "Tipo",
                "Proyecto",
            ],
            ["R1", "Acme", "01/02/2026", "100,00", "21,00", "121,00", "Factura rectificativa", "P-7"],
            ("credit_note", 100.0, 21.0, 121.0, "P-7"),
        ),
        (
            [
                "Numero fattura",
                "Cliente",
                "Data fattura",
                "Imponibile",
                "IVA",
                "Totale fattura",
                "Tipo",
                "Progetto",
            ],
            ["R1", "Acme", "01/02/2026", "100,00", "22,00", "122,00", "Nota di credito", "P-7"],
            ("credit_note", 100.0, 22.0, 122.0, "P-7"),
        ),
        (
            [
                "Factuurnummer",
                "Klant",
                "Factuurdatum",
                "Bedrag excl. btw",
                "BTW",
                "Bedrag incl. btw",
                "Soort",
                "Project",
            ],
            ["R1", "Acme", "01-02-2026", "100,00", "21,00", "121,00", "Factuur", "P-7"],
            ("invoice", 100.0, 21.0, 121.0, "P-7"),
        ),
        (
            [
                "Nº fatura",
                "Cliente",
                "Data fatura",
                "Valor líquido",
                "IVA",
                "Total fatura",
                "Tipo",
                "Projeto",
            ],
            ["R1", "Acme", "01/02/2026", "100,00", "23,00", "123,00", "Nota de crédito", "P-7"],
            ("credit_note", 100.0, 23.0, 123.0, "P-7"),
        ),
        (
            ["Invoice No", "Customer", "Invoice Date", "Net", "VAT", "Gross", "Type", "Project Code"],
            ["R1", "Acme", "2026-02-01", "100.00", "20.00", "120.00", "Credit Note", "P-7"],
            ("credit_note", 100.0, 20.0, 120.0, "P-7"),
        ),
    ],
)
def test_invoices_in_seven_languages(
    tmp_path: Path, header: list[str], line: list[str], expected: Any
) -> None:
    path = table(tmp_path / "list.csv", header, [line], ";")
    columns = ("document_type", "net_value", "tax_value", "amount_value", "project_ref")
    assert rows(path, *columns) == {"R1": expected}


@pytest.mark.parametrize(
    ("kind", "status", "state"),
    [
        ("Deal", "Closed Won & Paid", "deal_won"),
        ("Deal", "Contract Sent", "deal_open"),
        ("Deal", "Abgeschlossen - gewonnen", "deal_won"),
        ("Deal", "Not won", None),
        ("Project", "Fertig", "project_done"),
        ("Project", "Terminé", "project_done"),
        ("Project", "In Arbeit", "project_open"),
        ("Project", "Geannuleerd", "project_cancelled"),
        ("Invoice", "Partially Paid", "invoice_open"),
        ("Invoice", "Überfällig", "invoice_open"),
        ("Invoice", "Not paid", "invoice_open"),
        ("Invoice", "Credit Memo : Fully Applied", "invoice_paid"),
        ("Invoice", "Pagada", "invoice_paid"),
        ("Invoice", "Stornata", "invoice_void"),
    ],
)
def test_states_in_the_words_of_people(tmp_path: Path, kind: str, status: str, state: str | None) -> None:
    header = [f"{kind} number", f"{kind} date", "Customer", "Amount", f"{kind} status"]
    path = table(tmp_path / f"{kind}s.csv", header, [["A-1", "2026-01-05", "Acme", "10.00", status]])
    assert one(path)[1].documents["state"].to_list() == [state]


def test_what_is_open_tells_the_state_where_no_column_does(tmp_path: Path) -> None:
    header = ["Invoice number", "Customer", "Invoice date", "Total", "Balance due"]
    lines = [["A", "Acme", "2026-01-05", "10.00", "0.00"], ["B", "Acme", "2026-01-06", "10.00", "4.00"]]
    assert rows(table(tmp_path / "invoices.csv", header, lines), "state") == {
        "A": ("invoice_paid",),
        "B": ("invoice_open",),
    }


def test_amounts_without_tax_are_known_by_the_rate(tmp_path: Path) -> None:
    header = ["Invoice number", "Customer", "Invoice date", "Amount", "VAT"]
    net = table(tmp_path / "net.csv", header, [["A", "Acme", "2026-01-05", "100.00", "19.00"]])
    gross = table(tmp_path / "gross.csv", header, [["A", "Acme", "2026-01-05", "119.00", "19.00"]])
    expected = {"A": (119.0, 100.0, 19.0)}
    assert rows(net, "amount_value", "net_value", "tax_value") == expected
    assert rows(gross, "amount_value", "net_value", "tax_value") == expected


def test_lines_of_an_unknown_system_are_gathered_and_repeated_invoices_are_not(tmp_path: Path) -> None:
    header = [
        "Invoice number",
        "Customer",
        "Invoice date",
        "Item",
        "Quantity",
        "Line amount",
        "Invoice total",
    ]
    lines = [
        ["A", "Acme", "2026-01-05", "Design", "1", "60.00", "100.00"],
        ["A", "Acme", "2026-01-05", "Build", "1", "40.00", "100.00"],
    ]
    got = rows(table(tmp_path / "lines.csv", header, lines), "amount_value", "line_text")
    assert got == {"A": (100.0, "Design | Build")}
    twice = [["A", "Acme", "2026-01-05", "100.00"], ["A", "Acme", "2026-01-05", "100.00"]]
    plain = table(tmp_path / "twice.csv", ["Invoice number", "Customer", "Invoice date", "Total"], twice)
    assert one(plain)[1].documents.height == 2


def test_a_project_names_its_deal_and_its_days(tmp_path: Path) -> None:
    header = [
        "Project number",
        "Project name",
        "Client",
        "Deal ID",
        "Budget",
        "Start date",
        "Planned end",
        "Actual end",
    ]
    lines = [["P1", "Portal", "Acme", "D-9", "12000", "2026-01-05", "2026-03-01", "2026-03-20"]]
    path = table(tmp_path / "projects.csv", header, lines)
    columns = ("deal_ref", "amount_value", "start_date", "planned_end_date", "end_date")
    assert rows(path, *columns) == {"P1": ("D-9", 12000.0, "2026-01-05", "2026-03-01", "2026-03-20")}


def test_invoices_outlive_the_customers_of_a_list_that_calls_their_ids_alike(tmp_path: Path) -> None:
    listed = "".join(f"{10000 + nr};Firma {nr} GmbH;Ort {nr}\n" for nr in range(6))
    customers = text(tmp_path / "kunden.csv", f"Kd-Nr;Firma;Ort\n{listed}")
    billed = "".join(f"RE-{nr};{10000 + nr};0{1 + nr % 9}.10.2026;{100 + nr},00\n" for nr in range(10))
    alike = text(tmp_path / "Rechnungen.csv", f"Rechnungsnr;Kd-Nr;Datum;Betrag\n{billed}")
    assert set(read(customers, alike).documents["system"]) == {"kunden"}
    other = text(tmp_path / "Rechnungen.csv", f"Rechnungsnr;Partner;Datum;Betrag\n{billed}")
    assert set(read(customers, other).documents["system"]) == {"rechnungen"}


def test_codes_that_documents_of_several_kinds_share_are_references_whatever_their_column_is_called(
    tmp_path: Path,
) -> None:
    deals = table(
        tmp_path / "opportunities.csv",
        [
            "Opportunity ID",
            "Opportunity Name",
            "Customer Name",
            "Amount",
            "Close Date",
            "Stage",
            "Notes",
            "Xq",
        ],
        [
            [f"7{n}", f"Job {n}", f"Acme {n} Ltd", "900", "2026-03-01", "Closed Won", "new", f"WX-{n}"]
            for n in "1234"
        ],
    )
    projects = table(
        tmp_path / "projects.csv",
        ["Project ID", "Project Name", "Client", "Start Date", "End Date", "Status", "Notes", "Kw", "Room"],
        [
            [
                f"P{n}",
                f"Work {n}",
                f"Acme {n} Ltd",
                "2026-03-05",
                "2026-04-05",
                "Done",
                "old",
                f"WX-{n}",
                "B12",
            ]
            for n in "1234"
        ],
    )
    papers = read(f"crm={deals}", f"tool={projects}").documents
    held = {row[0]: row[1:] for row in papers.select("record_id", "number", "reference").iter_rows()}
    assert held["71"][0] == "WX-1" and "WX-1" in held["P1"]
    assert "B12" not in held["P1"]


def test_a_cell_with_a_span_of_days_is_a_start_and_an_end(tmp_path: Path) -> None:
    path = table(
        tmp_path / "Projets.csv",
        ["Nom", "Client", "Statut", "Dates", "Responsable"],
        [
            ["Audit", "Loire SAS", "Terminé", "5 janvier 2026 → 2 mars 2026", "A. Roy"],
            ["Stand", "Girard SA", "En cours", "1 août 2026 → 3 août 2026", "A. Roy"],
            ["Stock", "Perrin SA", "En cours", "7 mai 2026 → 8 juin 2026", "I. Faure"],
        ],
    )
    spans = one(path)[1].documents.select("name", "started_on", "ended_on").rows()
    assert [(name, str(start), str(end)) for name, start, end in spans] == [
        ("Audit", "2026-01-05", "2026-03-02"),
        ("Stand", "2026-08-01", "2026-08-03"),
        ("Stock", "2026-05-07", "2026-06-08"),
    ]


@pytest.mark.parametrize(
    "column, values", [("CurrentState", ["WON", "LOST", "OPEN"]), ("Odds", ["100%", "0%", "40%"])]
)
def test_a_second_column_tells_which_deals_are_won(tmp_path: Path, column: str, values: list[str]) -> None:
    stages = ["Proposal"] * 3 if column == "CurrentState" else ["Xyyx", "Yxxy", "Zyyz"]
    path = table(
        tmp_path / "opportunities.csv",
        ["Opportunity ID", "Opportunity Name", "Customer Name", "Amount", "Close Date", "Stage", column],
        [
            [f"7{at}", f"Job {at}", f"Acme {at} Ltd", "900", "2026-03-01", stage, value]
            for at, (stage, value) in enumerate(zip(stages, values, strict=True))
        ],
    )
    assert [state for (state,) in rows(path, "state").values()] == ["deal_won", "deal_lost", "deal_open"]


def test_a_list_that_names_customers_by_their_trade_names_is_of_their_system(tmp_path: Path) -> None:
    people = [
        (f"{9000 + at}", f"{name} Holdings Ltd", f"The {name}")
        for at, name in enumerate(("Anvil", "Otter", "Swan", "Plough"))
    ]
    accounts = table(
        tmp_path / "clients.csv", ["Client No", "Legal name", "Trading name"], [list(row) for row in people]
    )
    lines = [[f"F{at}", trading, f"2026-01-0{at + 1}", "120.00"] for at, (_, _, trading) in enumerate(people)]
    bills = table(tmp_path / "bills.csv", ["Invoice number", "Customer", "Invoice date", "Total"], lines)
    imported = read(accounts, bills)
    assert imported.documents["system"].unique().to_list() == ["clients"]
    assert sorted(imported.documents["customer_id"]) == [number for number, _, _ in people]


def test_what_is_above_a_project_is_no_parent_of_its_customer(tmp_path: Path) -> None:
    header = ["ID", "Project", "Client", "Group", "Status", "Start date"]
    lines = [
        [f"{at}", f"Site {at}", client, "Web", "Done", "2026-01-05"]
        for at, client in enumerate(("Anvil", "Otter", "Swan"))
    ]
    records = one(table(tmp_path / "projects.csv", header, lines))[1].records
    assert records["parent_name"].to_list() == [None] * 3
