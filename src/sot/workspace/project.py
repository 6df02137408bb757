"""The folders of a project and of a run: found, locked against half-written output, replaced as a whole."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sot.errors import UsageError
from sot.workspace.path_hints import looked_for

MANIFEST = "manifest.json"
PROJECT_FILE = "sot.yaml"
SCHEMA = "sot.schema.json"
DECISIONS, LEDGER, REDIRECTS = "decisions.jsonl", "golden_ids.csv", "golden_redirects.csv"
HISTORY, BASELINE, SAMPLE = "history.jsonl", "baseline.json", "review_sample.csv"

KEPT = frozenset((SCHEMA, DECISIONS, LEDGER, REDIRECTS, HISTORY, BASELINE, SAMPLE))
"""Files that sot keeps in a project's folder, where exports may lie beside them."""

ANSWERS = ("case", "verdict", "relation", "only", "note")
"""The first columns of a workbook that `sot review --export` wrote."""


@dataclass(frozen=True)
class Project:
    """The folder that holds what must outlive a run: decisions, ledger, history, settings, own rules."""

    folder: Path

    @property
    def file(self) -> Path | None:
        """The project file, if there is one."""
        path = self.folder / PROJECT_FILE
        return path if path.is_file() else None

    @property
    def rules(self) -> Path | None:
        """The project's own rules folder, if there is one."""
        path = self.folder / "rules"
        return path if path.is_dir() else None

    @property
    def decisions(self) -> Path:
        """Where the decisions are appended."""
        return self.folder / DECISIONS

    @property
    def ledger(self) -> Path:
        """Where golden ids and their members are kept from run to run."""
        return self.folder / LEDGER

    @property
    def history(self) -> Path:
        """Where every run appends its figures."""
        return self.folder / HISTORY

    def hashes(self) -> dict[str, str]:
        """Give the SHA-256 of what a person wrote here, by file name; what is not there is left out."""
        files = (self.folder / PROJECT_FILE, self.decisions)
        return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files if file.is_file()}


def find_project(start: Path) -> Project:
    """Give the nearest folder from `start` upwards that has a sot.yaml, else `start` itself."""
    if not start.is_dir():
        raise UsageError(f"{start}: there is no such folder", "make it, or leave out --project")
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / PROJECT_FILE).is_file():
            return Project(folder)
    return Project(start)


def unfinished(run: Path) -> UsageError:
    """Give the error that `run` holds no finished run, with the runs that lie near it."""
    if run.exists():
        return UsageError(f"{run} holds no finished run", "run sot dedupe first, or name its output folder")
    near = looked_for(run, "finished run", lambda folder: (folder / MANIFEST).is_file())
    return UsageError(
        f"{run}: there is no such folder, so no finished run",
        f"{near}\nif there is none yet, run sot dedupe first",
    )


def run_digest(out: Path) -> str:
    """Give the digest of the finished run in `out`, by which the history knows it; "" where there is none."""
    try:
        found = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    return str(found.get("digest", "")) if isinstance(found, dict) else ""


def require_writable(folder: Path) -> None:
    """Make sure that files can be made in `folder`: a run that could not be remembered is better not begun."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise unwritable(folder, error) from error


def unwritable(path: Path, error: OSError) -> UsageError:
    """Give the error that `path` can't be written."""
    return UsageError(
        f"{path}: can't write there: {error.strerror or error}",
        "look at the folder, its rights and the room on the disk",
    )


@contextmanager
def output_folder(out: Path, otherwise: str = "choose another folder with --out") -> Iterator[Path]:
    """Give an empty folder to write a run into; it becomes `out` as a whole when the block ends well.

    An earlier run in `out` is replaced; anything else that is there is never touched (UsageError, whose hint says
    what to do `otherwise`).
    """
    _check_replaceable(out, otherwise)
    parent = out.resolve().parent
    try:
        parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=f".{out.name}.", suffix=".partial", dir=parent))
    except OSError as error:
        raise UsageError(f"{out}: can't write there: {error.strerror}", otherwise) from error
    try:
        yield partial
        _check_replaceable(out, otherwise)
        _replace(out, partial)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _check_replaceable(out: Path, otherwise: str) -> None:
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out} is a file, not a folder", otherwise)
    if out.is_dir() and any(out.iterdir()) and not (out / MANIFEST).is_file():
        raise UsageError(
            f"{out} holds files that are not of an earlier run, so it is left alone",
            f"empty it, or {otherwise}",
        )


def _replace(out: Path, partial: Path) -> None:
    partial.chmod(0o755)
    if not out.exists():
        partial.replace(out)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{out.name}.", suffix=".old", dir=partial.parent))
    out.replace(old / "run")
    try:
        partial.replace(out)
    except OSError:
        (old / "run").replace(out)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is either the old one or the new one, never a half; UsageError if that can't be."""
    try:
        _write_whole(path, data)
    except OSError as error:
        raise unwritable(path, error) from error


def _write_whole(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
