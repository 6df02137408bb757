"""The cases of `rules/cases/`: named examples, and whether the rules in force do what they say."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import polars as pl
from pydantic import Field, RootModel

from sot.cluster.golden_ids import assign
from sot.match import match
from sot.match.names.background_frequencies import load_background
from sot.model.decisions import no_constraints
from sot.model.run import Clustering, Resolution
from sot.model.sources import InputSpec
from sot.model.tables import (
    ACCOUNT_FIELDS,
    CLUSTERS,
    DOCUMENTS,
    MEMBERSHIPS,
    QUESTIONS,
    RECORDS,
    RELATED,
    conform,
    empty,
)
from sot.normalise import normalise
from sot.read import survey_exports
from sot.read.columns.known_systems import catalogue
from sot.resolve import resolve
from sot.rule_cases import gates as quality
from sot.rule_cases import handoffs
from sot.rule_cases import normalisation as naming
from sot.rules import Rulebook
from sot.rules.loader import RuleModel
from sot.rules.project import Settings
from sot.rules.systems import system_rules
from sot.workspace.golden_id_ledger import no_ledger

Case = TypeVar("Case", bound=RuleModel)


class GovernanceCase(RuleModel):
    """The records of one customer, and what must become of them."""

    why: str
    governance: str | None = None
    given: tuple[dict[str, str], ...]
    expect: dict[str, str | None] = Field(default={})
    rules: dict[str, str] = Field(default={})
    conflicts: tuple[str, ...] = ()


class GovernanceCases(RuleModel):
    """All cases of a file."""

    cases: tuple[GovernanceCase, ...]


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


class PairCase(RuleModel):
    """Two records of two systems, and what matching must make of them."""

    why: str
    left: dict[str, str]
    right: dict[str, str]
    form: str | None = None
    band: tuple[str, ...]


_CONCERNED = {
    "naming": ("cases/naming_", "cases/matching_"),
    "matching": ("cases/matching_",),
    "governance": ("cases/governance_",),
    "quality": ("cases/quality_",),
    "handoffs": ("cases/handoffs_",),
    "systems": ("cases/systems_",),
}
"""Which cases a change of a rules folder can break."""


def concerned(rules: Rulebook) -> list[str]:
    """Give the files of cases that the project's own rules can break: those of the same subject, and its own cases."""
    own = rules.own_files()
    prefixes = tuple(prefix for name in own for prefix in _CONCERNED.get(name.split("/")[0], ()))
    return [name for name in rules.names("cases") if name in own or name.startswith(prefixes)]


def failures(rules: Rulebook, settings: Settings, names: Sequence[str]) -> list[str]:
    """Run the cases of the files `names`; give a sentence for each case that fails."""
    runners: dict[str, Callable[[str, Rulebook, Settings], list[str]]] = {
        "cases/naming_": lambda name, book, _: naming.failures(name, book),
        "cases/governance_": _governance,
        "cases/matching_": _pairs,
        "cases/quality_": lambda name, book, _: quality.failures(name, book, normalise),
        "cases/handoffs_": handoffs.failures,
        "cases/systems_headers": _headers,
        "cases/systems_unknown": _tables,
    }
    found: list[str] = []
    for name in names:
        runner = next((run for prefix, run in runners.items() if name.startswith(prefix)), None)
        if runner is None:
            found.append(f"{name}: nothing runs these cases; names begin with {', '.join(sorted(runners))}")
        else:
            found += runner(name, rules, settings)
    return found


def _governance(name: str, rules: Rulebook, settings: Settings) -> list[str]:
    found = []
    for case in rules.get(name, GovernanceCases).cases:
        preset = settings.model_copy(update={"governance": case.governance or settings.governance})
        golden_id, result = _resolved(case.given, preset, rules)
        found += [f"{name}: {case.why}: {what}" for what in _differences(case, golden_id, result)]
    return found


def _resolved(given: Sequence[dict[str, str]], settings: Settings, rules: Rulebook) -> tuple[str, Resolution]:
    """Resolve the records as one customer, but for those that say that they are `customer: another`."""
    rows = [
        {"uid": uid, "object": "account", "source": "cases", "row": uid, "record_id": str(uid), **row}
        for uid, row in enumerate(sorted(given, key=lambda row: row.get("customer", "")))
    ]
    names = [*RECORDS, *ACCOUNT_FIELDS]
    table = [{name: row.get(name) for name in names} for row in rows]
    records = normalise(pl.DataFrame(table, schema=dict(RECORDS)), rules)
    group = pl.Series("group", [row.get("customer", "") for row in rows])
    members = records.select("uid", group).with_columns(pl.col("uid").min().over("group").alias("cluster"))
    ids = assign(members, records, no_ledger())
    sure = [pl.lit(1.0).alias("match_probability"), pl.lit("model").alias("linked_by")]
    members = members.join(ids.golden_ids, on="cluster").sort("uid").with_columns(sure)
    sizes = (
        members.group_by("cluster", "golden_id")
        .agg(pl.len().alias("size"))
        .with_columns(sure[0], pl.lit("auto").alias("status"))
    )
    clustering = Clustering(
        conform(members, MEMBERSHIPS), conform(sizes.sort("cluster"), CLUSTERS), empty(RELATED),
        empty(QUESTIONS), ids.members, ids.changes,
    )  # fmt: skip
    result = resolve(records, empty(DOCUMENTS), clustering, no_constraints(), settings, rules)
    return members["golden_id"][0], result


def _differences(case: GovernanceCase, golden_id: str, result: Resolution) -> list[str]:
    mine = pl.col("golden_id") == golden_id
    golden = result.golden.filter(mine).row(0, named=True)
    rules = dict(result.provenance.filter(mine).select("field", "rule").collect().iter_rows())
    reported = {
        " ".join(filter(None, row)) for row in result.conflicts.filter(mine).select("kind", "field").rows()
    }
    found = [
        f"{field} is {golden.get(field)!r}, expected {wanted!r}"
        for field, wanted in case.expect.items()
        if golden.get(field) != wanted
    ]
    found += [
        f"{field} was decided by '{rules.get(field)}', expected '{wanted}'"
        for field, wanted in case.rules.items()
        if rules.get(field) != wanted
    ]
    return found + [f"there is no conflict '{wanted}'" for wanted in case.conflicts if wanted not in reported]


def _headers(name: str, rules: Rulebook, settings: Settings) -> list[str]:
    known = catalogue(system_rules(rules))
    found = []
    for case in _listed(name, rules, HeaderCase):
        match = known.recognise(list(case.header))
        system = match.system.system if match else None
        kind = match.object if match and match.object != "other" else None
        if (system, kind) != (case.system, case.object):
            found.append(
                f"{name}: {case.name}: is taken for {system} {kind}, expected {case.system} {case.object}"
            )
    return found


def _tables(name: str, rules: Rulebook, settings: Settings) -> list[str]:
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for case in _listed(name, rules, TableCase):
            path = Path(folder) / "export.csv"
            with path.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows([case.header, *case.rows])
            source = survey_exports([InputSpec(str(path))], rules, settings).sources[0]
            got: dict[str, Any] = {
                "object": source.object, "record_id": source.record_id, "fields": source.fields,
            }  # fmt: skip
            found += [
                f"{name}: {case.name}: {what} is {value}, expected {getattr(case, what)}"
                for what, value in got.items()
                if value != getattr(case, what)
            ]
    return found


OTHERS = 3000
"""Customers among which the pairs of a file of matching cases are looked for."""


def _pairs(name: str, rules: Rulebook, settings: Settings) -> list[str]:
    cases = _listed(name, rules, PairCase)
    rows = [(case.left, "left") for case in cases] + [(case.right, "right") for case in cases]
    others = _other_names(rules)
    rows += [({"name": other}, "left") for other in others]
    # Most customers of one system are known to the other, as in life: it is from them that the prior is learned.
    rows += [({"name": other}, "right") for i, other in enumerate(others) if i % 3]
    table = [
        {"uid": uid, "system": system, "record_id": str(uid), "object": "account"}
        | {field: given.get(field) for field in ACCOUNT_FIELDS}
        for uid, (given, system) in enumerate(rows)
    ]
    found = match(normalise(pl.DataFrame(table, schema=dict(RECORDS)), rules), rules)
    forms = next(c["levels"] for c in found.parameters["comparisons"] if c["name"] == "name_form")
    level = {form["gamma"]: "same words" if form["same_words"] else form["name"] for form in forms}
    got = {
        left: (level.get(gamma), band)
        for left, right, gamma, band in found.pairs.select(
            "uid_l", "uid_r", "gamma_name_form", "band"
        ).iter_rows()
        if right == left + len(cases)
    }
    problems = []
    for i, case in enumerate(cases):
        form, band = got.get(i, (None, "apart"))
        if case.form and form != case.form:
            problems.append(f"{name}: {case.why}: the names are '{form}', expected '{case.form}'")
        if band not in case.band:
            problems.append(f"{name}: {case.why}: the pair is {band}, expected {' or '.join(case.band)}")
    return problems


def _other_names(rules: Rulebook) -> list[str]:
    """Make up names of two words each out of the background: every n-th word with one from far away."""
    words = load_background(rules.path("matching/background_tokens.csv.gz")).tokens["token"].sort().to_list()
    step = len(words) // OTHERS
    return [f"{words[i * step]} {words[(i * step * 7 + 13) % len(words)]}" for i in range(OTHERS)]


def _listed(name: str, rules: Rulebook, model: type[Case]) -> tuple[Case, ...]:
    """Read a file that is a bare list of cases."""
    listed: type[RootModel[tuple[Case, ...]]] = RootModel[tuple[model, ...]]  # type: ignore[valid-type]
    return rules.get(name, listed).root
