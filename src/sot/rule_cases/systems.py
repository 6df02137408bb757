"""Cases of the systems: headers and small tables, and what they must be taken for."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path
from typing import Any

from sot.model.sources import InputSpec
from sot.read import survey_exports
from sot.read.columns.known_systems import catalogue
from sot.rule_cases.changed import Change
from sot.rule_cases.listed import listed
from sot.rules import Rulebook
from sot.rules.loader import RuleModel
from sot.rules.project import Settings
from sot.rules.systems import system_rules


class HeaderCase(RuleModel):
    """A header row, and the system and object that it must be recognised as (null: unknown)."""

    name: str
    header: tuple[str, ...]
    system: str | None = None
    object: str | None = None


class TableCase(RuleModel):
    """A small table of an unknown system, and what its columns must be taken for."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    object: str
    record_id: str | None = None
    fields: dict[str, str]


def headers(name: str, rules: Rulebook, settings: Settings) -> list[str]:
    """Recognise each header of a file; give a sentence for each that is taken for something else."""
    del settings
    known = catalogue(system_rules(rules))
    wrong = []
    for case in listed(name, rules, HeaderCase):
        match = known.recognise(list(case.header))
        system = match.system.system if match else None
        kind = match.object if match and match.object != "other" else None
        if (system, kind) != (case.system, case.object):
            wrong.append(
                f"{name}: {case.name}: is taken for {system} {kind}, expected {case.system} {case.object}"
            )
    return wrong


def tables(name: str, rules: Rulebook, settings: Settings, made: tuple[Change, ...]) -> list[str]:
    """Read the small tables of a file which the changes touch; give a sentence for each column taken for another.

    A known system's file touches only tables whose header it is recognised by.
    """
    cases = listed(name, rules, TableCase)
    if all(change.file.startswith("systems/") and change.file != "systems/unknown.yaml" for change in made):
        before, after = catalogue(system_rules(Rulebook())), catalogue(system_rules(rules))
        cases = tuple(
            case
            for case in cases
            if before.recognise(list(case.header)) != after.recognise(list(case.header))
        )
    if not cases:
        return []
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"table {number}" / "export.csv" for number in range(len(cases))]
        for case, path in zip(cases, paths, strict=True):
            path.parent.mkdir()
            with path.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows([case.header, *case.rows])
        sources = {
            Path(source.path): source
            for source in survey_exports([InputSpec(str(path)) for path in paths], rules, settings).sources
        }
    for case, path in zip(cases, paths, strict=True):
        source = sources[path]
        got: dict[str, Any] = {
            "object": source.object, "record_id": source.record_id, "fields": source.fields,
        }  # fmt: skip
        wrong += [
            f"{name}: {case.name}: {what} is {value}, expected {getattr(case, what)}"
            for what, value in got.items()
            if value != getattr(case, what)
        ]
    return wrong
