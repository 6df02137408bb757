"""The page on CI: its walk-through tells what happens, and its examples work as a user would copy them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest
import yaml

from tests.check.ci_page import PAGE, SAMPLE, bash, environment, example, walked
from tests.wheels import wheel as built

REFRESH = "if the change is meant: python -m tests.check.ci_page"


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """Give the programs of a fresh CI machine: a Python of its own that has everything but sot."""
    folder = tmp_path / "machine"
    venv.create(folder)
    site = Path(sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)}))
    # Also pip: to install one takes longer than all that it does here.
    (site / "tests.pth").write_text(sysconfig.get_path("purelib") + "\n")
    pip = folder / "bin" / "pip"
    pip.write_text(f'#!/bin/sh\nexec "{folder / "bin" / "python"}" -m pip "$@"\n')
    pip.chmod(0o755)
    return folder / "bin"


@pytest.fixture
def quick_path(quick_sot: Path) -> str:
    """Give a PATH on which `sot` starts quickly."""
    return f"{quick_sot}{os.pathsep}{environment()['PATH']}"


def repository(folder: Path, wheel: Path) -> Path:
    """Lay a repository as the page describes it."""
    (folder / "wheels").mkdir(parents=True)
    shutil.copy(wheel, folder / "wheels")
    (folder / "exports").mkdir()
    return folder


def run(command: str, folder: Path, machine: Path, **more: str) -> subprocess.CompletedProcess[str]:
    path = f"{machine}:/usr/bin:/bin"
    return bash(command, folder, PATH=path, PIP_NO_INDEX="1", PIP_DISABLE_PIP_VERSION_CHECK="1", **more)


def test_the_walk_through_tells_what_happens(tmp_path: Path, quick_path: str) -> None:
    assert PAGE.read_text(encoding="utf-8") == walked(tmp_path, PATH=quick_path), REFRESH
    hooks_check_what_is_committed(tmp_path, quick_path)


def hooks_check_what_is_committed(project: Path, quick_path: str) -> None:
    (repo,) = example(".pre-commit-config.yaml")["repos"]
    files = {hook["id"]: re.compile(hook["files"]) for hook in repo["hooks"]}
    for path, hooks in {
        "exports/Account.csv": {"sot-check"},
        "sot.yaml": {"sot-rules", "sot-check"},
        "rules/quality/gates.yaml": {"sot-rules", "sot-check"},
        "README.md": set(),
    }.items():
        assert {name for name, pattern in files.items() if pattern.search(path)} == hooks
    for hook in repo["hooks"]:
        done = bash(hook["entry"], project, PATH=quick_path)
        assert done.returncode == 0, done.stdout


def test_the_walk_through_goes_from_failing_to_passing() -> None:
    codes = re.findall(r"^exit code (\d)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert codes == ["0", "1", "0", "0", "1", "0"]


def test_the_workflow_and_the_job_work_on_a_fresh_machine(
    tmp_path: Path, machine: Path, quick_path: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    wheel = built(tmp_path_factory)
    github = repository(tmp_path / "github", wheel)
    for export in ("Account.csv", "CustomerSearchResults.csv"):
        shutil.copy(SAMPLE / export, github / "exports")
    decided_wrongly(github, quick_path)
    workflow_stops_at_the_open_blocker(github, machine)
    gitlab = repository(tmp_path / "gitlab", wheel)
    (gitlab / "exports" / "clients.csv").write_text("Client ID,Client Name\n1,Acme Ltd\n2,Best Ltd\n")
    job_passes(gitlab, machine)


def decided_wrongly(folder: Path, quick_path: str) -> None:
    """Leave nothing behind but a decision that makes one customer of two tax ids, as in the walk-through."""
    said = 'sot decide same netsuite:1587 netsuite:1827 --steward ana --reason "one address"'
    command = f"sot dedupe exports --quiet && {said} && rm -r sot-out golden_ids.csv history.jsonl"
    done = bash(command, folder, PATH=quick_path)
    assert done.returncode == 0, done.stdout


def workflow_stops_at_the_open_blocker(folder: Path, machine: Path) -> None:
    steps = example(".github/workflows/customers.yml")["jobs"]["check"]["steps"]
    codes, told, summary = [], "", folder / "summary.md"
    for step in steps:
        if "run" in step and (not any(codes) or asked_anyway(step, folder)):
            done = run(step["run"], folder, machine, GITHUB_STEP_SUMMARY=str(summary))
            codes.append(done.returncode)
            told += done.stdout
    assert codes == [0, 0, 0, 1, 0], told
    assert "::error file=exports/CustomerSearchResults.csv,line=588,title=no_open_blockers" in told
    assert summary.read_text(encoding="utf-8").startswith("**sot check failed**: 1 failed")
    uploads = [step for step in steps if "upload" in step.get("uses", "")]
    assert all(asked_anyway(step, folder) for step in uploads)
    wanted = (uploads[0]["with"]["sarif_file"], uploads[1]["with"]["path"], "sot-junit.xml")
    assert [name for name in wanted if not (folder / name).exists()] == []


def asked_anyway(step: dict[str, str], folder: Path) -> bool:
    """Tell whether a step runs although one before it failed: if it asks for it, and its file is there."""
    condition = step.get("if", "")
    file = re.search(r"hashFiles\('(.+?)'\) != ''", condition)
    return condition.startswith("always()") and (file is None or (folder / file[1]).exists())


def job_passes(folder: Path, machine: Path) -> None:
    job = example(".gitlab-ci.yml")["customers"]
    done = run("\n".join(job["script"]), folder, machine)
    assert done.returncode == 0, done.stdout
    wanted = (*job["artifacts"]["paths"], job["artifacts"]["reports"]["junit"])
    assert [name for name in wanted if not (folder / name).exists()] == []


def test_the_template_for_gitlab_is_the_job_of_the_page() -> None:
    """So the test above runs the template."""
    template = yaml.safe_load((PAGE.parents[1] / "gitlab-ci.yml").read_text(encoding="utf-8"))
    assert template == example(".gitlab-ci.yml")


def test_the_tests_run_the_sot_of_this_checkout(tmp_path: Path) -> None:
    assert bash("command -v sot", tmp_path).stdout.strip() == str(Path(sys.executable).parent / "sot")
