"""`sot init` writes a project file that says what was worked out, and that later runs read."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from sot.cli.errors import run
from sot.errors import ExitCode, RulesError
from sot.rules.project import load_settings
from sot.workspace.project import Project
from tests.read.reading import names, read, table


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    header = ["Code", "Firma", "Land", "Saldo", "Angelegt am", "Währung"]
    rows = [
        ["007", "Acme: #1", "NO", "1.234,50", "31.01.2024", "EUR"],
        ["008", "- Globex", "DE", "2,00", "01.02.2024", "EUR"],
    ]
    table(tmp_path / "kunden.csv", header, rows, delimiter=";")
    cards = [
        [f"{i}", f"{firm} – {what}", "Doing", "B"]
        for i, (firm, what) in enumerate([("Acme", "A"), ("Acme", "B")])
    ]
    table(tmp_path / "trello.csv", ["Card ID", "Card Name", "List Name", "Board Name"], cards)
    return tmp_path


def test_what_is_written_reads_back_and_gives_the_same_records(folder: Path) -> None:
    before = read(folder)
    paths = [str(folder / "kunden.csv"), str(folder / "trello.csv")]
    assert run(["init", "--project", str(folder), *paths]) == 0
    settings = load_settings(Project(folder))
    said = settings.sources["kunden.csv"]
    assert (said.system, said.record_id, said.delimiter, said.dates, said.decimal) == (
        "kunden",
        "Code",
        ";",
        "day-first",
        "comma",
    )
    assert said.fields["name"] == "Firma"
    assert settings.systems["trello"].customer_in_project_name == "<customer> – <project>"
    assert settings.company.currency == "EUR"
    after = read(folder / "kunden.csv", folder / "trello.csv", settings=settings)
    assert after.records.drop("department").equals(before.records.drop("department"))
    assert "Acme: #1" in names(after)
    assert after.records["country"].drop_nulls().to_list() == ["NO", "DE"]


def test_what_is_taken_out_of_cells_is_worked_out_again(tmp_path: Path) -> None:
    header = ["Nr", "Firma", "Vorname", "Nachname", "PLZ/Ort", "Adresse 1", "Adresse 2"]
    rows = [
        ["1", "Acme GmbH", "Max", "Huber", "80331 München", "Ring 1", "Haus B"],
        ["2", "", "Jan", "Möller", "20457 Hamburg", "Am Kai 2", ""],
    ]
    path = table(tmp_path / "kunden.csv", header, rows)
    before = read(path)
    assert run(["init", "--project", str(tmp_path), str(path)]) == 0
    after = read(path, settings=load_settings(Project(tmp_path)))
    assert after.records.equals(before.records)
    assert after.records.select("name", "postcode", "street").rows() == [
        ("Acme GmbH", "80331", "Ring 1, Haus B"), ("Jan Möller", "20457", "Am Kai 2"),
    ]  # fmt: skip


def test_the_schema_fits_the_file(folder: Path) -> None:
    assert run(["init", "--project", str(folder), str(folder / "kunden.csv")]) == 0
    schema = json.loads((folder / "sot.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(yaml.safe_load((folder / "sot.yaml").read_text(encoding="utf-8")), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"sources": {"a.csv": {"sytem": "crm"}}}, schema)


def test_a_project_file_is_not_written_over_unasked(folder: Path) -> None:
    (folder / "sot.yaml").write_text("policy: eager\n", encoding="utf-8")
    assert run(["init", "--project", str(folder), str(folder / "kunden.csv")]) == ExitCode.USAGE
    assert (folder / "sot.yaml").read_text(encoding="utf-8") == "policy: eager\n"
    assert run(["init", "--force", "--project", str(folder), str(folder / "kunden.csv")]) == 0


def test_errors_come_all_at_once_with_their_places(tmp_path: Path) -> None:
    text = "polcy: eager\nsources:\n  a.csv:\n    sytem: crm\n    header_row: x\n    fields: {nam: Company}\n"
    (tmp_path / "sot.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(RulesError) as caught:
        load_settings(Project(tmp_path))
    lines = caught.value.message.splitlines()
    assert len(lines) == 4
    for place, words in (
        ("1:1", "did you mean 'policy'"),
        ("4:5", "did you mean 'system'"),
        ("5:5", "header_row"),
        ("6:14", "fields.nam: is not a field of sot - did you mean 'name'"),
    ):
        assert any(f"sot.yaml:{place}:" in line and words in line for line in lines), (place, lines)


def test_yaml_never_changes_a_value(tmp_path: Path) -> None:
    (tmp_path / "sot.yaml").write_text(
        "governance: NO\nsystems: {erp: {customer_in_project_name: no}}\n", encoding="utf-8"
    )
    settings = load_settings(Project(tmp_path))
    assert settings.governance == "NO"
    assert settings.systems["erp"].customer_in_project_name == "no"


def test_control_characters_in_exports_leave_a_file_that_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "crm.csv"
    path.write_text("Id,Name,\x1bCity,Oth\x07er\n1,Ac\x1b[31mme,Leeds,x\n2,Best,York,y\n", encoding="utf-8")
    assert run(["init", "--project", str(tmp_path), str(path)]) == 0
    settings = load_settings(Project(tmp_path))
    assert settings.sources["crm.csv"].fields["city"] == "\x1bCity"


def test_nothing_to_read_writes_no_project_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path, told in ((tmp_path / "gone.csv", "there is no such file"), (tmp_path, "there is no export in")):
        assert run(["init", "--project", str(tmp_path), str(path)]) == ExitCode.INPUT
        assert told in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
