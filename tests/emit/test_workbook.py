from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from openpyxl import load_workbook
from rich.console import Console

from sot.cli.views.run_opening import show
from sot.emit import emit, workbook, workbook_cells
from sot.model.run import Run
from sot.rules import Rulebook
from sot.rules.project import Settings
from tests.emit.runs import make_run

DANGEROUS = (
    "=1+1",
    "+1-800-555",
    "-2",
    "@SUM(A1)",
    "http://example.com/x",
    '=HYPERLINK("http://x")',
    "0049 30 12",
    "1E5",
)


def run_of(names: list[str], conflicts: int = 1) -> Run:
    return make_run(
        [
            {"system": "crm", "record_id": f"{i:05}", "golden_id": f"C{i:05}", "name": n}
            for i, n in enumerate(names)
        ],
        conflicts=[
            {
                "conflict_id": f"K{i:05}",
                "severity": "blocker",
                "kind": "weak_bridge",
                "values": "=cmd|' /C calc'!A0",
            }
            for i in range(conflicts)
        ],
        questions=[
            {"uid_l": 0, "uid_r": 1, "match_probability": 0.5, "joined": False, "vetoed": False, "why": "=1"}
        ],
    )


def opened(folder: Path, run: Run) -> Any:
    emit(folder, run, Rulebook())
    return load_workbook(folder / "workbook.xlsx")


def column(sheet: Any, name: str) -> list[Any]:
    heads = [cell.value for cell in sheet[1]]
    return [row[heads.index(name)] for row in sheet.iter_rows(min_row=2)]


def test_all_data_is_text_and_nothing_runs(tmp_path: Path) -> None:
    book = opened(tmp_path, run_of(list(DANGEROUS)))
    assert [cell.value for cell in column(book["Golden customers"], "name")] == list(DANGEROUS)
    assert [cell.value for cell in column(book["Map"], "record_id")] == [
        f"{i:05}" for i in range(len(DANGEROUS))
    ]
    workbook_cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in workbook_cells} <= {"s", "n"}
    assert not any(cell.hyperlink for cell in workbook_cells)
    parts = zipfile.ZipFile(tmp_path / "workbook.xlsx")
    assert not any(b"<f>" in parts.read(name) for name in parts.namelist())
    assert not any("externalLink" in name or "vba" in name for name in parts.namelist())


def test_sheets_are_ready_to_work_with(tmp_path: Path) -> None:
    book = opened(tmp_path, run_of(["A", "B"]))
    for name in ("Golden customers", "Map", "Conflicts", "Related", "Review queue", "Fixes"):
        assert book[name].freeze_panes == "C2"
        assert book[name].auto_filter.ref
    validation, relations = book["Review queue"].data_validations.dataValidation
    assert (relations.formula1, str(relations.sqref)) == ('"parent,group,branch"', "F2")
    assert validation.formula1 == '"same,related,different,unsure"'
    assert str(validation.sqref) == "E2"
    assert [cell.value for cell in column(book["Map"], "is_survivor")] == ["yes", "yes"]
    assert [cell.number_format for cell in column(book["Review queue"], "match_probability")] == ["0.0 %"]
    (colours,) = book["Conflicts"].conditional_formatting
    assert str(colours.sqref) == "B2"
    assert [rule.formula for rule in colours.rules] == [['"blocker"'], ['"warning"'], ['"info"']]
    assert colours.rules[0].dxf.fill.bgColor.rgb.endswith("F8CBAD")


def test_what_is_too_much_to_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)
    book = opened(tmp_path, run_of(["A", "B", "C", "D"], conflicts=5))
    assert book["Map"]["A1"].value == "4 rows are too many to read here: see crosswalk.csv"
    assert len(column(book["Conflicts"], "severity")) == 4
    assert book["Conflicts"]["A5"].value == "2 more are in conflicts.csv"
    told = {
        row[0].value: [cell.value for cell in row[1:4]] for row in book["Summary"].iter_rows() if row[0].value
    }
    assert told["Map: the customer of each record"] == [4, 0, "crosswalk.csv"]


def test_a_text_longer_than_a_cell_is_cut_not_dropped(tmp_path: Path) -> None:
    book = opened(tmp_path, run_of(["x" * 40_000, "B"]))
    assert len(column(book["Golden customers"], "name")[0].value) == workbook_cells.LONGEST
    whole = pl.read_csv(tmp_path / "golden_customers.csv")["name"].str.len_chars().to_list()
    assert whole == [40_000, 1]


STRANGE = (
    "A & B <Ltd> \"x\" 'y'",
    "  blanks at both ends ",
    "two\nlines\tand a tab",
    "</t></is></c></row>",
    "]]>",
    "Œuvre 株式会社 \U0001f3ed",
)


def test_strange_texts_come_back_as_they_were(tmp_path: Path) -> None:
    book = opened(tmp_path, run_of(list(STRANGE)))
    assert [cell.value for cell in column(book["Golden customers"], "name")] == list(STRANGE)


def test_what_xml_cannot_hold_is_written_as_excel_writes_it(tmp_path: Path) -> None:
    texts = ["a\x00b", "c\x0bd\r\n", "_x0041_", "\ufffe\uffff"]
    emit(tmp_path, run_of(texts), Rulebook())
    sheet = zipfile.ZipFile(tmp_path / "workbook.xlsx").read("xl/worksheets/sheet2.xml").decode()
    for written in ("a_x0000_b", "c_x000B_d_x000D_\n", "_x005F_x0041_", "_xFFFE__xFFFF_"):
        assert f">{written}</t>" in sheet


def test_fixes_are_one_list_merges_before_corrections(tmp_path: Path) -> None:
    run = make_run(
        [{"system": "crm", "record_id": str(i), "golden_id": "C1", "name": f"Firm {i}"} for i in range(3)],
        merges=[{"golden_id": "C1", "system": "crm", "uid": 2, "uid_survivor": 0, "rule": "oldest"}],
        corrections=[{"golden_id": "C1", "uid": 0, "field": "city", "after": "=York", "rule": "only value"}],
    )
    fixes = opened(tmp_path, run)["Fixes"]
    assert [[cell.value for cell in row] for row in fixes.iter_rows(min_row=2)] == [
        ["crm", "2", "Firm 2", "merge into", None, None, "0", "oldest", "C1"],
        ["crm", "0", "Firm 0", "correct", "city", None, "=York", "only value", "C1"],
    ]


def test_a_very_large_run_has_none_and_says_so(tmp_path: Path) -> None:
    made = run_of(["Acme", "Bexhill", "Calder"])
    settings = Settings.model_validate({"outputs": {"workbook_records": "2"}})
    for folder, run, written in (
        (tmp_path / "1", made, True),
        (tmp_path / "2", replace(made, settings=settings), False),
    ):
        folder.mkdir()
        emit(folder, run, Rulebook())
        assert (folder / "workbook.xlsx").exists() == written
        summary = json.loads((folder / "tables" / "summary.json").read_text(encoding="utf-8"))
        assert summary["workbook"]["written"] == written
        console = Console(file=(screen := io.StringIO()), width=100)
        show(console, summary, folder)
        assert ("no workbook.xlsx: more than 2 records" in screen.getvalue()) != written
