"""A project folder that somebody else made: it makes sot write and remove nothing but what is its own."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from sot.cli.errors import run as sot
from sot.workspace.pending import JOURNAL, NEW, OLD, POINTER, STEPS
from tests.workspace.killed_commit import manifest

EXPORT = "Id,Account Name,City\n1,Acme Industries Ltd,Leeds\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "project"
    made.mkdir()
    (made / "crm.csv").write_text(EXPORT)
    monkeypatch.chdir(made)
    return made


def journal(project: Path, **more: object) -> None:
    """Write the journal of a run as a killed command leaves it; `more` says what is odd about it."""
    (project / JOURNAL).mkdir()
    steps = {
        "partial": str(project / ".sot-out.01234567.sot-part"), "out": str(project / "sot-out"), "files": [],
        "grows": "history.jsonl", "line": "", **more,
    }  # fmt: skip
    (project / JOURNAL / STEPS).write_text(json.dumps(steps))


def waiting(project: Path, of: Path | None = None) -> None:
    new = project / f".sot-out.01234567{NEW}"
    new.mkdir()
    (new / "manifest.json").write_text(manifest("x"))
    (project / f".sot-out.01234567{POINTER}").write_text(str(of or project))


def precious(folder: Path) -> Path:
    folder.mkdir()
    (folder / "thesis.txt").write_text("mine")
    return folder


def refused(capsys: pytest.CaptureFixture[str]) -> bool:
    code, said = sot(["trend"]), capsys.readouterr().err
    return code == 2 and "not from a run of this project" in said


def test_a_journal_puts_no_run_in_the_place_of_a_foreign_folder(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = precious(project / "sot-out")
    journal(project)
    waiting(project)
    assert refused(capsys)
    assert (mine / "thesis.txt").read_text() == "mine"


@pytest.mark.parametrize(
    "odd",
    [
        {"files": ["../escaped.csv"]},
        {"files": ["sot.yaml"]},
        {"files": "golden_ids.csv"},
        {"grows": "../../.bashrc"},
        {"line": "one\ntwo\n"},
        {"line": 5},
        {"out": "/"},
        {"out": ".."},
        {"partial": "/etc/.x.01234567.sot-part"},
        {"partial": ".sot-out.01234567.sot-part"},
        {"partial": None},
    ],
    ids=str,
)
def test_a_journal_that_sot_did_not_write_is_refused(
    project: Path, capsys: pytest.CaptureFixture[str], odd: dict[str, object]
) -> None:
    journal(project, **odd)
    (project / JOURNAL / "golden_ids.csv").write_text("system,record_id,golden_id\n")
    (project / JOURNAL / "sot.yaml").write_text("{}")
    before = sorted(project.parent.iterdir())
    assert refused(capsys)
    assert sorted(project.parent.iterdir()) == before
    assert not (project / "sot.yaml").exists()
    assert not (project / "golden_ids.csv").exists()


def test_a_journal_moves_no_link_and_no_run_of_another_project(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    journal(project, files=["golden_ids.csv"])
    (project / JOURNAL / "golden_ids.csv").symlink_to(tmp_path / "elsewhere")
    assert refused(capsys)
    (project / JOURNAL / "golden_ids.csv").unlink()
    waiting(project, of=tmp_path)
    assert refused(capsys)
    assert not (project / "sot-out").exists()


@pytest.mark.parametrize("text", ["", "{", "[]", "5", "[" * 100_000])
def test_a_journal_that_is_damaged_is_refused(
    project: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    (project / JOURNAL).mkdir()
    (project / JOURNAL / STEPS).write_text(text)
    assert refused(capsys)


def test_a_journal_of_this_project_is_finished(project: Path) -> None:
    journal(project)
    waiting(project)
    (project / f".sot-out.01234567{OLD}").mkdir()
    sot(["trend"])
    assert (project / "sot-out" / "manifest.json").exists()
    assert list(project.glob(".*")) == []


@pytest.mark.parametrize("name", ["golden_ids.csv", "decisions.jsonl", "history.jsonl", "sot.yaml"])
@pytest.mark.parametrize("kind", ["pipe", "folder", "link to nothing"])
def test_what_is_no_file_of_the_project_is_neither_opened_nor_written(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, kind: str
) -> None:
    if kind == "pipe":
        os.mkfifo(project / name)
    elif kind == "folder":
        (project / name).mkdir()
    else:
        (project / name).symlink_to(tmp_path / "startup.sh")
    assert sot(["dedupe", "crm.csv", "--quiet"]) == 2
    assert name in capsys.readouterr().err
    assert not (tmp_path / "startup.sh").exists()
    assert not (project / "sot-out").exists()


@pytest.mark.parametrize("out", [".", "..", "../project"])
def test_no_run_is_put_in_the_place_of_the_project(
    project: Path, capsys: pytest.CaptureFixture[str], out: str
) -> None:
    (project / "crm.csv").rename(project.parent / "crm.csv")
    assert sot(["dedupe", str(project.parent / "crm.csv"), "--out", out, "--quiet"]) == 2
    assert "contains the project itself" in capsys.readouterr().err
    assert list(project.iterdir()) == []


def test_pipes_named_as_a_manifest_or_ignore_file_are_not_waited_for(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "exports").mkdir()
    (project / "crm.csv").rename(project / "exports" / "crm.csv")
    os.mkfifo(project / "exports" / "manifest.json")
    assert sot(["inspect", "exports"]) == 0
    os.mkfifo(project / "exports" / ".sotignore")
    assert sot(["inspect", "exports"]) == 3
    assert ".sotignore: this is not a file" in capsys.readouterr().err
