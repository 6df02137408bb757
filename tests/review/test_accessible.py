"""The review page and the report hold up before axe-core, light and dark, wide and narrow."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from sot.emit import emit
from sot.rules import Rulebook
from tests.emit.runs import make_run
from tests.review.making import session
from tests.review.test_browser import serving
from tests.review.webdriver import CHROMIUM, DRIVER, Browser, browsers

AXE = Path(__file__).parents[1] / "axe" / "node_modules" / "axe-core" / "axe.min.js"

pytestmark = [
    pytest.mark.skipif(
        not (CHROMIUM and DRIVER) and "CI" not in os.environ,
        reason="no chromium and chromedriver on this machine",
    ),
    pytest.mark.skipif(
        not AXE.is_file() and "CI" not in os.environ,
        reason="no axe-core: npm install --no-package-lock --prefix tests/axe",
    ),
]


def findings(browser: Browser) -> list[str]:
    """Give what axe calls serious or critical on the page that is open: rule, and the first place."""
    browser.run(AXE.read_text(encoding="utf-8") + ";axe.run().then(found => { window.axeFound = found })")
    for _ in range(600):
        told = browser.run(
            "return window.axeFound ? JSON.stringify(window.axeFound.violations.map("
            "v => [v.impact, v.id, v.nodes.length, v.nodes[0].html, v.nodes[0].failureSummary])) : null"
        )
        if told is not None:
            violations: list[list[Any]] = json.loads(told)
            return [
                f"{rule} ({count}): {html} {why}"
                for impact, rule, count, html, why in violations
                if impact in ("serious", "critical")
            ]
        time.sleep(0.05)
    raise AssertionError("axe never ended")


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("report")
    crm = {"system": "salesforce", "department": "crm"}
    books = {"system": "netsuite", "department": "finance"}
    records = [
        crm | {"record_id": "1", "golden_id": "C1", "name": "Acme", "n_name": "acme"},
        books | {"record_id": "2", "golden_id": "C1", "name": "Acme", "n_name": "acme"},
        books | {"record_id": "3", "golden_id": "C2", "name": "Acne", "n_name": "acne"},
    ]
    conflict = {"severity": "blocker", "kind": "identifier_clash", "fix_in": "netsuite", "exposure": 5.0}
    run = make_run(
        records,
        pairs=[{"uid_l": 0, "uid_r": 2, "match_weight": 9.0, "match_probability": 0.99, "band": "auto"}],
        questions=[
            {
                "uid_l": 0,
                "uid_r": 1,
                "match_probability": 0.6,
                "joined": False,
                "vetoed": False,
                "why": "alike",
            }
        ],
        conflicts=[conflict | {"conflict_id": "K1", "golden_id": "C1", "golden_name": "Acme"}],
        exposure={"C1": (1234.0, "EUR")},
    )
    emit(folder, run, Rulebook())
    return (folder / "report.html").as_uri()


@pytest.mark.parametrize("size", [(1280, 900), (390, 800)])
def test_axe_finds_nothing_serious_in_the_report(report: str, size: tuple[int, int]) -> None:
    with browsers(size) as (reader,):
        reader.open(report)
        assert findings(reader) == []


def test_axe_finds_nothing_serious_in_the_review(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    board = session(tmp_path).board
    with serving(board, ["ada"], monkeypatch) as links, browsers((1280, 900)) as (ada,):
        ada.open(links["ada"])
        ada.wait_for("apart now")
        home = ada.url.partition("/case/")[0]
        for page in (
            "/case/Q1",
            "/case/Q2",
            "/case/Q3",
            "/case/V1",
            "/case/Q1/merge",
            "/case/V1/merge",
            "/list",
        ):
            ada.open(home + page)
            assert findings(ada) == [], page
