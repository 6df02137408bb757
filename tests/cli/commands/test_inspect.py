"""`sot inspect` shows what is read, as a report and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sot.cli.errors import run
from sot.errors import ExitCode
from tests.read.reading import table

KEYS = [
    "path", "sheet", "system", "department", "object", "records", "record_id", "fields", "encoding", "delimiter",
    "header_row", "skipped", "warnings", "error", "documents", "sample",
]  # fmt: skip


def test_types_and_states_of_documents_are_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    header = ["Invoice number", "Customer", "Invoice date", "Total", "Type", "Status"]
    rows = [
        ["A", "Acme", "2026-01-05", "10.00", "Invoice", "Paid"],
        ["B", "Acme", "2026-01-06", "10.00", "Credit note", ""],
        ["C", "Acme", "2026-01-07", "10.00", "Payment", ""],
    ]
    path = table(tmp_path / "list.csv", header, rows)
    assert run(["inspect", "--json", str(path)]) == 0
    (entry,) = json.loads(capsys.readouterr().out)
    assert entry["documents"] == {
        "object": {"invoice": 2, "payment": 1},
        "document_type": {"credit_note": 1, "invoice": 1, "payment": 1},
        "state": {"invoice_paid": 1, "none": 1, "payment": 1},
    }
    assert run(["inspect", str(path)]) == 0
    shown = capsys.readouterr()
    assert "types: credit_note 1 · invoice 1 · payment 1" in shown.out + shown.err


def accounts(folder: Path) -> Path:
    rows = [[str(i), f"Firm {i}", f"0{i:04d}", "Boston"] for i in range(60)]
    return table(folder / "netsuite.csv", ["Internal ID", "Name", "Billing Zip", "Billing City"], rows)


def test_json_has_one_object_per_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = accounts(tmp_path)
    assert run(["inspect", "--json", str(path)]) == 0
    (entry,) = json.loads(capsys.readouterr().out)
    assert list(entry) == KEYS
    assert {name: entry[name] for name in KEYS[1:11]} == {
        "sheet": None, "system": "netsuite", "department": "finance", "object": "account", "records": 60,
        "record_id": "Internal ID", "fields": {"city": "Billing City", "name": "Name", "postcode": "Billing Zip"},
        "encoding": "utf-8", "delimiter": ",", "header_row": 1,
    }  # fmt: skip
    assert len(entry["sample"]) == 50
    assert entry["sample"][0] == {
        "record_id": "0", "values": {"name": "Firm 0", "city": "Boston", "postcode": "00000"}
    }  # fmt: skip


def test_projects_show_the_fields_of_their_customer_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [["P1", "Site", "Acme", "Boston"], ["P2", "Shop", "Globex", "Rome"]]
    path = table(tmp_path / "tool.csv", ["Project ID", "Project Name", "Client", "Town"], rows)
    assert run(["inspect", "--json", str(path)]) == 0
    (entry,) = json.loads(capsys.readouterr().out)
    assert entry["sample"][0] == {
        "record_id": "P1", "values": {"name": "Site", "account_name": "Acme", "city": "Boston"}
    }  # fmt: skip


def test_report_for_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = accounts(tmp_path)
    with path.open("a", encoding="utf-8") as file:
        file.write("Total,,,\n")
    assert run(["inspect", str(path)]) == 0
    shown = capsys.readouterr().out
    for text in (
        "netsuite · finance · account",
        "60 rows read (utf-8, delimiter comma, header in row 1)",
        "1 row left out: total or note",
        "Billing Zip",
        "Firm 1",
    ):
        assert text in shown


def test_a_file_that_cannot_be_read_ends_with_an_error_and_shows_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        run(["inspect", "--json", str(accounts(tmp_path)), str(tmp_path / "missing.csv")]) == ExitCode.INPUT
    )
    shown = json.loads(capsys.readouterr().out)
    assert [entry["error"] is None for entry in sorted(shown, key=lambda one: one["path"])] == [False, True]


@pytest.mark.parametrize("content", [None, b"", b"[1, 2"], ids=["missing", "empty", "broken"])
def test_of_a_file_without_a_table_only_the_error_is_told(
    content: bytes | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "export.json"
    if content is not None:
        path.write_bytes(content)
    assert run(["inspect", str(path)]) == ExitCode.INPUT
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"error: {path}: ")
    assert said.err.count("\n") == (1 if path.exists() else 2)


def test_a_folder_without_exports_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["inspect", str(tmp_path)]) == ExitCode.INPUT
    assert f"there is no export in {tmp_path}" in capsys.readouterr().err


def test_a_misspelled_system_is_asked_about(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = table(tmp_path / "list.csv", ["Customer ID", "Customer Name"], [["1", "Acme"], ["2", "Best"]])
    assert run(["inspect", f"salesforc={path}"]) == 0
    assert "did you mean 'salesforce'?" in capsys.readouterr().err
