"""Workbooks, archives and folders as they should not be: the right rows or a clear error."""

from __future__ import annotations

import datetime
import json
import zipfile
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from sot.cli.errors import run as sot
from tests.read.reading import names, one, read, survey

HEADER = ["Account ID", "Account Name", "Billing Zip/Postal Code", "Phone"]
ROWS = [["A-1", "Acme Ltd", "02134", "+16175550100"], ["A-2", "Globex Ltd", "10001", "12125550101"]]


def book(path: Path, *sheets: tuple[str, list[list[object]]]) -> openpyxl.Workbook:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, rows in sheets:
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return made


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "accounts.xlsx"


def test_plain_sheet(path: Path) -> None:
    book(path, ("Accounts", [HEADER, *ROWS]))
    source, found = one(path)
    assert (source.sheet, source.header_row, source.record_id) == ("Accounts", 1, "Account ID")
    assert names(found) == ["Acme Ltd", "Globex Ltd"]
    assert found.records["postcode"].to_list() == ["02134", "10001"]


def test_numbers_and_dates_in_cells_become_the_text_that_is_shown(path: Path) -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet["B2"], sheet["C2"], sheet["D2"], sheet["E2"], sheet["F2"] = (
        "Record No",
        "Company",
        "Zip",
        "Created",
        "Balance",
    )
    sheet["B3"], sheet["C3"], sheet["D3"], sheet["E3"], sheet["F3"] = (
        14155552671,
        "Acme",
        2134,
        datetime.datetime(2024, 1, 5, 13, 4),
        1960.17,
    )
    sheet["B4"], sheet["C4"], sheet["D4"], sheet["E4"], sheet["F4"] = (
        14155552672,
        "Globex",
        "00501",
        datetime.datetime(2024, 2, 6),
        -3,
    )
    sheet["D3"].number_format = "00000"
    made.save(path)
    _, found = one(path)
    rows = found.records.select("record_id", "name", "postcode", "created_on", "balance_amount").rows()
    assert rows == [
        ("14155552671", "Acme", "02134", datetime.datetime(2024, 1, 5, 13, 4), 1960.17),
        ("14155552672", "Globex", "00501", datetime.datetime(2024, 2, 6), -3.0),
    ]


def test_title_rows_blank_rows_and_totals(path: Path) -> None:
    rows = [
        ["Customers of 2024"],
        ["printed by Jane"],
        [],
        HEADER,
        ROWS[0],
        [],
        ROWS[1],
        ["Total", None, None, 2],
    ]
    book(path, ("Sheet1", rows))
    source, found = one(path)
    assert source.header_row == 4
    assert names(found) == ["Acme Ltd", "Globex Ltd"]
    assert found.records["row"].sort().to_list() == [5, 7]
    assert sum(source.skipped.values()) == 1


def test_a_hidden_first_sheet_is_not_read(path: Path) -> None:
    made = book(
        path, ("hiddenSheet", [["Account Name"], ["Secret Ltd"]]), ("Active Accounts", [HEADER, *ROWS])
    )
    made["hiddenSheet"].sheet_state = "hidden"
    made.save(path)
    source, found = one(path)
    assert source.sheet == "Active Accounts"
    assert names(found) == ["Acme Ltd", "Globex Ltd"]


def test_two_tables_on_one_sheet(path: Path) -> None:
    invoices = [
        ["Invoice Number", "Customer", "Invoice Date", "Amount"],
        ["R-1", "Acme Ltd", "2024-01-31", "10.00"],
    ]
    book(
        path,
        ("All", [["Company", "City"], ["Acme Ltd", "Boston"], ["Globex Ltd", "Austin"], [], [], *invoices]),
    )
    found = survey(path)
    assert [source.object for source in found.sources] == ["account", "invoice"]
    assert [source.header_row for source in found.sources] == [1, 6]
    assert found.documents.select("account_name", "amount_value").rows() == [("Acme Ltd", 10.0)]


def test_several_sheets_and_one_of_notes(path: Path) -> None:
    book(
        path,
        ("Accounts", [HEADER, *ROWS]),
        ("Notes", [["remember the milk"], ["and the eggs"]]),
        ("Empty", []),
    )
    found = survey(path)
    assert [source.sheet for source in found.sources] == ["Accounts"]
    assert len(found.ignored) == 1 and "Notes" in found.ignored[0][1]


def test_merged_and_formula_cells(path: Path) -> None:
    made = book(path, ("S", [HEADER, *ROWS]))
    sheet = made["S"]
    sheet["D2"] = "=1/0"
    sheet.merge_cells("B3:C3")
    made.save(path)
    _, found = one(path)
    assert names(found) == ["Acme Ltd", "Globex Ltd"]


def test_ids_of_many_digits_that_excel_showed_as_powers(path: Path) -> None:
    rows = [["ID", "Company"], ["1.21143E+15", "Acme"], ["1.21143E+15", "Globex"]]
    book(path, ("S", rows))
    source, found = one(path)
    assert sorted(found.records["record_id"]) == ["Acme", "Globex"]
    assert any("1.21E+15" in warning for warning in source.warnings)


@pytest.mark.parametrize("kind", ["ods", "xls", "xlsb"])
def test_other_kinds_of_workbooks(kind: str) -> None:
    source, found = one(Path(__file__).parents[1] / "read" / "books" / f"accounts.{kind}")
    assert (source.sheet, source.header_row, source.record_id) == ("Accounts", 3, "Account ID")
    rows = found.records.select(
        "record_id", "name", "postcode", "phone", "created_on", "balance_amount"
    ).rows()
    # LibreOffice shows the number 2134 as 02134.
    assert rows == [
        ("A-1", "Müller GmbH", "01067", "+493511234", datetime.datetime(2024, 1, 31), 1234.5),
        ("A-2", "Acme Ltd", "02134", "16175550100", datetime.datetime(2024, 2, 13), 99.0),
        ("A-3", "Société Générale", "75002", None, None, None),
    ]
    assert source.skipped == {"total or note": 1}


@pytest.mark.parametrize("kind", ["ods", "xls", "xlsb"])
def test_a_workbook_that_was_cut_off(kind: str, tmp_path: Path) -> None:
    whole = (Path(__file__).parents[1] / "read" / "books" / f"accounts.{kind}").read_bytes()
    path = tmp_path / f"accounts.{kind}"
    path.write_bytes(whole[: len(whole) // 2])
    source, found = one(path)
    assert source.error is not None
    assert found.records.height == 0


def test_no_sound_workbook(path: Path) -> None:
    path.write_bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 600)
    source, _ = one(path)
    assert source.error is not None and "password" in source.error


def test_empty_workbook(path: Path) -> None:
    openpyxl.Workbook().save(path)
    source, _ = one(path)
    assert source.error is not None and "nothing in it" in source.error


def test_parquet_keeps_text_and_writes_numbers_plainly(tmp_path: Path) -> None:
    path = tmp_path / "accounts.parquet"
    pl.DataFrame(
        {"id": [1, 2], "company": ["Acme", "Globex"], "zip": ["02134", None], "balance": [1.5, 2.0]}
    ).write_parquet(path)
    _, found = one(path)
    assert found.records.select("record_id", "postcode", "balance").rows() == [
        ("1", "02134", "1.5"),
        ("2", None, "2"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        '{"id": "07", "company": "Acme"}\n{"id": "08", "company": "Globex", "city": "Rome"}\n',
        '[{"id": "07", "company": "Acme"}, {"id": "08", "company": "Globex", "city": "Rome"}]',
    ],
)
def test_json(text: str, tmp_path: Path) -> None:
    path = tmp_path / "accounts.json"
    path.write_text(text, encoding="utf-8")
    _, found = one(path)
    assert found.records.select("record_id", "city").rows() == [("07", None), ("08", "Rome")]


def test_an_archive_of_exports(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Accounts.csv", "Id,Company\n1,Acme\n2,Globex\n")
        archive.writestr("readme.md", "hello")
        archive.writestr("../outside.csv", "Id,Company\n3,Evil\n")
    found = survey(path)
    assert names(found) == ["Acme", "Globex"]
    assert [source.path for source in found.sources] == [f"{path}/Accounts.csv"]
    assert sorted(reason for _, reason in found.ignored) == [
        "its path leads out of the archive",
        "not a kind of export that sot reads",
    ]


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Accounts.csv", b"0" * 50_000_000)
    source, _ = one(path)
    assert source.error is not None and "not unpacked" in source.error


def test_a_folder_gives_its_exports_and_names_the_rest(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Id,Company\n1,Acme\n", encoding="utf-8")
    (tmp_path / "notes.md").write_text("hello", encoding="utf-8")
    (tmp_path / "rates.csv").write_text("Year,Rate\n2024,1.1\n", encoding="utf-8")
    (tmp_path / ".hidden.csv").write_text("Id,Company\n9,Hidden\n", encoding="utf-8")
    found = read(tmp_path)
    assert names(found) == ["Acme"]
    assert sorted(Path(path).name for path, _ in found.ignored) == [".hidden.csv", "notes.md", "rates.csv"]


def test_what_sot_wrote_itself_is_no_export(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Id,Company\n1,Acme\n", encoding="utf-8")
    (tmp_path / "golden_ids.csv").write_text("golden_id,name\nG1,Acme\n", encoding="utf-8")
    for name in ("golden_redirects.csv", "review_sample.csv", "sot.schema.json", "baseline.json"):
        (tmp_path / name).write_text('{"name": "Acme"}', encoding="utf-8")
    out = tmp_path / "sot-out"
    out.mkdir()
    manifest = {
        "sot": "1",
        "format": 1,
        "digest": "",
        "inputs": [],
        "rules": {},
        "outputs": {"golden_customers.csv": ""},
    }
    (out / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (out / "golden_customers.csv").write_text("golden_id,name\nG1,Acme\n", encoding="utf-8")
    found = read(tmp_path)
    assert [source.system for source in found.sources] == ["a"]
    assert (str(out), "written by sot itself") in found.ignored
    assert not any("golden_customers" in path for path, _ in found.ignored)
    assert {reason for _, reason in found.ignored} == {"written by sot itself"}


def test_a_rules_file_of_the_project_is_no_export(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Id,Company\n1,Acme\n", encoding="utf-8")
    assert sot(["rules", "copy", "quality/gates.yaml", "--project", str(tmp_path)]) == 0
    found = read(tmp_path)
    assert [source.system for source in found.sources] == ["a"]
    assert {reason for _, reason in found.ignored} == {"a rules file, not an export"}


def test_a_workbook_of_answers_is_no_export(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Id,Company\n1,Acme\n", encoding="utf-8")
    row = ["C1", "same", "", "", "", "possible match", "Acme", "crm", "1"]
    head = ["case", "verdict", "relation", "only", "note", "kind", "customers", "system", "record id"]
    book(tmp_path / "review.xlsx", ("Review", [head, row]), ("How to", [["How to fill this in"]]))
    found = read(tmp_path)
    assert names(found) == ["Acme"]
    assert [(Path(path).name, reason[:26]) for path, reason in found.ignored] == [
        ("review.xlsx", "a workbook of sot review: ")
    ]


def test_a_workbook_within_an_archive(tmp_path: Path) -> None:
    book(tmp_path / "accounts.xlsx", ("Accounts", [HEADER, *ROWS]))
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(tmp_path / "accounts.xlsx", "accounts.xlsx")
    assert names(survey(path)) == ["Acme Ltd", "Globex Ltd"]


def test_a_link_to_nothing_in_a_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "crm.csv").write_text("Id,Name\n1,Acme\n2,Globex\n", encoding="utf-8")
    (tmp_path / "gone.csv").symlink_to(tmp_path / "nowhere.csv")
    _, found = one(tmp_path)
    assert found.records.height == 2
    assert [(Path(path).name, reason) for path, reason in found.ignored] == [
        ("gone.csv", "a link to nothing")
    ]


def test_a_note_far_below_and_beside_the_table_is_reported(path: Path) -> None:
    rows: list[list[object]] = [[f"A-{i}", f"Company {i} Ltd"] for i in range(260)]
    rows[250] += [None, None, "ask Jane"]
    book(path, ("Accounts", [HEADER[:2], *rows]))
    source, found = one(path)
    assert found.records.height == 260
    assert [warning for warning in source.warnings if "left out: 1 row, the first is row 252" in warning]
