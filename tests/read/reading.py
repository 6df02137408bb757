"""Ways to read a few lines of export in a test."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from sot.model.run import Silent
from sot.model.sources import Import, InputSpec, Source
from sot.read import read_exports, survey_exports
from sot.rules import Rulebook
from sot.rules.project import Settings

RULES = Rulebook()


def survey(*paths: Path | str, settings: Settings | None = None) -> Import:
    """Look at files without failing on bad ones; `SYSTEM=PATH` names the system."""
    found = survey_exports([_spec(str(path)) for path in paths], RULES, settings or Settings())
    accounted(found)
    return found


def read(*paths: Path | str, settings: Settings | None = None) -> Import:
    """Read files as `sot dedupe` does."""
    found = read_exports([_spec(str(path)) for path in paths], RULES, settings or Settings(), Silent())
    accounted(found)
    return found


def accounted(found: Import) -> None:
    """Hold every table to it: rows in = records + rejects + skipped."""
    for source in found.sources:
        if not source.error:
            told = source.records + source.rejected + sum(source.skipped.values())
            assert source.rows == told, (source.path, source.rows, source.records, source.skipped)


def one(path: Path | str, settings: Settings | None = None) -> tuple[Source, Import]:
    """Look at one file that holds one table."""
    found = survey(path, settings=settings)
    assert len(found.sources) == 1, found.sources
    return found.sources[0], found


def table(path: Path, header: Sequence[str], rows: Sequence[Sequence[str]], delimiter: str = ",") -> Path:
    """Write a CSV file."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(header)
    writer.writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8")
    return path


def names(found: Import) -> list[str | None]:
    """Give the names of the records in the order of their rows."""
    return found.records.sort("source", "sheet", "row")["name"].to_list()


def _spec(argument: str) -> InputSpec:
    system, equals, path = argument.partition("=")
    said = equals and "/" not in system and "://" not in system
    return InputSpec(path, system) if said else InputSpec(argument)
