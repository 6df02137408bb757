"""What `sot evaluate` says of links, exceptions and BI reasons: perfect, empty and half-right runs."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from sot.cli.errors import run as sot
from sot.evaluation.against_truth import evaluate_truth
from sot.evaluation.handoffs_truth import total
from sot.evaluation.score import Counts

LINKS = "system_l,object_l,record_id_l,system_r,object_r,record_id_r"
HANDOFFS = "handoff,kind,system,object,record_id"
BI = "bi_system,label,entity_id,reason"


def text(header: str, *rows: str) -> str:
    return "\n".join([header, *rows]) + "\n"


@pytest.fixture
def truth(tmp_path: Path) -> Path:
    folder = tmp_path / "truth"
    folder.mkdir()
    (folder / "truth.csv").write_text(
        text("system,record_id,entity_id", "crm,A,1", "erp,7,1", "erp,8,2", "pbi,K1,1")
    )
    (folder / "links.csv").write_text(
        text(
            LINKS,
            "crm,deal,D1,erp,invoice,I1",
            "erp,invoice,I1,erp,payment,P1",
            "crm,deal,D1,erp,invoice,VOID",
        )
    )
    (folder / "handoffs.csv").write_text(
        text(
            HANDOFFS,
            "deal_to_invoice,won_not_invoiced,crm,deal,D2",
            "invoice_to_payment,overdue,erp,invoice,I2",
        )
    )
    (folder / "bi.csv").write_text(text(BI, "pbi,Acme,1,tax", "pbi,,2,not_in_bi"))
    return folder


def finished(folder: Path, links: list[str], handoffs: list[str], bi: list[str]) -> Path:
    """Write a run whose systems have names of their own."""
    (folder / "tables").mkdir(parents=True)
    rows = [
        ("sales", "deal", "D1", "deal_won", None),
        ("sales", "deal", "D2", "deal_won", None),
        ("ledger", "invoice", "VOID", "invoice_void", None),
        ("ledger", "invoice", "CN", "invoice_paid", "credit_note"),
    ]
    columns = ["system", "object", "record_id", "state", "document_type"]
    pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row").write_parquet(
        folder / "tables" / "documents.parquet"
    )
    (folder / "crosswalk.csv").write_text(
        text("system,record_id,golden_id", "sales,A,G1", "ledger,7,G1", "ledger,8,G2", "power_bi,K1,G1")
    )
    (folder / "handoff_links.csv").write_text(text(LINKS, *links))
    (folder / "handoffs.csv").write_text(text("kind,documents", *handoffs))
    (folder / "bi_reconciliation.csv").write_text(text("bi_system,golden_id,reason", *bi))
    return folder


def test_a_run_that_says_what_the_truth_says_is_perfect(tmp_path: Path, truth: Path) -> None:
    run = finished(
        tmp_path / "run",
        ["ledger,payment,P1,ledger,invoice,I1", "sales,deal,D1,ledger,invoice,I1"],
        ["won_not_invoiced,sales:deal:D2", "overdue,ledger:invoice:I9|ledger:invoice:I2"],
        ["power_bi,G1,tax", "power_bi,G2,not_in_bi"],
    )
    found = evaluate_truth(run, truth).handoffs
    assert found is not None
    assert total(found.links or {}) == Counts(2), "in whichever order the sides stand, the void one left out"
    assert total(found.exceptions or {}) == Counts(2)
    assert found.bi == {"tax": Counts(1), "not_in_bi": Counts(1)}
    assert found.false_per_100_deals == 0


def test_wrong_and_missing_things_are_counted_by_kind(tmp_path: Path, truth: Path) -> None:
    run = finished(
        tmp_path / "run",
        ["sales,deal,D2,ledger,invoice,I1", "sales,deal,D2,ledger,invoice,CN"],
        [
            "won_not_invoiced,sales:deal:D2",
            "won_not_invoiced,sales:deal:D2",
            "overdue,ledger:invoice:I3",
            "late_kickoff,pm:project:X",
            "series_gap,ledger:invoice:I1",
        ],
        ["power_bi,G1,agrees"],
    )
    found = evaluate_truth(run, truth).handoffs
    assert found is not None
    assert found.links == {"deal_invoice": Counts(0, 1, 1), "invoice_payment": Counts(missed=1)}
    assert found.exceptions == {
        "won_not_invoiced": Counts(1, 1),
        "overdue": Counts(0, 1, 1),
        "late_kickoff": Counts(wrong=1),
    }
    assert found.other_kinds == 1
    assert found.bi == {"tax": Counts(missed=1), "agrees": Counts(wrong=1), "not_in_bi": Counts(missed=1)}
    assert found.false_per_100_deals == 150


def test_a_run_without_handoffs_found_nothing_and_a_truth_without_them_asks_nothing(
    tmp_path: Path, truth: Path
) -> None:
    run = finished(tmp_path / "run", [], [], [])
    for name in ("handoff_links", "handoffs", "bi_reconciliation"):
        (run / f"{name}.csv").unlink()
    found = evaluate_truth(run, truth).handoffs
    assert found is not None
    assert total(found.links or {}) == Counts(missed=2)
    for name in ("links", "handoffs", "bi"):
        (truth / f"{name}.csv").unlink()
    assert evaluate_truth(run, truth).handoffs is None


def test_the_command_says_it_in_lines_and_in_json(
    tmp_path: Path, truth: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = finished(tmp_path / "run", ["sales,deal,D1,ledger,invoice,I1"], ["overdue,ledger:invoice:I2"], [])
    assert sot(["evaluate", str(run), "--truth", str(truth)]) == 0
    lines = capsys.readouterr().out
    assert "deal_invoice" in lines and "1 right, 0 wrong, 0 missed" in lines and "false exceptions" in lines
    assert sot(["evaluate", str(run), "--truth", str(truth), "--json"]) == 0
    handoffs = json.loads(capsys.readouterr().out)["handoffs"]
    assert handoffs["links"]["all"]["recall"] == 0.5
    assert handoffs["exceptions"]["overdue"] == {
        "right": 1, "wrong": 0, "missed": 0, "precision": 1.0, "recall": 1.0, "f1": 1.0,
    }  # fmt: skip
    assert handoffs["bi"]["all"]["f1"] == 0.0


def test_a_truth_that_lacks_a_column_is_refused(
    tmp_path: Path, truth: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = finished(tmp_path / "run", [], [], [])
    (truth / "links.csv").write_text("left,right\na,b\n")
    assert sot(["evaluate", str(run), "--truth", str(truth)]) == 3
    assert "no column system_l" in capsys.readouterr().err
