"""A path that is not there: where it was looked for, and what comes near."""

from __future__ import annotations

from pathlib import Path

import pytest

from sot.workspace.path_hints import looked_for


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("here/accounts.csv", "here/notes.md", "here/Müller Export/crm.xlsx", "other.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("acounts.csv", "; did you mean accounts.csv?"),
        ("Accounts", "; did you mean accounts.csv?"),
        ("accounts.xlsx", "; did you mean accounts.csv?"),
        ("muller export/crm.xlsx", "; did you mean 'Müller Export/'?"),
        ("crm.xlsx", "; did you mean 'Müller Export/crm.xlsx'?"),
        ("other.csv", "; did you mean ../other.csv?"),
        ("zzz", ", where there is accounts.csv"),
        ("zzz/accounts.csv", ", where there is no folder zzz"),
        ("*.parquet", ", where nothing matches the pattern"),
    ],
)
def test_what_comes_near_is_told(path: str, said: str, folder: Path) -> None:
    assert looked_for(path, "export", lambda one: one.suffix == ".csv") == f"looked in {folder}{said}"


def test_a_file_that_is_taken_for_a_folder_and_an_empty_folder(folder: Path) -> None:
    told = looked_for("accounts.csv/x", "export", Path.is_file)
    assert told == "accounts.csv is a file, not a folder"
    (folder / "void").mkdir()
    assert (
        looked_for(folder / "void" / "x", "run", Path.is_dir)
        == f"looked in {folder / 'void'}, where there is no run"
    )


def test_a_link_to_nothing_is_told(folder: Path) -> None:
    (folder / "link.csv").symlink_to("gone/crm.csv")
    told = looked_for("link.csv", "export", Path.is_file)
    assert told == "link.csv is a link to gone/crm.csv, which does not exist"


def test_at_most_three_are_named(folder: Path) -> None:
    for number in range(5):
        (folder / f"x{number}.csv").touch()
    told = looked_for("quite another", "export", lambda one: one.suffix == ".csv")
    assert told.endswith("where there are accounts.csv, x0.csv, x1.csv and 3 more")
