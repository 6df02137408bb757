"""Ways to profile a few lines of export in a test."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sot import pipeline
from sot.model.sources import InputSpec
from sot.profile import ColumnProfile, Finding, Profile
from sot.workspace.project import Project
from tests.read.reading import table


def profiled(*paths: Path, project: Path | None = None) -> Profile:
    """Profile files or folders, as `sot profile` does."""
    return pipeline.profile([InputSpec(str(path)) for path in paths], Project(project or Path("nowhere")))


def columns(folder: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, ColumnProfile]:
    """Profile one account list, and give its columns by their headers."""
    (source,) = profiled(table(folder / "accounts.csv", header, rows)).sources
    assert source.error is None
    return {column.column: column for column in source.columns}


def column(folder: Path, header: str, values: Sequence[str]) -> ColumnProfile:
    """Profile one column beside an id and a name that are in order."""
    rows = [[f"A{at:03}", f"Firm {chr(65 + at % 26)}{at}", value] for at, value in enumerate(values)]
    return columns(folder, ["Id", "Company", header], rows)[header]


def finding(column: ColumnProfile, kind: str) -> Finding | None:
    """Give what is told of a kind, if anything is."""
    return next((one for one in column.findings if one.kind == kind), None)
