"""What of a folder is no export: what `.sotignore` lists, and a truth by its header; never a folder by its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from sot.read.ignore_file import IgnoreFile
from tests.read.reading import survey

ACCOUNTS = "Customer No,Company,City\n1,Acme Ltd,Leeds\n2,Brown Ltd,York\n"


@pytest.mark.parametrize(
    ("pattern", "path", "covered"),
    [
        ("truth/", "truth/a.csv", True),
        ("truth/", "2026/truth/a.csv", True),
        ("truth/", "truth", False),
        ("old.csv", "old.csv", True),
        ("old.csv", "deep/down/old.csv", True),
        ("*.bak", "a.bak", True),
        ("*.bak", "a.bak.csv", False),
        ("2026/*.csv", "2026/a.csv", True),
        ("2026/*.csv", "other/2026/a.csv", False),
        ("2026/*.csv", "2026/deep/a.csv", False),
        ("/a.csv", "a.csv", True),
        ("Truth/", "truth/a.csv", False),
    ],
)
def test_patterns(pattern: str, path: str, covered: bool) -> None:
    assert IgnoreFile(Path("root"), (pattern,)).covers(Path("root") / path) is covered


@pytest.mark.parametrize("name", ["truth", "Expected", "expected"])
def test_the_name_of_a_folder_says_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "books.csv").write_text(ACCOUNTS)
    assert [source.records for source in survey(tmp_path).sources] == [2]


def test_what_is_listed_is_left_out_and_named(tmp_path: Path) -> None:
    (tmp_path / "books.csv").write_text(ACCOUNTS)
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "books.csv").write_text(ACCOUNTS)
    (tmp_path / ".sotignore").write_text("# last year\n\nold/\n")
    found = survey(tmp_path)
    assert [Path(source.path).name for source in found.sources] == ["books.csv"]
    assert (str(tmp_path / "old" / "books.csv"), "listed in .sotignore") in found.ignored


def test_a_truth_is_known_by_its_header_unless_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "books.csv").write_text(ACCOUNTS)
    (tmp_path / "who.csv").write_text("system,record_id,entity_id\nbooks,1,E1\n")
    found = survey(tmp_path)
    assert [Path(source.path).name for source in found.sources] == ["books.csv"]
    [(path, reason)] = found.ignored
    assert Path(path).name == "who.csv" and "truth" in reason
    assert len(survey(tmp_path / "who.csv").sources) == 1
