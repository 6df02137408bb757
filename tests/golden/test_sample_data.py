"""The sample data is what the story writes, and `sot dedupe` makes of it what is expected, byte by byte."""

from __future__ import annotations

import csv
import random
import re
from pathlib import Path

import pytest

from sot.demo.story import write_story
from tests.golden.sample import EXPECTED, KEPT, SAMPLE, dedupe_sample

REFRESH = "if the change is meant: python -m tests.golden.refresh"
needs_expected = pytest.mark.skipif(not EXPECTED.is_dir(), reason="no outputs have been agreed on yet")


def test_the_story_writes_the_sample_data(tmp_path: Path) -> None:
    write_story(tmp_path / "story")
    written = {
        path.relative_to(tmp_path / "story"): path.read_bytes()
        for path in (tmp_path / "story").rglob("*.csv")
    }
    kept = {
        path.relative_to(SAMPLE): path.read_bytes()
        for path in SAMPLE.rglob("*.csv")
        if EXPECTED not in path.parents
    }
    assert written.keys() == kept.keys()
    assert [str(path) for path in written if written[path] != kept[path]] == [], REFRESH


def test_the_story_is_told_truly() -> None:
    assert len(_rows(SAMPLE / "Account.csv")) - 1 == 847
    assert len(_rows(SAMPLE / "CustomerSearchResults.csv")) - 1 == 912
    story = (SAMPLE / "README.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `([\w/.]+)` \|.*\| ([\d,]+) \|$", story, re.MULTILINE)
    assert sorted(name for name, _ in told) == sorted(
        str(path.relative_to(SAMPLE)) for path in SAMPLE.rglob("*.csv") if EXPECTED not in path.parents
    )
    assert [(name, int(rows.replace(",", ""))) for name, rows in told] == [
        (name, len(_rows(SAMPLE / name)) - 1) for name, _ in told
    ]


def test_the_examples_of_the_story_are_in_the_exports() -> None:
    story = (SAMPLE / "README.md").read_text(encoding="utf-8").split("## Errors in the data")[1]
    cells = {cell.strip() for path in SAMPLE.glob("*.csv") for row in _rows(path) for cell in row}
    examples = re.findall(
        r"`([A-Z][^`]*? [^`]*)`", story.split("- **Values that are none**")[0].replace("\n  ", " ")
    )
    assert len(examples) > 8
    assert [example for example in examples if example not in cells] == []


@needs_expected
def test_the_outputs_are_those_expected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    out = dedupe_sample(SAMPLE, tmp_path)
    changed = [name for name in KEPT if (out / name).read_bytes() != (EXPECTED / name).read_bytes()]
    assert changed == [], REFRESH


@needs_expected
def test_the_order_of_rows_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    exports = tmp_path / "exports"
    exports.mkdir()
    for path in sorted(SAMPLE.glob("*.csv")):
        _shuffle(path, exports / path.name)
    project = tmp_path / "project"
    project.mkdir()
    monkeypatch.chdir(project)
    out = dedupe_sample(exports, project)
    for name in ("golden_customers.csv", "crosswalk.csv"):
        assert (out / name).read_bytes() == (EXPECTED / name).read_bytes(), name


def _form(path: Path) -> tuple[str, str]:
    encoding = "cp1252" if "Search" in path.name else "utf-8-sig"
    return encoding, ";" if path.name == "projects.csv" else ","


def _rows(path: Path) -> list[list[str]]:
    encoding, delimiter = _form(path)
    with path.open(newline="", encoding=encoding) as file:
        return list(csv.reader(file, delimiter=delimiter))


def _shuffle(source: Path, target: Path) -> None:
    """Write the records of an export in another order."""
    encoding, delimiter = _form(source)
    header, *rows = _rows(source)
    random.Random(3).shuffle(rows)
    with target.open("w", newline="", encoding=encoding) as file:
        csv.writer(file, delimiter=delimiter, lineterminator="\n").writerows([header, *rows])
