"""`sot handoffs`, and `sot explain` of a document, on a finished run."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from sot.cli.errors import run as sot

FILES = {
    "salesforce_accounts.csv": "Id,Name,BillingCity,Type\n001000000000001AAA,Alder Works Ltd,Leeds,Customer\n"
    "001000000000002AAA,Birch Mills Ltd,York,Prospect\n",
    "salesforce_opportunities.csv": "Id,AccountId,Name,StageName,Amount,CloseDate,IsWon,IsClosed\n"
    "006000000000001AAA,001000000000001AAA,Alder Works - Website,Closed Won,12000.00,2026-01-10,true,true\n"
    "006000000000002AAA,001000000000001AAA,Alder Works - Training,Closed Won,7000.00,2026-02-10,true,true\n",
    "xero_contacts.csv": "*ContactName,AccountNumber,EmailAddress,POCity\nAlder Works Ltd,A1,a@alder.co.uk,Leeds\n"
    "Birch Mills Ltd,B1,b@birch.co.uk,York\n",
    "xero_invoices.csv": "*ContactName,*InvoiceNumber,Reference,*InvoiceDate,*DueDate,Total,TaxTotal,InvoiceAmountDue,"
    "Currency,Status,Type\n"
    "Alder Works Ltd,INV-1,,2026-01-20,2026-02-20,14400.00,2400.00,0.00,GBP,Paid,Sales invoice\n"
    "Birch Mills Ltd,INV-2,,2025-12-20,2026-01-20,600.00,100.00,600.00,GBP,Awaiting Payment,Sales invoice\n"
    "Birch Mills Ltd,INV-3,,2026-09-20,2026-12-20,720.00,120.00,720.00,GBP,Awaiting Payment,Sales invoice\n",
}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("handoffs")
    exports = folder / "exports"
    exports.mkdir()
    for name, text in FILES.items():
        (exports / name).write_text(text, encoding="utf-8")
    assert (
        sot(["dedupe", str(exports), "--out", str(folder / "out"), "--project", str(folder), "--quiet"]) == 0
    )
    return folder / "out"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_deal_is_linked_to_the_invoice_of_its_net_amount(run: Path) -> None:
    links = {(row["record_id_l"], row["record_id_r"]) for row in rows(run / "handoff_links.csv")}
    assert links == {("006000000000001AAA", "INV-1")}


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    capsys.readouterr()
    assert sot(list(arguments)) == 0
    return capsys.readouterr().out


def test_what_was_won_and_not_invoiced_comes_first(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = said(capsys, "handoffs", str(run))
    worst = shown[shown.index("The worst first") :]
    assert worst.index("won_not_invoiced") < worst.index("overdue")
    assert "7,000.00" in worst


def test_json_holds_figures_and_exceptions(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(said(capsys, "handoffs", str(run), "--json", "--kind", "overdue"))
    assert found["as_of"] == "2026-09-20"
    assert [row["documents"] for row in found["exceptions"]] == ["xero:invoice:INV-2"]
    assert found["funnel"][0]["steps"][0]["deals"] == 2


def test_one_customer_alone(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(said(capsys, "handoffs", str(run), "--json", "--customer", "alder"))
    assert {row["kind"] for row in found["exceptions"]} == {"won_not_invoiced"}


def test_a_wrong_kind_is_refused_with_the_right_one(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert sot(["handoffs", str(run), "--kind", "overdu"]) == 2
    assert "did you mean overdue?" in capsys.readouterr().err


def test_explain_says_what_a_document_is_linked_to(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = said(capsys, "explain", "xero:invoice:INV-1", "--run", str(run))
    assert "salesforce:deal:006000000000001AAA" in shown
    found = json.loads(said(capsys, "explain", "xero:invoice:INV-2", "--run", str(run), "--json"))
    assert (found["links"], found["exceptions"][0]["kind"]) == ([], "overdue")


def test_the_to_do_file_names_the_deal_and_the_customer(run: Path) -> None:
    (line,) = rows(run / "fixes" / "xero" / "invoices_to_raise.csv")
    assert (line["deal"], line["difference"], line["kind"]) == (
        "006000000000002AAA",
        "7000.0",
        "won_not_invoiced",
    )
    assert line["customer_id"]


def test_the_report_has_its_chapter(run: Path) -> None:
    assert "From the deal to the money" in (run / "report.html").read_text(encoding="utf-8")


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    assert sot(["handoffs", str(tmp_path)]) in (2, 3)


def test_a_decision_parts_two_documents_in_the_next_run(run: Path, tmp_path: Path) -> None:
    deal, invoice = "salesforce:deal:006000000000001AAA", "xero:invoice:INV-1"
    project, out = tmp_path / "project", tmp_path / "out"
    project.mkdir()
    assert sot(["decide", "different", deal, invoice, "--run", str(run), "--project", str(project)]) == 0
    exports = str(run.parent / "exports")
    assert sot(["dedupe", exports, "--out", str(out), "--project", str(project), "--quiet"]) == 0
    pairs = {(row["record_id_l"], row["record_id_r"]) for row in rows(out / "handoff_links.csv")}
    assert ("006000000000001AAA", "INV-1") not in pairs
    assert not [row for row in rows(out / "conflicts.csv") if row["kind"] == "orphan_decision"]


def test_a_decision_on_a_document_that_there_is_not_is_refused(run: Path, tmp_path: Path) -> None:
    words = ["decide", "same", "salesforce:deal:nothing", "xero:invoice:INV-1"]
    assert sot([*words, "--run", str(run), "--project", str(tmp_path)]) == 2
