"""Exceptions that are new, grew or are gone, as `sot drift`, `sot diff` and the report of the next run say."""

from __future__ import annotations

import json
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from sot import pipeline
from sot.cli.errors import run as main
from sot.model.amounts import NO_BREAK, money
from sot.model.run import Silent
from sot.model.sources import InputSpec
from sot.workspace.project import Project
from tests.drift.test_findings import ACCOUNTS, CUSTOMERS, write

INVOICES = ("Internal ID,Date,Type,Document Number,Customer,Customer Internal ID,Due Date/Receive By,Status,"
            "Amount (Net of Tax),Amount (Tax),Amount,Amount Remaining,Currency,Memo")  # fmt: skip


def invoice(number: int, customer: int, amount: float, remaining: float, day: str) -> str:
    """Give an invoice of a customer, due on the day on which it was written."""
    status = "Open" if remaining else "Paid In Full"
    who = CUSTOMERS[customer]
    return (
        f"50000{number},{day},Invoice,INV00{number},{who['Name']},{who['Internal ID']},{day},{status},"
        f"{amount},0.00,{amount},{remaining},GBP,Work {number}"
    )


def exports(folder: Path, *invoices: str) -> Path:
    """Write the exports of a month, with a late invoice that makes the others due."""
    written = write(folder, ACCOUNTS, CUSTOMERS)
    rows = [INVOICES, *invoices, invoice(9, 3, 12.5, 0, "10/20/2026")]
    (written / "InvoiceSearchResults.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return written


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exceptions")
    before = exports(
        folder / "june",
        invoice(1, 0, 4000, 4000, "03/02/2026"),
        invoice(2, 1, 2500, 1000, "04/02/2026"),
    )
    after = exports(
        folder / "july",
        invoice(1, 0, 4000, 0, "03/02/2026"),
        invoice(2, 1, 2500, 1800, "04/02/2026"),
        invoice(3, 2, 1234.56, 1234.56, "05/04/2026"),
    )
    for day, source in ((1, before), (2, after)):
        (folder / "exports").unlink(missing_ok=True)
        (folder / "exports").symlink_to(source)
        specs = [InputSpec(str(folder / "exports"))]
        pipeline.dedupe(specs, Project(folder), folder / "sot-out", Silent(), datetime(2026, 7, day, 12))
        if day == 1:
            shutil.copytree(folder / "sot-out", folder / "approved")
    return folder


def told(capsys: pytest.CaptureFixture[str], *words: Any) -> str:
    capsys.readouterr()
    assert main([str(word) for word in words]) == 0
    return capsys.readouterr().out


def test_drift_names_each_with_its_document_customer_and_money(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("drift", project / "sot-out", "--since", project / "approved", "--project", project)
    found = {row["kind"]: row for row in json.loads(told(capsys, *words, "--json"))["findings"]}
    new, grown, gone = (found[f"exception_{what}"] for what in ("new", "grown", "gone"))
    assert new["record_id"] == "invoice:500003"
    assert (new["system"], new["department"], new["name"]) == ("netsuite", "finance", CUSTOMERS[2]["Name"])
    assert new["what"].startswith(f"overdue: {money(1234.56, 'GBP', 2)}; ")
    assert (grown["record_id"], grown["before"], grown["after"]) == ("invoice:500002", "1000.00", "1800.00")
    assert f"{money(1800, 'GBP', 2)}, {money(800, 'GBP', 2)} more than before" in grown["what"]
    assert (gone["record_id"], gone["severity"]) == ("invoice:500001", "info")
    assert f"overdue: {money(4000, 'GBP', 2)}; before: " in gone["what"]
    shown = told(capsys, *words)
    assert "exception new: 1" in shown
    assert "exception gone: 1" in shown


def test_nothing_is_told_of_a_run_held_against_itself(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    same = ("drift", project / "approved", "--since", project / "approved", "--project", project)
    assert json.loads(told(capsys, *same, "--json"))["findings"] == []


def test_the_difference_of_two_runs_has_them(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = told(capsys, "diff", project / "approved", project / "sot-out")
    assert "1 exception new" in shown
    assert money(1234.56, "GBP", 2) in shown
    assert f"{money(1000, 'GBP', 2)} → {money(1800, 'GBP', 2)}" in shown


def test_the_report_of_the_next_run_says_them_with_money(project: Path) -> None:
    page = (project / "sot-out" / "report.html").read_text(encoding="utf-8")
    page = page.replace(NO_BREAK, " ")
    assert (
        "1 exception from deal to payment is new (GBP 1,235), 1 gone (GBP 4,000), 1 grown by GBP 800." in page
    )
    assert 'overdue, <span class="number">GBP 1,234.56</span> (<bdi>NetSuite invoice 500003</bdi>)' in page
