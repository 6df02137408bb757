"""Tables of a made-up language are read by what the other files of the run hold, and by nothing else."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tests.read.reading import read

NAMES = ["Quarrow", "Bellfast", "Trindle", "Vexmoor", "Lummel", "Pindrop", "Hask", "Omberly"]
ROWS = range(24)
ACCOUNTS = "Account ID,Name,City\n" + "".join(f"C{i:03},{name} Ltd,Leeds\n" for i, name in enumerate(NAMES))


def owner(row: int) -> str:
    return NAMES[row % len(NAMES)]


def net(row: int) -> float:
    return 100.0 + 7.25 * row


BILLS = "Zarn,Olk,Prub,Visk,Emm,Torr,Ulp\n" + "".join(
    f"ZX/{700 + row},{owner(row)} Limited,2025-03-{row + 1:02},{net(row):.2f},{net(row) / 5:.2f},{net(row) * 1.2:.2f},"
    f"{0 if row % 4 else net(row) * 1.2:.2f}\n"
    for row in ROWS
)
MONEY = "Drel,Mav,Sitt,Ponk\n" + "".join(
    f"2025-04-{row + 1:02},{owner(row).upper()} LTD,{net(row) * 1.2:.2f},gam ZX/{700 + row}\n"
    for row in ROWS
    if row % 4
)
REPORT = "Hul,Wog\n" + "".join(f"{name} Ltd,{1000 + 31.5 * i:.2f}\n" for i, name in enumerate(NAMES))


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    folder = tmp_path_factory.mktemp("companions")
    for name, text in (("crm_accounts", ACCOUNTS), ("aa", MONEY), ("bb", BILLS), ("cc", REPORT)):
        (folder / f"{name}.csv").write_text(text)
    return read(folder).documents


def test_bills_are_told_by_net_and_tax_and_by_their_customers(documents: pl.DataFrame) -> None:
    bills = documents.filter(object="invoice").sort("record_id")
    assert bills["record_id"].to_list() == [f"ZX/{700 + row}" for row in ROWS]
    assert bills["amount_value"].round(2).to_list() == pytest.approx(
        [round(net(row) * 1.2, 2) for row in ROWS]
    )
    assert bills["net_value"].to_list() == pytest.approx([net(row) for row in ROWS])
    assert bills["account_name"].to_list() == [f"{owner(row)} Limited" for row in ROWS]
    assert set(bills.filter(pl.col("open_amount_value") > 0)["record_id"]) == {
        f"ZX/{700 + row}" for row in ROWS if not row % 4
    }


def test_payments_are_told_by_the_bills_that_they_name(documents: pl.DataFrame) -> None:
    payments = documents.filter(object="payment")
    assert payments.height == sum(1 for row in ROWS if row % 4)
    assert payments["account_name"].null_count() == 0
    assert payments["invoice_ref"].null_count() == 0


def test_customers_of_others_beside_amounts_alone_are_a_report(tmp_path: Path) -> None:
    (tmp_path / "crm_accounts.csv").write_text(ACCOUNTS)
    (tmp_path / "cc.csv").write_text(REPORT)
    kinds = {Path(source.path).stem: source.object for source in read(tmp_path).sources}
    assert kinds == {"crm_accounts": "account", "cc": "bi_table"}


def test_without_companions_the_same_tables_are_not_guessed(tmp_path: Path) -> None:
    (tmp_path / "crm_accounts.csv").write_text(ACCOUNTS.replace("Ltd", "Ltd").replace("Quarrow", "Another"))
    strangers = BILLS
    for i, name in enumerate(NAMES):
        strangers = strangers.replace(f"{name} Limited", f"Stranger {i}")
    (tmp_path / "bb.csv").write_text(strangers)
    assert not read(tmp_path).documents.filter(object="invoice")["account_name"].count()


def test_payers_are_found_in_what_payments_are_for(tmp_path: Path) -> None:
    (tmp_path / "crm_accounts.csv").write_text(ACCOUNTS)
    rows = "".join(
        f"2025-04-{row + 1:02},{net(row):.2f},VK {owner(row).upper()} LTD. {row:04}\n" for row in ROWS
    )
    (tmp_path / "payments.csv").write_text(f"Payment Date,Payment Amount,Details\n{rows}")
    payments = read(tmp_path).documents.filter(object="payment").sort("row")
    # "Hask" is too short to be known within a text.
    assert payments["account_name"].to_list() == [
        f"{owner(row).upper()} LTD" if len(owner(row)) > 6 else None for row in ROWS
    ]


def test_deals_that_projects_name_were_won(tmp_path: Path) -> None:
    (tmp_path / "crm_accounts.csv").write_text(ACCOUNTS)
    states = ["zarb", "quim", "zarb", "felk"]
    deals = "".join(
        f"D-{row:03},Work {row},{owner(row)} Ltd,{states[row % 4]},{net(row)},2025-0{1 + row % 4}-11\n"
        for row in ROWS
    )
    (tmp_path / "deals.csv").write_text(f"Deal ID,Deal Name,Account Name,Stage,Amount,Close Date\n{deals}")
    projects = "".join(
        f"P{row},Job {row},{owner(row)} Ltd,2025-05-01,2025-06-01,D-{row:03}\n" for row in ROWS if not row % 2
    )
    (tmp_path / "projects.csv").write_text(
        f"Project ID,Project Name,Customer Name,Start Date,End Date,Deal\n{projects}"
    )
    (tmp_path / "invoices.csv").write_text(
        "Invoice Number,Customer Name,Invoice Date,Due Date,Total\nI-1,Quarrow Ltd,2025-07-01,2025-08-01,500.00\n"
    )
    deals_read = read(tmp_path).documents.filter(object="deal").sort("record_id")
    meaning = dict(zip(deals_read["status"], deals_read["state"], strict=True))
    assert meaning == {"zarb": "deal_won", "quim": "deal_lost", "felk": "deal_lost"}
