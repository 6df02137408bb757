"""The figures of the terminal, the report, the workbook, the files and the review are the same."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from rich.console import Console

from sot import pipeline
from sot.cli.views.run_summary import show
from sot.demo import write_demo
from sot.model.run import Silent
from sot.model.sources import InputSpec
from sot.review.cases import queue
from sot.review.filters import Filter
from sot.review.run_reader import FinishedRun
from sot.review.session import Board, Session
from sot.workspace.project import Project
from tests.emit.test_report import Page

CUSTOMERS = 150


class Told:
    """A run with all that is told of it."""

    def __init__(self, folder: Path) -> None:
        write_demo(folder / "exports", customers=CUSTOMERS, seed=3)
        (folder / "sot.yaml").write_text(
            "company:\n  name: Acme Group\n  currency: EUR\n"
            "  rates: {USD: 0.9, GBP: 1.2, CHF: 1.1, SEK: 0.09, CAD: 0.6, AUD: 0.6}\n"
        )
        self.out = folder / "sot-out"
        specs = [InputSpec(str(folder / "exports"))]
        pipeline.dedupe(specs, Project(folder), self.out, Silent(), datetime(2026, 1, 1, 12))
        self.summary: dict[str, Any] = json.loads((self.out / "tables" / "summary.json").read_text())
        page = Page((self.out / "report.html").read_text(encoding="utf-8"))
        self.report = " ".join(page.text.split())
        console = Console(file=io.StringIO(), width=80, highlight=False)
        show(console, self.summary, Path("sot-out"))
        self.terminal = console.file.getvalue()  # type: ignore[attr-defined]
        self.book = openpyxl.load_workbook(self.out / "workbook.xlsx", read_only=True)

    def table(self, name: str) -> list[dict[str, str]]:
        with (self.out / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    return Told(tmp_path_factory.mktemp("agreement"))


def test_the_number_of_customers_is_one(told: Told) -> None:
    count = len(told.table("golden_customers.csv"))
    assert told.summary["customers"]["total"] == count
    assert f"{count:,} golden customers out of" in told.terminal
    assert f"are {count:,} customers" in told.report
    assert told.book["Golden customers"].max_row == count + 1
    assert len({row["golden_id"] for row in told.table("crosswalk.csv")}) == count


def test_the_cases_to_answer_are_those_that_the_review_opens_with(told: Told) -> None:
    board = Board(FinishedRun(told.out), told.out.parent / "decisions.jsonl", queue)
    todo = Session(board, "ada").todo(Filter())
    doubt = told.summary["doubt"]
    assert doubt["to_answer"] == len(todo) > 5
    assert doubt["joined"] + doubt["apart"] + doubt["values"] == len(todo)
    assert doubt["values"] == sum(case.field is not None for case in todo)
    assert f"{len(todo):,} cases to answer" in told.terminal
    assert f"A person must answer {len(todo):,} cases" in told.report
    assert told.book["Review queue"].max_row == len(told.table("review_queue.csv")) + 1
    cells = {str(row[0].value): row[1].value for row in told.book["Summary"].iter_rows(max_col=2)}
    assert cells["cases to answer"] == len(todo)
    assert cells["all customers"] == told.summary["opening"]["money"][0]["total"]


def test_the_bridge_adds_up_and_is_told_alike(told: Told) -> None:
    steps = told.summary["opening"]["bridge"]["steps"]
    signs = {"=": 0, "-": -1, "+": 1}
    assert (
        steps[0]["count"] + sum(signs[step["sign"]] * step["count"] for step in steps) == steps[-1]["count"]
    )
    for step in steps[1:-1]:
        told_as = f"{'−' if step['sign'] == '-' else '+'}{step['count']:,}"
        assert told_as in told.terminal and told_as in told.report
    rows = {row["system"]: row for row in told.summary["systems"]}
    assert steps[0]["count"] == rows["salesforce"]["records"]


def test_money_is_one_total_in_the_currency_of_the_company(told: Told) -> None:
    assert told.summary["opening"]["money"]
    for row in told.summary["opening"]["money"]:
        assert re.fullmatch(r"EUR [\d,]+", row["total"]), row
        assert row["total"] in told.terminal and row["total"] in told.report


def test_the_plan_counts_what_its_files_hold(told: Told) -> None:
    for step in told.summary["opening"]["plan"]:
        assert step["what"] in told.report and step["do"] in told.report
        if step["do"].endswith(("/create.csv", "/corrections.csv")) and step["do"].startswith("fixes/"):
            rows = told.table(step["do"])
            cells = told.table(step["do"].replace("corrections.csv", "before.csv"))
            assert step["count"] == len(rows if step["do"].endswith("create.csv") else cells)
        if step["do"].endswith("/merges.csv"):
            losers = [
                key
                for row in told.table(step["do"])
                for name, key in row.items()
                if re.match("Loser|Dupl", name)
            ]
            assert step["count"] == len([key for key in losers if key])


def test_the_summary_fits_a_screen(told: Told) -> None:
    lines = told.terminal.splitlines()
    assert len(lines) <= 40 and max(map(len, lines)) <= 80
    assert "Acme Group" in lines[1] and "Acme Group" in told.report
