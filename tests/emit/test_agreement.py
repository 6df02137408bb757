"""The figures of the terminal, the report, the workbook, the files and the review are the same."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
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
from tests.review.making import seen

CUSTOMERS = 150


class Views:
    """A run with all its views: summary, terminal, report, workbook, files."""

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
def views(tmp_path_factory: pytest.TempPathFactory) -> Views:
    return Views(tmp_path_factory.mktemp("agreement"))


def test_the_number_of_customers_is_one(views: Views) -> None:
    count = len(views.table("golden_customers.csv"))
    assert views.summary["customers"]["total"] == count
    assert f"{count:,} golden customers out of" in views.terminal
    assert f"are {count:,} customers" in views.report
    assert views.book["Golden customers"].max_row == count + 1
    assert len({row["golden_id"] for row in views.table("crosswalk.csv")}) == count


def test_the_cases_to_answer_are_those_that_the_review_opens_with(views: Views) -> None:
    board = Board(FinishedRun(views.out), views.out.parent / "decisions.jsonl", queue, seen)
    todo = Session(board, "ada").todo(Filter())
    doubt = views.summary["doubt"]
    assert doubt["to_answer"] == len(todo) > 5
    assert doubt["joined"] + doubt["apart"] + doubt["values"] == len(todo)
    assert doubt["values"] == sum(case.field is not None for case in todo)
    assert f"{len(todo):,} cases to answer" in views.terminal
    assert f"A person must answer {len(todo):,} cases" in views.report
    assert views.book["Review queue"].max_row == len(views.table("review_queue.csv")) + 1
    cells = {str(row[0].value): row[1].value for row in views.book["Summary"].iter_rows(max_col=2)}
    assert cells["cases to answer"] == len(todo)
    assert cells["all customers"] == views.summary["opening"]["money"][0]["total"]


def test_the_bridge_adds_up_and_is_the_same_everywhere(views: Views) -> None:
    steps = views.summary["opening"]["bridge"]["steps"]
    signs = {"=": 0, "-": -1, "+": 1}
    assert (
        steps[0]["count"] + sum(signs[step["sign"]] * step["count"] for step in steps) == steps[-1]["count"]
    )
    for step in steps[1:-1]:
        text = f"{'−' if step['sign'] == '-' else '+'}{step['count']:,}"
        assert text in views.terminal and text in views.report
    rows = {row["system"]: row for row in views.summary["systems"]}
    assert steps[0]["count"] == rows["salesforce"]["records"]


def test_money_is_one_total_in_the_currency_of_the_company(views: Views) -> None:
    assert views.summary["opening"]["money"]
    for row in views.summary["opening"]["money"]:
        assert re.fullmatch(r"EUR\xa0[\d,]+", row["total"]), row
        for text in (views.terminal, views.report):
            assert row["total"].replace("\xa0", " ") in text.replace("\xa0", " ")


def test_the_plan_counts_what_its_files_hold(views: Views) -> None:
    for step in views.summary["opening"]["plan"]:
        assert step["what"] in views.report and step["do"] in views.report
        if step["do"].endswith(("/create.csv", "/corrections.csv")) and step["do"].startswith("fixes/"):
            rows = views.table(step["do"])
            cells = views.table(step["do"].replace("corrections.csv", "before.csv"))
            assert step["count"] == len(rows if step["do"].endswith("create.csv") else cells)
        if step["do"].endswith("/merges.csv"):
            losers = [
                key
                for row in views.table(step["do"])
                for name, key in row.items()
                if re.match("Loser|Dupl", name)
            ]
            assert step["count"] == len([key for key in losers if key])


def test_the_summary_fits_a_screen(views: Views) -> None:
    lines = views.terminal.splitlines()
    assert len(lines) <= 40 and max(map(len, lines)) <= 80
    assert "Acme Group" in lines[1] and "Acme Group" in views.report


def test_systems_add_up_to_the_golden_map(views: Views) -> None:
    records = Counter(row["system"] for row in views.table("crosswalk.csv"))
    assert {row["system"]: row["records"] for row in views.summary["systems"]} == records
    for row in views.summary["systems"]:
        assert row["records"] - row["again"] == row["customers"] == row["shared"] + row["only_here"]
        figures = [f"{row[name]:,}" for name in ("records", "duplicates", "customers", "shared", "only_here")]
        shown = (
            rf"^ +\S.* {' +'.join(re.escape(figure) if figure != '0' else '(?:0|·)' for figure in figures)}$"
        )
        assert re.search(shown, views.terminal, re.MULTILINE), row
    in_several = views.summary["customers"]["in_several_systems"]
    golden = views.table("golden_customers.csv")
    assert in_several == sum("|" in row["systems"] for row in golden)
    assert f"{in_several:,} are in several systems" in views.terminal
    assert f"{in_several:,} customers are known in more than one system" in views.report


def test_conflicts_are_counted_alike(views: Views) -> None:
    rows = views.table("conflicts.csv")
    counts = Counter(row["severity"] for row in rows if not row["waived_until"])
    by_severity = views.summary["conflicts"]["by_severity"]
    assert by_severity == {name: counts[name] for name in ("blocker", "warning", "info")}
    assert sum(counts.values()) > 5 and f"{counts['info']:,} info" in views.terminal
    assert f"{sum(counts.values()):,} conflicts are open" in views.report
    assert views.book["Conflicts"].max_row == len(rows) + 1
    of_kind = [row[name] for row in views.summary["conflicts"]["by_kind"] for name in by_severity]
    assert sum(of_kind) == sum(counts.values())


def test_exceptions_are_counted_alike(views: Views) -> None:
    rows = views.table("handoffs.csv")
    assert len(rows) > 5 and f"{len(rows):,} exceptions along the handoffs" in views.report
    assert views.book["Handoffs"].max_row == len(rows) + 1
    kinds = {row["kind"]: row["count"] for row in views.summary["handoffs"]["kinds"]}
    assert kinds == Counter(row["kind"] for row in rows)


def test_joined_cases_of_the_queue_are_those_of_the_summary(views: Views) -> None:
    joined = Counter(row["joined"] for row in views.table("review_queue.csv"))
    assert views.summary["doubt"]["joined"] == joined["true"]
    assert views.summary["doubt"]["apart"] == joined["false"]
