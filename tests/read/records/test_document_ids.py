"""Ids in documents are known by their values; numbers that are counted from the same start by chance are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.read.reading import read

ACCOUNTS = "Account ID,Name,City\n" + "".join(f"{10_000 + i},{name},Leeds\n" for i, name in enumerate(
    ["Quarrow Ltd", "Bellfast Ltd", "Trindle Ltd", "Vexmoor Ltd", "Lummel Ltd", "Pindrop Ltd"]
))  # fmt: skip


def deals(values: list[int]) -> str:
    rows = (
        f"D-{i},Order {i},Closed Won,{500 + i},2024-01-{i + 1:02},{value}\n" for i, value in enumerate(values)
    )
    return "Deal ID,Deal Name,Stage,Amount,Close Date,Opaque\n" + "".join(rows)


@pytest.mark.parametrize(
    ("values", "taken"),
    [
        ([10_000, 10_001, 10_002, 10_002, 10_001, 10_000], True),
        # A counter of the rows: every value is another one.
        ([10_000, 10_001, 10_002, 10_003, 10_004, 10_005], False),
        # Most values are no accounts.
        ([10_000, 10_001, 77_000, 77_000, 77_001, 77_002], False),
    ],
)
def test_the_account_of_a_deal_is_known_by_its_id(tmp_path: Path, values: list[int], taken: bool) -> None:
    (tmp_path / "crm_accounts.csv").write_text(ACCOUNTS)
    (tmp_path / "crm_deals.csv").write_text(deals(values))
    found = read(tmp_path)
    owners = found.documents["customer_id"].to_list()
    assert owners == ([str(value) for value in values] if taken else [None] * len(values))


@pytest.mark.parametrize(
    ("invoices", "owner"), [("I-1", "Quarrow"), ("I-1 | I-2", "Quarrow"), ("I-1 | I-3", None)]
)
def test_a_receipt_belongs_to_the_customer_of_its_invoices(
    tmp_path: Path, invoices: str, owner: str | None
) -> None:
    (tmp_path / "invoices.csv").write_text(
        "Invoice No,Customer,Invoice Date,Total\nI-1,Quarrow,2024-01-01,50\nI-2,Quarrow,2024-01-02,60\n"
        "I-3,Bellfast,2024-01-03,70\nI-4,Trindle,2024-01-04,80\n"
    )
    (tmp_path / "receipts.csv").write_text(
        "Receipt No,Payment Date,Amount received,Invoice\nR-1,2024-02-01,50,I-4\nR-2,2024-02-02,60,I-2\n"
        f"R-3,2024-02-03,70,I-3\nR-4,2024-02-04,80,{invoices}\n"
    )
    found = read(tmp_path)
    owned = dict(found.documents.select("record_id", "customer_id").iter_rows())
    assert (owned["R-1"], owned["R-2"], owned["R-4"]) == ("Trindle", "Quarrow", owner)
    assert found.documents["system"].unique().to_list() == ["invoices"]


BILLS = "Beleg-Nr.;Kunde;Belegdatum;Netto;Brutto\n" + "".join(
    f"{26_001 + i};{name};{10 + i}.03.2026;{100 * (i + 1)},00;{119 * (i + 1)},00\n"
    for i, name in enumerate(["Quarrow GmbH", "Bellfast GmbH", "Trindle GmbH", "Vexmoor GmbH", "Lummel GmbH"])
)  # fmt: skip


@pytest.mark.parametrize(
    ("paid", "references"),
    [
        # Two payments of one invoice are two payments.
        (("26001 Quarrow", "26001 Quarrow", "26002 Bellfast", "26003 Trindle", "26005 Lummel"), True),
        # The payments are numbered from the same start: their customers are others.
        (("26001 Vexmoor", "26002 Lummel", "26003 Quarrow", "26004 Trindle", "26005 Bellfast"), False),
    ],
)
def test_payments_listed_under_the_numbers_of_invoices_refer_to_them(
    tmp_path: Path, paid: tuple[str, ...], references: bool
) -> None:
    (tmp_path / "Rechnungen.csv").write_text(BILLS)
    rows = [line.split() for line in paid]
    (tmp_path / "Zahlungen.csv").write_text(
        "Beleg;Kunde;Zahlungsdatum;Zahlungsbetrag\n"
        + "".join(
            f"{number};{name} GmbH;{i + 1}.05.2026;{50 + i},00\n" for i, (number, name) in enumerate(rows)
        )
    )
    payments = read(tmp_path).documents.filter(object="payment").sort("row")
    named = [number for number, _ in rows]
    assert payments["invoice_ref"].to_list() == (named if references else [None] * len(named))
    assert payments["record_id"].to_list() == ([None] * len(named) if references else named)
