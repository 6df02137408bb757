"""docs/ci.md as a CI machine would have it: its YAML examples, and its walk-through run and written anew.

`python -m tests.check.ci_page` writes the outputs of the walk-through into the page.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "ci.md"
SAMPLE = ROOT / "sample_data"
CONSOLE = re.compile(r"```console\n(.*?)```", re.DOTALL)


def example(name: str) -> Any:
    """Give the YAML example whose first line names the file `name`."""
    (text,) = re.findall(
        rf"```yaml\n# {re.escape(name)}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL
    )
    # The key `on` of a workflow is read as true by YAML 1.1; nothing here asks for it.
    return yaml.safe_load(text)


def environment(**more: str) -> dict[str, str]:
    """Give the environment of a CI machine, on which `sot` and `python` are those of the tests."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "CI": "true", "NO_COLOR": "1", **more}


def bash(command: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command as GitHub's and GitLab's machines do: in bash, which stops at the first that fails."""
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", command],
        cwd=folder, env=environment(**more), text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
    )  # fmt: skip


def walked(folder: Path, **more: str) -> str:
    """Walk through in `folder`, and give the page with what every command wrote; `more` is for its environment."""
    # A machine of CI has no leftovers of other programs in its folder of temporary files.
    with tempfile.TemporaryDirectory() as spare:
        return CONSOLE.sub(
            lambda block: f"```console\n{_block(block[1], folder, {**more, 'TMPDIR': spare})}```",
            PAGE.read_text(encoding="utf-8"),
        )


def _block(text: str, folder: Path, more: dict[str, str]) -> str:
    lines = []
    for command in re.findall(r"^\$ (.*)$", text, re.MULTILINE):
        # As in a terminal, a command that fails does not end the session.
        done = bash("set +e; " + command.replace("../sample_data", str(SAMPLE)), folder, **more)
        told = done.stdout.replace(f"{folder.resolve()}/", "")
        lines += [f"$ {command}", *(line.rstrip() for line in told.splitlines())]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        PAGE.write_text(walked(Path(name)), encoding="utf-8")
