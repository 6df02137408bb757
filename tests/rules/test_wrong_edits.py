"""A wrong edit of any rules file, or of sot.yaml, is refused with its place before anything is read: exit code 2."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from sot.cli.errors import run
from sot.errors import ExitCode
from sot.rules.rulebook import shipped

EXPORT = "Id,Company\n1,Acme Ltd\n2,Brown Ltd\n"

EDITS = yaml.safe_load((Path(__file__).parent / "wrong_edits.yaml").read_text(encoding="utf-8"))


def refused(arguments: list[str], capfd: pytest.CaptureFixture[str]) -> str:
    """Run a command that must find the rules wrong; give what it prints on stderr."""
    assert run(arguments) == ExitCode.USAGE
    output = capfd.readouterr()
    assert output.out == ""
    assert "Traceback" not in output.err and "sot failed" not in output.err
    return output.err


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "crm.csv").write_text(EXPORT)
    return tmp_path


def edited(project: Path, edit: dict[str, str]) -> Path:
    """Make the edit in the project; give the file that is wrong now."""
    if edit["file"] == "sot.yaml":
        target, text = project / "sot.yaml", ""
    else:
        target = project / "rules" / edit["file"]
        target.parent.mkdir(parents=True)
        text = (shipped() / edit["file"]).read_text(encoding="utf-8") if "old" in edit else ""
    old = edit.get("old", "")
    assert old in text, "the shipped file has changed: choose another edit"
    target.write_text(text.replace(old, edit["new"], 1) if old else edit["new"] + text, encoding="utf-8")
    return target


@pytest.mark.parametrize("edit", EDITS, ids=[f"{i}-{edit['file']}" for i, edit in enumerate(EDITS)])
def test_a_wrong_edit_is_refused_with_its_place(
    project: Path, capfd: pytest.CaptureFixture[str], edit: dict[str, str]
) -> None:
    target = edited(project, edit)
    for arguments in (["rules", "check"], ["dedupe", "crm.csv"]):
        output = refused(arguments, capfd)
        places = [line for line in output.splitlines() if f"{target}:" in line]
        assert places and any(edit["says"] in line for line in places), output
        assert all(re.search(rf"{re.escape(str(target))}:\d+:\d+: ", line) for line in places)
    assert not (project / "sot-out").exists()


def test_the_edits_are_in_every_folder_of_rules() -> None:
    folders = {path.name for path in shipped().iterdir() if path.is_dir()} - {"cases"}
    assert {edit["file"].partition("/")[0] for edit in EDITS} >= {*folders, "sot.yaml"}
