"""Does a finished run still belong to its inputs, rules and decisions, and are its outputs untouched?"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sot.errors import InputError, RulesError
from sot.rules import Rulebook
from sot.workspace.project import Project
from sot.workspace.run_folder import MANIFEST, unfinished


@dataclass(frozen=True)
class Finding:
    """One file of the manifest: which part it is of, its name, and same, changed, missing or added."""

    part: str
    name: str
    state: str


def verify(run: Path, project: Project) -> list[Finding]:
    """Hash everything again that the manifest of `run` names, part by part."""
    manifest = _manifest(run)
    return [
        *_inputs(manifest, project),
        *_rules(manifest["rules"], Rulebook(project.rules)),
        *(_finding("project", name, project.folder / name, was) for name, was in manifest["project"].items()),
        *_outputs(manifest["outputs"], run),
    ]


def _manifest(run: Path) -> dict[str, Any]:
    path = run / MANIFEST
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise unfinished(run) from error
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: can't be read: {error}", "run sot dedupe again") from error
    missing = [key for key in ("inputs", "rules", "project", "outputs") if key not in found]
    if missing:
        raise InputError(f"{path}: '{missing[0]}' is missing", "run sot dedupe again")
    assert isinstance(found, dict)
    return found


def _inputs(manifest: dict[str, Any], project: Project) -> Iterator[Finding]:
    """A workbook stands there once for each sheet, but is one file; a database has no hash."""
    hashes = {entry["path"]: entry["sha256"] for entry in manifest["inputs"] if entry["sha256"]}
    for name, was in sorted(hashes.items()):
        path = Path(name)
        yield _finding("input", name, path if path.exists() else project.folder / path, was)


def _rules(hashes: dict[str, str], rules: Rulebook) -> Iterator[Finding]:
    for name, was in hashes.items():
        try:
            yield _finding("rules", name, rules.path(name), was)
        except RulesError:
            yield Finding("rules", name, "missing")


def _outputs(hashes: dict[str, str], run: Path) -> Iterator[Finding]:
    for name, was in hashes.items():
        yield _finding("output", name, run / name, was)
    there = {path.relative_to(run).as_posix() for path in run.rglob("*") if path.is_file()}
    for name in sorted(there - set(hashes) - {MANIFEST}):
        yield Finding("output", name, "added")


def _finding(part: str, name: str, path: Path, was: str) -> Finding:
    if not path.is_file():
        return Finding(part, name, "missing")
    with path.open("rb") as file:
        now = hashlib.file_digest(file, "sha256").hexdigest()
    return Finding(part, name, "same" if now == was else "changed")
