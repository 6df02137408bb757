"""Who is a customer: suppliers, banks, employees and the account's own movements are left out and counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.read.reading import names, one, survey, table


@pytest.mark.parametrize(
    ("column", "customer", "others"),
    [
        ("Under", "Sundry Debtors", ["Sundry Creditors", "Bank Accounts", "Cash-in-Hand"]),
        ("Contact type", "Customer", ["Vendor", "Employee"]),
        ("Kontaktart", "Kunde", ["Lieferant", "Mitarbeiter"]),
        ("Tipo", "Cliente", ["Proveedor"]),
    ],
)
def test_a_column_of_kinds_tells_customers_from_others(
    tmp_path: Path, column: str, customer: str, others: list[str]
) -> None:
    lines = [["Acme", customer, "a@acme.com"], ["Globex", customer, "b@globex.com"]]
    lines += [[f"No {at}", kind, f"x{at}@x.com"] for at, kind in enumerate(others)]
    source, found = one(table(tmp_path / "list.csv", ["Name", column, "Email"], lines))
    assert names(found) == ["Acme", "Globex"]
    assert source.skipped == {f"not a customer, by '{column}'": len(others)}


def test_a_column_of_other_words_leaves_nobody_out(tmp_path: Path) -> None:
    lines = [["Acme", "Bank"], ["Globex", "Retail"], ["Initech", "Software"]]
    assert len(names(one(table(tmp_path / "list.csv", ["Company", "Industry"], lines))[1])) == 3


def test_datev_creditors_and_names_in_three_columns(tmp_path: Path) -> None:
    kinds = ("Unternehmen", "natürl. Person", "keine Angabe")
    header = [
        "Konto",
        *(f"Name (Adressattyp {kind})" for kind in kinds),
        "Adressattyp",
        "Kurzbezeichnung",
        "Ort",
        "Vorname (Adressattyp natürl. Person)",
    ]
    lines = [
        ["10001", "Brückner GmbH", "", "", "2", "BRU", "Leipzig", ""],
        ["10002", "", "Ostermann", "", "1", "OST", "Dresden", "Heike"],
        ["10003", "", "", "Diverse", "0", "DIV", "", ""],
        ["70001", "Senf KG", "", "", "2", "SENF", "Köln", ""],
    ]
    source, found = one(table(tmp_path / "EXTF.csv", header, lines, ";"))
    assert names(found) == ["Brückner GmbH", "Heike Ostermann", "Diverse"]
    assert source.skipped == {"a supplier, by the number of the account": 1}


def test_a_paypal_list_is_payments_and_its_balance_nobodys(tmp_path: Path) -> None:
    header = "Date,Time,TimeZone,Name,Type,Status,Currency,Gross,Fee,Net,From Email Address,To Email Address,"
    header += "Transaction ID,Reference Txn ID,Invoice Number,Balance"
    lines = [
        "10/01/2026;10:00;CET;Jana s.r.o.;Express Checkout Payment;Completed;EUR;1.250,00;-43,40;1.206,60;j@m.com;"
        "shop@us.com;T1;;WC-777;1.206,60",
        "10/01/2026;11:00;CET;;General Withdrawal;Completed;EUR;-500,00;0,00;-500,00;shop@us.com;;T2;;;706,60",
        "11/01/2026;12:00;CET;Jana s.r.o.;Payment Refund;Completed;EUR;-250,00;0,00;-250,00;shop@us.com;j@m.com;"
        "T3;T1;WC-777;456,60",
    ]
    source, found = one(
        table(tmp_path / "Download.csv", header.split(","), [line.split(";") for line in lines])
    )
    assert (source.system, source.object) == ("paypal", "payment")
    assert found.documents.select("record_id", "document_type", "amount_value", "invoice_ref").rows() == [
        ("T1", "payment", 1250.0, "WC-777"),
        ("T3", "refund", -250.0, "WC-777"),
    ]
    assert names(found) == ["Jana s.r.o."] and found.records["balance_amount"].null_count() == 1


@pytest.mark.parametrize(
    ("other", "left_out"),
    [("suppliers", True), ("lieferanten_2024", True), ("banks", False), ("ap", False), ("partners", False)],
)
def test_a_list_called_after_suppliers_is_left_out_beside_customers(
    tmp_path: Path, other: str, left_out: bool
) -> None:
    (tmp_path / "customers.csv").write_text(
        "Customer No,Name,City\n1,Quarrow Ltd,Leeds\n2,Bellfast Ltd,York\n"
    )
    (tmp_path / f"{other}.csv").write_text("No,Name,City\n7,Trindle Ltd,Hull\n8,Vexmoor Ltd,Hull\n")
    found = survey(tmp_path)
    assert found.records.height == (2 if left_out else 4)
    assert sum(sum(source.skipped.values()) for source in found.sources) == (2 if left_out else 0)
    (tmp_path / "customers.csv").unlink()
    assert survey(tmp_path).records.height == 2, "suppliers alone are what the person wants to compare"


def test_a_trade_name_is_the_name_where_there_is_no_other(tmp_path: Path) -> None:
    lines = [["C-1", "Larch Bakery", "01632 960001"], ["C-2", "Otter Tiles Ltd", "01632 960002"]]
    path = table(tmp_path / "quickbooks_customers.csv", ["Customer ID", "Company", "Phone"], lines)
    assert names(one(path)[1]) == ["Larch Bakery", "Otter Tiles Ltd"]
