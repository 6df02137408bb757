"""The folder of a project: where what must outlive a run is kept."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from sot.errors import UsageError

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

    def require_files(self) -> None:
        """Refuse (UsageError) what has the name of a file of the project and is none: a pipe is never opened.

        A link is followed, but not to where nothing is: whoever made the folder would choose where sot writes.
        """
        for name in sorted((*KEPT, PROJECT_FILE)):
            path = self.folder / name
            if path.is_symlink() and not path.exists():
                raise UsageError(f"{path} is a link to nothing", "remove it, or bring back what it points to")
            if path.exists() and not path.is_file():
                raise UsageError(f"{path} is not a file", "sot keeps a file of this name here; move it away")

    def hashes(self) -> dict[str, str]:
        """Give the SHA-256 of what a person wrote here, by file name; what is not there is left out."""
        files = (self.folder / PROJECT_FILE, self.decisions)
        return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files if file.is_file()}


def find_project(start: Path) -> Project:
    """Give the nearest folder from `start` upwards that has a sot.yaml, else `start` itself."""
    if not start.is_dir():
        raise UsageError(f"{start}: there is no such folder", "create it, or leave out --project")
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / PROJECT_FILE).is_file():
            return Project(folder)
    return Project(start)
