"""Files for packaging and for other machines: each is run, or held to what it names."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
GOOD = "Id,Name,City\n1,Acme Ltd,Leeds\n2,Best Ltd,York\n"
BAD = "Id,Name,City\n1,Acme Ltd,Leeds\n2,,York\n3,,Bath\n"


def _yaml(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def _environment(programs: Path, **more: str) -> dict[str, str]:
    path = os.pathsep.join([str(programs), str(Path(sys.executable).parent), os.environ["PATH"]])
    return {**os.environ, "PATH": path, **more}


@pytest.mark.parametrize(("content", "code"), [(GOOD, 0), (BAD, 1)], ids=["good", "bad"])
def test_the_action_checks_exports_and_writes_a_comment(
    content: str, code: int, tmp_path: Path, quick_sot: Path
) -> None:
    (tmp_path / "crm.csv").write_text(content, encoding="utf-8")
    steps = {step.get("id"): step for step in _yaml("action.yml")["runs"]["steps"]}
    output, summary = tmp_path / "output", tmp_path / "summary"
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", steps["check"]["run"]], cwd=tmp_path, capture_output=True, text=True,
        env=_environment(quick_sot, EXPORTS="crm.csv", GATES="names_filled", RUNNER_TEMP=str(tmp_path),
                         GITHUB_OUTPUT=str(output), GITHUB_STEP_SUMMARY=str(summary)), check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    comment = Path(output.read_text(encoding="utf-8").strip().removeprefix("comment="))
    assert "names_filled" in comment.read_text(encoding="utf-8")
    assert summary.read_text(encoding="utf-8") == comment.read_text(encoding="utf-8")


def test_hooks_are_commands_that_run(tmp_path: Path, quick_sot: Path) -> None:
    (tmp_path / "crm.csv").write_text(GOOD, encoding="utf-8")
    hooks = {hook["id"]: hook for hook in _yaml(".pre-commit-hooks.yaml")}
    for name, files in (("sot-rules-check", []), ("sot-check", ["crm.csv"])):
        command = [*hooks[name]["entry"].split(), *files]
        done = subprocess.run(
            command, cwd=tmp_path, env=_environment(quick_sot), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_image_is_slim_without_root_and_copies_what_there_is() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    assert all("slim" in line for line in lines if line.startswith("FROM"))
    assert "USER sot" in lines and any(
        line.startswith("HEALTHCHECK") and "--version" in line for line in lines
    )
    copied = [
        words[1] for words in map(str.split, lines) if words[:1] == ["COPY"] and "--from=build" not in words
    ]
    assert [name for name in copied if not (ROOT / name).exists()] == []


def test_the_steps_of_the_image_build_a_wheel_that_runs(tmp_path: Path) -> None:
    """Without Docker: the first stage's pip command in a copy, as .dockerignore leaves it; then the wheel's version."""
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    names = [path for path in ROOT.iterdir() if path.name not in ignored and not path.name.startswith(".")]
    for path in names:
        copy = shutil.copytree if path.is_dir() else shutil.copy2
        copy(path, tmp_path / path.name)
    (command,) = re.findall(r"RUN (pip wheel .*)", (ROOT / "Dockerfile").read_text(encoding="utf-8"))
    words = command.replace("/wheels", str(tmp_path / "wheels")).split()
    done = subprocess.run(
        [sys.executable, "-m", *words, "--no-build-isolation"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert [path.name for path in (tmp_path / "wheels").iterdir()] == [
        f"sot_dedupe-{VERSION}-py3-none-any.whl"
    ]


def test_the_citation_names_this_version() -> None:
    assert _yaml("CITATION.cff")["version"] == VERSION
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## \[?{re.escape(VERSION)}\]? - \d{{4}}-\d\d-\d\d$", changes, re.MULTILINE)
