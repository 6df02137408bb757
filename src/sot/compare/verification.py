"""Does a finished run still belong to its inputs, rules and decisions, and are its outputs untouched?"""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sot.errors import InputError, RulesError
from sot.rules import Rulebook
from sot.workspace.path_hash import path_hash
from sot.workspace.project import Project
from sot.workspace.run_folder import MANIFEST, unfinished

FilesIn = Callable[[Path], Iterable[Path]]


@dataclass(frozen=True)
class Finding:
    """One file of the manifest: which part it is of, its name, and same, changed, missing or added."""

    part: str
    name: str
    state: str


def verify(run: Path, project: Project, files_in: FilesIn) -> list[Finding]:
    """Hash everything again that the manifest of `run` names, part by part, and find what was added since.

    `files_in` gives the files of a folder that would be read as exports.
    """
    manifest = _manifest(run)
    return [
        *_inputs(manifest, project),
        *_added_inputs(manifest, project, files_in),
        *_rules(manifest["rules"], Rulebook(project.rules)),
        *_added_rules(manifest, Rulebook(project.rules)),
        *_project(manifest["project"], project),
        *_outputs(manifest["outputs"], run),
    ]


def _manifest(run: Path) -> dict[str, Any]:
    path = run / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise unfinished(run) from error
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: can't be read: {error}", "run sot dedupe again") from error
    missing = [key for key in ("inputs", "rules", "project", "outputs") if key not in manifest]
    if missing:
        raise InputError(f"{path}: '{missing[0]}' is missing", "run sot dedupe again")
    assert isinstance(manifest, dict)
    return manifest


def _inputs(manifest: dict[str, Any], project: Project) -> Iterator[Finding]:
    """A workbook stands there once for each sheet, but is one file; a database has no hash."""
    hashes = {entry["path"]: entry["sha256"] for entry in manifest["inputs"] if entry["sha256"]}
    for name, was in sorted(hashes.items()):
        path = (
            Path(name)
            if Path(name).exists() or any(parent.is_file() for parent in Path(name).parents)
            else project.folder / name
        )
        archive = next((parent for parent in path.parents if parent.is_file()), None)
        if archive is None:
            yield _finding("input", name, path, was)
        else:
            yield Finding("input", name, _member_state(archive, path.relative_to(archive).as_posix(), was))


def _member_state(archive: Path, name: str, was: str) -> str:
    """Tell what became of a file in an archive."""
    try:
        with zipfile.ZipFile(archive) as opened:
            now = hashlib.sha256(opened.read(name)).hexdigest()
    except (OSError, KeyError, zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error):
        return "missing"
    return "same" if now == was else "changed"


def _added_inputs(manifest: dict[str, Any], project: Project, files_in: FilesIn) -> Iterator[Finding]:
    """Give the files that a run over the same paths would find, and this one did not."""
    known = {entry["path"] for entry in manifest["inputs"]} | set(manifest.get("not_read", ()))
    archives = {str(parent) for path in known for parent in Path(path).parents}
    for name in manifest.get("paths", ()):
        root = Path(name) if Path(name).exists() else project.folder / name
        if root.is_dir():
            given = (str(Path(name) / path.relative_to(root)) for path in files_in(root))
            yield from (Finding("input", file, "added") for file in sorted(set(given) - known - archives))


def _added_rules(manifest: dict[str, Any], rules: Rulebook) -> Iterator[Finding]:
    """Give the files of the project's own rules that were not there, used or not."""
    there = set(manifest.get("own_rules", ())) | set(manifest["rules"])
    yield from (Finding("rules", name, "added") for name in rules.own_files() if name not in there)


def _project(hashes: dict[str, str], project: Project) -> Iterator[Finding]:
    for name, was in hashes.items():
        yield _finding("project", name, project.folder / name, was)
    for name in sorted(set(project.hashes()) - set(hashes)):
        yield Finding("project", name, "added")


def _rules(hashes: dict[str, str], rules: Rulebook) -> Iterator[Finding]:
    for name, was in hashes.items():
        try:
            yield _finding("rules", name, rules.path(name), was)
        except RulesError:
            yield Finding("rules", name, "missing")


def _outputs(hashes: dict[str, str], run: Path) -> Iterator[Finding]:
    with ThreadPoolExecutor() as pool:
        yield from pool.map(lambda name: _finding("output", name, run / name, hashes[name]), hashes)
    there = {path.relative_to(run).as_posix() for path in run.rglob("*") if path.is_file()}
    for name in sorted(there - set(hashes) - {MANIFEST}):
        yield Finding("output", name, "added")


def _finding(part: str, name: str, path: Path, was: str) -> Finding:
    if not (path.is_file() or (part == "input" and path.is_dir())):
        return Finding(part, name, "missing")
    return Finding(part, name, "same" if path_hash(path) == was else "changed")
