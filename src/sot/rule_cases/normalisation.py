"""Named examples of the naming rules (rules/cases/naming_*.yaml), and whether the rules in force do them."""

from __future__ import annotations

import polars as pl

from sot.model.tables import ACCOUNT_FIELDS, RECORDS
from sot.normalise.stage import normalise
from sot.rule_cases.changed import Change
from sot.rules import Rulebook
from sot.rules.loader import RuleModel

Expected = str | tuple[str, ...] | None


class Case(RuleModel):
    """One record of a system: some raw fields, and what some of its normalised columns have to be."""

    given: dict[str, str | None]
    expect: dict[str, Expected]
    system: str = "cases"
    why: str | None = None


class CaseFile(RuleModel):
    """All cases of a file; they are normalised as the records of one run."""

    cases: tuple[Case, ...]


def case_files(rules: Rulebook) -> list[str]:
    """Give the names of the files with naming cases."""
    return [name for name in rules.names("cases") if name.startswith("cases/naming_")]


def failures(name: str, rules: Rulebook, made: tuple[Change, ...]) -> list[str]:
    """Give a sentence for every case of the file `name` that the rules in force do not fulfil.

    Cases that the changes do not touch are left out. Spellings are learned from all names of a list, so the whole file
    is run where one of the others fails.
    """
    every = rules.get(name, CaseFile).cases
    touched = [change.touched([case.given.values() for case in every]) for change in made]
    cases = tuple(case for case, *hits in zip(every, *touched, strict=True) if any(hits))
    if len(cases) < len(every) and not _wrong(name, cases, rules):
        return []
    return _wrong(name, every, rules)


def _wrong(name: str, cases: tuple[Case, ...], rules: Rulebook) -> list[str]:
    """Normalise the cases as the records of one run; give a sentence for each that comes out differently."""
    if not cases:
        return []
    result = normalise(_records(cases), rules)
    return [
        f"{name}: {_shown(case.given)}: {column} is {_value(got)!r}, expected {_value(wanted)!r}"
        for case, row in zip(cases, result.iter_rows(named=True), strict=True)
        for column, wanted in case.expect.items()
        if _value(got := row.get(column, "no column")) != _value(wanted)
    ]


def _records(cases: tuple[Case, ...]) -> pl.DataFrame:
    rows = [
        {"uid": uid, "system": case.system, "record_id": str(uid)}
        | {field: case.given.get(field) for field in ACCOUNT_FIELDS}
        for uid, case in enumerate(cases)
    ]
    return pl.DataFrame(rows, schema=dict(RECORDS))


def _value(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return " | ".join(value) if isinstance(value, list | tuple) else str(value).lower()


def _shown(given: dict[str, str | None]) -> str:
    return ", ".join(f"{field} '{value}'" for field, value in given.items())
