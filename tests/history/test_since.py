"""What a run tells of the run before it: in the summary, in the report, and nothing where there is none."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from sot import history
from tests.history.making import ACME_1, ACME_2, BOLT, CORD, dedupe

OUT = "sot-out"


def summary(folder: Path, out: str = OUT) -> dict[str, Any]:
    return dict(json.loads((folder / out / "tables" / "summary.json").read_text(encoding="utf-8")))


def report(folder: Path) -> str:
    return (folder / OUT / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("since")
    dedupe(folder, [ACME_1, ACME_2, BOLT], day=1)
    assert summary(folder)["since"] is None and summary(folder)["trend"] is None
    assert 'id="since"' not in report(folder) and 'id="trend"' not in report(folder)
    moved = BOLT.replace("3 Kiln St", "90 Foss Bank")
    dedupe(folder, [ACME_1, moved, CORD], day=2)
    return folder


def test_the_summary_counts_and_shows_what_changed(project):
    since = summary(project)["since"]
    assert since["since"] == history.load(project / "history.jsonl").runs[0].at
    counts = since["counts"]
    assert (counts["new"], counts["gone"], counts["merged"], counts["split"]) == (1, 0, 0, 0)
    assert since["fields"]["street"] == 1
    assert since["examples"]["new"] == [{"golden_id": since["examples"]["new"][0]["golden_id"],
                                         "name": "Cordwainer Ropes Ltd"}]  # fmt: skip
    assert [row["kind"] for row in since["examples"]["closed"]] == ["duplicate_in_system"]
    assert since["severities"]["closed"] == {"blocker": 0, "warning": 1, "info": 0}


def test_the_report_tells_it_in_words(project):
    page = report(project)
    assert "Changes since the run of 2026-01-01" in page
    assert "1 customer is new, 0 gone" in page
    assert "<bdi>3 Kiln St</bdi> → <bdi>90 Foss Bank</bdi>" in page
    assert "1 closed (1 warning)" in page


def test_the_report_draws_the_figures_from_run_to_run(project):
    page = report(project).split('id="trend"')[1]
    assert "1 run before this one, since 2026-01-01" in page
    line = page.split("<bdi>duplicates inside Salesforce</bdi>")[1].split("</tr>")[0]
    assert '<polyline points="2.0,2.0 98.0,18.0"/>' in line
    assert '<td class="num soft">1</td><td class="num">0</td>' in line


def test_texts_are_cut_and_marked_up_as_text(project, tmp_path):
    shutil.copytree(project, tmp_path / "p")
    evil = CORD.replace("Cordwainer Ropes Ltd", "<b>Cordwainer</b> " + "x" * 300)
    dedupe(tmp_path / "p", [ACME_1, evil], day=3)
    [changed] = [
        row for row in summary(tmp_path / "p")["since"]["examples"]["changed"] if row["field"] == "name"
    ]
    assert len(changed["after"]) == 120 and changed["after"].endswith("…")
    assert "<b>Cordwainer" not in report(tmp_path / "p")


def test_a_run_told_once_more_is_told_the_same_wherever_it_goes(project, tmp_path):
    shutil.copytree(project, tmp_path / "p")
    moved = BOLT.replace("3 Kiln St", "90 Foss Bank")
    dedupe(tmp_path / "p", [ACME_1, moved, CORD], day=9, out="elsewhere")
    first, again = summary(tmp_path / "p"), summary(tmp_path / "p", "elsewhere")
    assert first.pop("sources") != again.pop("sources"), "the export lies in another folder now"
    assert again == first


def test_a_folder_of_another_project_is_not_compared(project, tmp_path):
    shutil.copytree(project / OUT, tmp_path / OUT)
    dedupe(tmp_path, [ACME_1, BOLT], day=3)
    assert summary(tmp_path)["since"] is None


def test_an_earlier_run_that_lost_a_part_does_not_stop_the_next(project, tmp_path):
    shutil.copytree(project, tmp_path / "p")
    (tmp_path / "p" / OUT / "tables" / "golden.parquet").write_bytes(b"PAR1")
    dedupe(tmp_path / "p", [ACME_1, BOLT], day=3)
    assert summary(tmp_path / "p")["since"] is None
    assert len(summary(tmp_path / "p")["trend"]["runs"]) == 2
