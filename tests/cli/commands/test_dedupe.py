from __future__ import annotations

import json
from pathlib import Path

import pytest

from sot.cli.commands.dedupe import input_spec
from sot.cli.errors import run as sot
from sot.errors import ExitCode, UsageError

CRM = "Id,Name,Website,BillingCity\n"
ERP = "Internal ID,Company Name,Web Address,Billing City\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    firms = (
        "Acme Brewing Ltd",
        "Globex Trading GmbH",
        "Initech Software Inc",
        "Umbrella Pharma AG",
        "Hooli Media Ltd",
    )
    domains = [f"{firm.split()[0].lower()}-{firm.split()[1].lower()}.com" for firm in firms]
    pairs = list(zip(firms, domains, strict=True))
    (tmp_path / "crm.csv").write_text(CRM + "".join(f"{i},{n},{d},Leeds\n" for i, (n, d) in enumerate(pairs)))
    (tmp_path / "erp.csv").write_text(
        ERP + "".join(f"{i},{n.upper()},{d},LEEDS\n" for i, (n, d) in enumerate(pairs[:4]))
    )
    return tmp_path


def test_the_summary_is_narration_and_stdout_stays_empty(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sot(["dedupe", "crm=crm.csv", "erp=erp.csv"]) == 0
    told = capsys.readouterr()
    assert told.out == ""
    stages = [line.split()[0] for line in told.err.splitlines()[:7]]
    assert stages == ["read", "normalise", "match", "cluster", "resolve", "handoffs", "emit"]
    assert "5 golden customers out of 9 records; 4 are in several systems" in told.err
    assert "\x1b" not in told.err
    assert max(map(len, told.err.splitlines())) <= 100


def test_json_is_the_summary_on_stdout(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert sot(["dedupe", "crm=crm.csv", "erp=erp.csv", "--json"]) == 0
    told = capsys.readouterr()
    summary = json.loads(told.out)
    assert summary["customers"]["total"] == 5
    assert {row["system"]: row["records"] for row in summary["systems"]} == {"crm": 5, "erp": 4}
    assert summary == json.loads((here / "sot-out" / "tables" / "summary.json").read_text())
    assert "golden customers out of" not in told.err


def test_a_core_system_that_no_export_is_of_is_told(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "sot.yaml").write_text("company:\n  core_systems: [erp, salesfroce, project]\n")
    assert sot(["dedupe", "crm=crm.csv", "erp=erp.csv"]) == 0
    said = "'salesfroce' is in none of the exports; these are from crm, erp"
    told = " ".join(capsys.readouterr().err.split())
    assert f"! sot.yaml: company.core_systems: {said}; company.core_systems: 'project' is" in told
    assert "'erp' is in none" not in told
    assert said.replace("'", "&#39;") in (here / "sot-out" / "report.html").read_text()
    assert sot(["rules", "check", "crm=crm.csv", "erp=erp.csv"]) == ExitCode.USAGE
    assert f"sot.yaml:2:23: company.core_systems: {said}\n" in capsys.readouterr().err


def test_quiet_says_nothing(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert sot(["dedupe", "crm=crm.csv", "erp=erp.csv", "--quiet"]) == 0
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "")


def test_strict_ends_with_1_where_blockers_are_open(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert sot(["dedupe", "crm=crm.csv", "erp=erp.csv", "--strict", "--quiet"]) == 0
    with (here / "crm.csv").open("a") as file:
        file.write(
            "".join(f"{i},Filler {word} Ltd,{word}.example.org,Hull\n" for i, word in enumerate(WORDS, 10))
        )
        file.write("0,Stark Robotics Ltd,stark-robotics.com,York\n")
    assert sot(["dedupe", "crm=crm.csv", "erp=erp.csv", "--strict", "--quiet"]) == 1
    assert "1 blocker is open" in capsys.readouterr().err
    assert (here / "sot-out" / "conflicts.csv").exists()


WORDS = (
    "Alder",
    "Birch",
    "Cedar",
    "Damson",
    "Elm",
    "Fir",
    "Gorse",
    "Hazel",
    "Ivy",
    "Juniper",
    "Larch",
    "Maple",
)


def test_the_project_folder_has_to_be_there(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert sot(["dedupe", "crm.csv", "--project", "nowhere"]) == 2
    assert "nowhere: there is no such folder" in capsys.readouterr().err
    assert not (here / "sot-out").exists()


def test_a_second_run_gives_the_same_bytes(here: Path) -> None:
    for name in ("one", "two"):
        (here / name).mkdir()
        assert (
            sot(["dedupe", "crm=crm.csv", "erp=erp.csv", "-q", "--out", f"{name}/out", "--project", name])
            == 0
        )
    files = sorted(p.relative_to(here / "one") for p in (here / "one").rglob("*") if p.is_file())
    assert len(files) > 15
    for file in files:
        if file.name not in ("manifest.json", "history.jsonl"):
            assert (here / "one" / file).read_bytes() == (here / "two" / file).read_bytes(), file
    manifests = [json.loads((here / name / "out" / "manifest.json").read_text()) for name in ("one", "two")]
    assert manifests[0] | {"seconds": 0} == manifests[1] | {"seconds": 0}
    lines = [json.loads((here / name / "history.jsonl").read_text()) for name in ("one", "two")]
    assert lines[0] | {"at": ""} == lines[1] | {"at": ""}


@pytest.mark.parametrize(
    ("argument", "system", "path"),
    [
        ("a.csv", None, "a.csv"),
        ("crm=a.csv", "crm", "a.csv"),
        ("crm=x=y.csv", "crm", "x=y.csv"),
        ("exports/year=2024.csv", None, "exports/year=2024.csv"),
        ("postgresql://host/db?opt=1", None, "postgresql://host/db?opt=1"),
    ],
)
def test_a_system_is_what_stands_before_the_equals_sign(argument: str, system: str | None, path: str) -> None:
    spec = input_spec(argument)
    assert (spec.system, spec.path) == (system, path)


def test_a_file_whose_name_has_an_equals_sign_is_itself(here: Path) -> None:
    (here / "crm=1.csv").write_text(CRM)
    assert input_spec("crm=1.csv").path == "crm=1.csv"


@pytest.mark.parametrize("argument", ["=a.csv", "crm="])
def test_half_an_argument_is_wrong(argument: str) -> None:
    with pytest.raises(UsageError):
        input_spec(argument)
