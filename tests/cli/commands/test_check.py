"""`sot check` as a person and a CI machine call it: exit codes, files, baseline, history, raw exports."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from sot.check import load_context
from sot.cli import errors
from sot.rules import Rulebook
from sot.rules.project import Settings
from sot.workspace.project import Project
from tests.review.making import small_run

CRM = "Id,Account Name,Email\n" + "".join(f"{n},Firm {n} Ltd,info@firm{n}.com\n" for n in range(1, 21))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a project folder with an export of twenty accounts."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "crm.csv").write_text(CRM)
    return tmp_path


def sot(*arguments: str) -> int:
    return errors.run(arguments)


def state(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, dict[str, object]]:
    """Check, and give what the JSON tells of every gate and scope."""
    capsys.readouterr()
    sot("check", *arguments, "--format", "json")
    told = json.loads(capsys.readouterr().out)
    return {f"{gate['gate']} {gate['scope']}": gate for gate in told["gates"]}


def test_exit_codes_tell_a_failed_gate_from_everything_else(project: Path) -> None:
    assert sot("check", "crm.csv") == 0
    (project / "crm.csv").write_text(CRM.replace("Firm 7 Ltd", ""))
    assert sot("check", "crm.csv") == 1
    (project / "sot.yaml").write_text("gates: {names_filled: 0.9}\n")
    assert sot("check", "crm.csv") == 0
    (project / "sot.yaml").write_text("gates: {no_such_gate: 1}\n")
    assert sot("check", "crm.csv") == 2
    (project / "sot.yaml").unlink()
    assert sot("check", "nowhere.csv") == 3
    for wrong in (["--format", "xls"], ["--gate", "none"], ["--today", "May"], ["--ratchet"], ["no-run"]):
        assert sot("check", "crm.csv", *wrong) in (2, 3), wrong
    assert sot("check") == 2, "there is no sot-out"


def test_what_needs_a_run_is_named_as_skipped(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert sot("check", "crm.csv") == 0
    told = capsys.readouterr().out
    lines = told.splitlines()
    (at,) = [i for i, line in enumerate(lines) if line.endswith(" skipped:")]
    assert "no_open_blockers" in lines[at + 1] and "it needs a finished run" in lines[at + 1]
    assert state(capsys, "erp=crm.csv")["names_filled erp"]["state"] == "ok"


def test_what_was_not_measured_is_one_line_for_each_reason(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sot("check", "crm.csv") == 0
    told = capsys.readouterr().out
    assert (
        "  its exports have no tax id – tax_ids_filled (crm) · tax_ids_unique (crm) · tax_ids_valid (crm)\n"
        in told
    )
    assert told.count("its exports have no phone") == 1
    assert not [line for line in told.splitlines() if line.startswith("not measured  ")]
    assert sot("check", "crm.csv", "--gate", "phones_valid") == 0
    assert "not measured  phones_valid" in capsys.readouterr().out


def test_several_formats_at_once_and_one_on_stdout(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = ["junit=o.xml", "sarif=o.sarif", "markdown=o.md", "github=o.txt"]
    asked = [part for file in files for part in ("--format", file)]
    assert sot("check", "crm.csv", *asked, "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["passed"] is True
    assert all((project / name.partition("=")[2]).is_file() for name in files)
    assert sot("check", "crm.csv", "--format", "json", "--format", "github") == 2
    assert sot("check", "crm.csv", "--format", "json=no/such/folder.json") == 2


def test_one_gate_shows_every_record_that_misses_it(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "crm.csv").write_text(CRM.replace("info@firm1", "info at firm1"))
    assert sot("check", "crm.csv") == 0
    assert capsys.readouterr().out.count("info at firm1") == 3
    assert sot("check", "crm.csv", "--gate", "emails_valid") == 0
    assert capsys.readouterr().out.count("info at firm1") == 11


def test_a_baseline_holds_the_line_and_the_ratchet_moves_it(project: Path) -> None:
    def without_names(count: int) -> None:
        lines = CRM.splitlines(keepends=True)
        blank = [line.replace(f"Firm {n} Ltd", "") for n, line in enumerate(lines[1 : count + 1], start=1)]
        (project / "crm.csv").write_text("".join([lines[0], *blank, *lines[count + 1 :]]))

    without_names(4)
    assert sot("check", "crm.csv") == 1
    assert sot("check", "crm.csv", "--save-baseline") == 0
    assert sot("check", "crm.csv") == 0
    without_names(5)
    assert sot("check", "crm.csv") == 1
    without_names(2)
    assert sot("check", "crm.csv", "--ratchet") == 0
    assert json.loads((project / "baseline.json").read_text())["gates"]["names_filled"] == {"crm": 0.9}
    without_names(4)
    assert sot("check", "crm.csv", "--ratchet") == 1
    assert json.loads((project / "baseline.json").read_text())["gates"]["names_filled"] == {"crm": 0.9}
    without_names(0)
    assert sot("check", "crm.csv", "--ratchet") == 0
    assert "names_filled" not in json.loads((project / "baseline.json").read_text())["gates"]
    assert sot("check", "crm.csv", "--ratchet", "--gate", "names_filled") == 2
    (project / "baseline.json").write_text("[]")
    assert sot("check", "crm.csv") == 2


def test_a_waiver_of_the_project_runs_out(project: Path) -> None:
    (project / "crm.csv").write_text(CRM.replace("Firm 7 Ltd", ""))
    assert sot("rules", "copy", "quality/waivers.yaml") == 0
    assert sot("rules", "copy", "quality/waivers.yaml") == 2, "what is there is left alone"
    waivers = project / "rules" / "quality" / "waivers.yaml"
    waivers.write_text('waivers:\n  - {gate: names_filled, by: ana, reason: in work, until: "2026-05-31"}\n')
    assert sot("check", "crm.csv", "--today", "2026-05-31") == 0
    assert sot("check", "crm.csv", "--today", "2026-06-01") == 1


def test_a_run_is_held_against_the_run_before(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert sot("dedupe", "crm.csv", "--quiet") == 0
    first = state(capsys)
    assert first["records_stay all"]["note"] == "history.jsonl has no run before this one"
    assert first["golden_ids_last all"]["state"] == "not measured"
    (project / "crm.csv").write_text("".join(CRM.splitlines(keepends=True)[:11]))
    # Raw exports are held against the last run.
    assert state(capsys, "crm.csv")["records_stay crm"]["value"] == 0.5
    assert sot("dedupe", "crm.csv", "--quiet") == 0
    second = state(capsys)
    stay, last = second["records_stay crm"], second["golden_ids_last all"]
    assert (stay["state"], stay["value"], stay["note"]) == ("warning", 0.5, "20 → 10 records")
    assert (last["state"], last["value"], last["note"]) == (
        "warning",
        0.5,
        "0 merged, 0 split, 10 gone of 20",
    )
    (project / "history.jsonl").unlink()
    assert state(capsys)["records_stay all"]["note"] == "history.jsonl does not contain this run"


def test_a_governance_that_there_is_not_is_refused(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "sot.yaml").write_text("governance: nobody-knows\n")
    assert sot("check", "crm.csv") == 2
    assert "governance: there is no governance 'nobody-knows'" in capsys.readouterr().err


def test_a_damaged_run_is_an_input_that_cannot_be_read(project: Path) -> None:
    assert sot("dedupe", "crm.csv", "--quiet") == 0
    table = project / "sot-out" / "tables" / "memberships.parquet"
    table.write_bytes(table.read_bytes()[:100])
    assert sot("check") == 3
    (project / "sot-out" / "tables" / "summary.json").write_text("{")
    assert sot("check") == 3


def test_the_sample_has_to_be_of_this_run(tmp_path: Path) -> None:
    run = tmp_path / "sot-out"
    small_run(run)
    (run / "crosswalk.csv").write_text("system,record_id,golden_id\n")
    (run / "manifest.json").write_text("{}")
    home = Project(tmp_path)

    def told() -> str:
        found = load_context(home, Rulebook(), Settings(), date(2026, 1, 31), run).accuracy
        assert isinstance(found, str)
        return found

    assert told() == f"no blind sample was drawn yet: sot review {run} --sample 200"
    head = "run,stratum,population,linked,system_l,record_id_l,system_r,record_id_r\n"
    (tmp_path / "review_sample.csv").write_text(f"{head}0123456789abcdef,joined,1,true,a,1,b,1\n")
    assert told() == f"the blind sample is of another run: sot review {run} --sample 1"
