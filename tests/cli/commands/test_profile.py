"""`sot profile` as a person and as a script meets it."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
from rich.console import Console

from sot import pipeline
from sot.cli.errors import run
from sot.cli.views.profile import show
from sot.errors import ExitCode
from sot.model.sources import InputSpec
from sot.workspace.project import Project
from tests.read.reading import table

HEADER = ["Id", "Company", "E-Mail"]
ROWS = [["1", "Acme Inc.", "jo@acme.com"], ["1", "ACME INC", "acme.com"], ["2", "Globex Inc.", "n/a"]]


@pytest.fixture
def export(tmp_path: Path) -> Path:
    return table(tmp_path / "crm.csv", HEADER, ROWS)


def test_the_worst_comes_first_in_plain_text(export: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["profile", str(export)]) == ExitCode.OK
    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    lines = shown.splitlines()
    assert [line.split()[0] for line in lines[3:6]] == ["blocker", "warning", "warning"]
    assert "id used more than once: 1" in lines[3]
    assert "1 export, 3 rows" in shown
    assert "Inc. 2" in shown
    assert max(map(len, lines)) <= 120


def test_json_alone_is_on_stdout(export: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["profile", "--json", f"hubspot={export}"]) == ExitCode.OK
    (source,) = json.loads(capsys.readouterr().out)["sources"]
    assert (source["system"], source["rows"], source["record_id"]) == ("hubspot", 3, "Id")
    assert [column["column"] for column in source["columns"]] == HEADER


def test_the_page_is_written_and_named(
    export: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "quality.html"
    assert run(["profile", str(export), "--html", str(page)]) == ExitCode.OK
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert "quality.html" in capsys.readouterr().out


def test_a_page_that_cannot_be_written_is_a_wrong_command(
    export: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["profile", str(export), "--html", str(tmp_path / "no" / "page.html")]) == ExitCode.USAGE
    assert "can't write there" in capsys.readouterr().err


def test_what_cannot_be_read_is_told_behind_the_rest(
    export: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["profile", str(export), str(tmp_path / "gone.csv")]) == ExitCode.INPUT
    told = capsys.readouterr()
    assert "crm.csv" in told.out
    assert "there is no such file" in told.err


def test_a_folder_without_exports_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "notes.md").write_text("hello", encoding="utf-8")
    assert run(["profile", str(tmp_path)]) == ExitCode.INPUT
    assert "notes.md: not a kind of export" in capsys.readouterr().err


def test_it_changes_nothing(export: Path, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in tmp_path.rglob("*")}
    run(["profile", str(export)])
    assert {path: path.read_bytes() for path in tmp_path.rglob("*")} == before


def test_where_nothing_could_be_read_nothing_is_called_sound(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in (tmp_path, tmp_path / "gone.csv"):
        assert run(["profile", str(path)]) == ExitCode.INPUT
        assert capsys.readouterr().out == ""


def test_no_figure_is_cut_in_a_narrow_terminal(tmp_path: Path) -> None:
    header = ["Account Number of the Customer", "Company as Invoiced", "Contact E-Mail Address", "Rating"]
    rows = [
        [str(i), f"Firm {i}", f"jo@firm{i}.com" if i % 3 else "n/a", "A" if i % 7 else ""] for i in range(999)
    ]
    found = pipeline.profile(
        [InputSpec(str(table(tmp_path / "accounts of all.csv", header, rows)))], Project(tmp_path)
    )
    figures = {}
    for width in (60, 120):
        console = Console(file=io.StringIO(), width=width)
        show(console, found, None)
        assert max(map(len, console.file.getvalue().splitlines())) <= width
        figures[width] = re.findall(r"[\d.,]+ %|█{8}", console.file.getvalue())
    assert figures[60] == figures[120] and len(figures[60]) == 8
