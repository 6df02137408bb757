"""Customers that documents name belong to the list of their system by name, or are customers of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from sot.model.sources import Import
from tests.read.reading import read

LIST = """Customer No,Customer Name,City,Email
C1,Quarrow Mills Limited,Leeds,ap@quarrow.example
C2,Bexley & Sons S.A.,Hull,
"""
BILLS = "Invoice No,Customer,Invoice Date,Due Date,Total\n" + "".join(
    f"10{at:02},{name},2026-02-{at:02},2026-03-{at:02},{100 * at}\n"
    for at, name in enumerate(
        (
            "Quarrow Mills Limited",
            "Quarrow Mills Ltd",
            "BEXLEY & SONS SA",
            "Dunmere Paper Ltd",
            "Dunmere Paper Ltd",
        ),
        1,
    )
)


def run(folder: Path, **files: str) -> Import:
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text)
    return read(folder)


def owners(found: Import) -> dict[str, str | None]:
    return dict(found.documents.filter(object="invoice").select("record_id", "customer_id").rows())


def test_a_name_without_its_legal_form_leads_to_the_list_and_one_that_is_not_there_is_a_customer(
    tmp_path: Path,
) -> None:
    found = run(tmp_path, xero_contacts=LIST, xero_invoices=BILLS)
    assert owners(found) == {
        "1001": "C1", "1002": "C1", "1003": "C2", "1004": "Dunmere Paper Ltd", "1005": "Dunmere Paper Ltd",
    }  # fmt: skip
    assert found.records.select("system", "record_id", "object").rows() == [
        ("xero", "C1", "account"),
        ("xero", "C2", "account"),
        ("xero", "Dunmere Paper Ltd", "invoice"),
    ]
    (source,) = [source for source in found.sources if source.object == "invoice"]
    assert "1 customer is taken from these rows: they are not in the list of xero" in source.warnings


def test_two_of_a_list_that_differ_by_their_form_are_not_told_apart_by_a_name_without_one(
    tmp_path: Path,
) -> None:
    two = LIST + "C3,Quarrow Mills GmbH,Bonn,\n"
    found = run(
        tmp_path, xero_contacts=two, xero_invoices=BILLS.replace("Quarrow Mills Ltd", "Quarrow Mills")
    )
    assert owners(found)["1001"] == "C1"
    assert owners(found)["1002"] is None
    assert found.records.filter(object="invoice")["name"].to_list() == ["Dunmere Paper Ltd"]


def test_a_bill_keeps_the_id_of_a_customer_that_the_list_leaves_out(tmp_path: Path) -> None:
    bills = BILLS.replace("Customer,", "Customer No,Customer,").replace(
        "Quarrow Mills Limited", "C1,Quarrow Mills Limited"
    )
    bills = bills.replace(",Quarrow Mills Ltd", ",C1,Quarrow Mills Ltd").replace(",BEXLEY", ",C2,BEXLEY")
    bills = bills.replace(",Dunmere", ",C9,Dunmere")
    found = run(tmp_path, xero_contacts=LIST, xero_invoices=bills)
    assert owners(found) == {"1001": "C1", "1002": "C1", "1003": "C2", "1004": "C9", "1005": "C9"}
    assert found.records.filter(record_id="C9").select("name", "object").rows() == [
        ("Dunmere Paper Ltd", "invoice")
    ]


OFFERS = "Opportunity ID,Opportunity Name,Account Name,Stage,Close Date,Amount\n" + "".join(
    f"O{at},Deal {at},{name},Closed Won,2026-02-{at:02},{100 * at}\n"
    for at, name in enumerate(("Quarrow Mills Limited", "Bexley & Sons S.A.", "Dunmere Paper Ltd"), 1)
)


@pytest.mark.parametrize(
    ("name", "taken"), [("crm_accounts", True), ("finance_customers", False), ("customers", False)]
)
def test_a_list_of_the_department_is_that_of_the_system_whose_documents_name_its_customers(
    tmp_path: Path, name: str, taken: bool
) -> None:
    listed = (
        LIST.replace("Customer No,Customer Name", "Account ID,Account Name") + "C4,Dunmere Paper Ltd,York,\n"
    )
    found = run(tmp_path, **{name: listed, "opportunities": OFFERS})
    systems = set(found.records.filter(object="account")["system"])
    assert (systems == {"salesforce"}) == taken


def test_a_form_of_several_words_before_a_name_is_none_of_it(tmp_path: Path) -> None:
    bills = BILLS.replace("Quarrow Mills Ltd", "Cong ty TNHH Quarrow Mills")
    found = run(tmp_path, xero_contacts=LIST.replace(" Limited", ""), xero_invoices=bills)
    assert owners(found)["1002"] == "C1"


def test_a_bill_with_the_id_of_a_listed_customer_makes_no_second_one(tmp_path: Path) -> None:
    bills = "Invoice No,Customer No,Customer,Invoice Date,Due Date,Total\n" + "".join(
        f"10{at:02},{number},Quarrow Group,2026-02-{at:02},2026-03-{at:02},{100 * at}\n"
        for at, number in enumerate(("C1", "", "C1"), 1)
    )
    found = run(tmp_path, xero_contacts=LIST, xero_invoices=bills)
    assert found.records["record_id"].to_list() == ["C1", "C2", "Quarrow Group"]
    assert owners(found) == {"1001": "C1", "1002": "Quarrow Group", "1003": "C1"}


def test_a_name_of_another_legal_form_is_another_customer(tmp_path: Path) -> None:
    found = run(
        tmp_path, xero_contacts=LIST, xero_invoices=BILLS.replace("Quarrow Mills Ltd", "Quarrow Mills AG")
    )
    assert owners(found)["1002"] == "Quarrow Mills AG"
