"""Every fix file against the import form of its system: the columns, the countries, what must not be in it."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sot import pipeline
from sot.emit.fixes import write_fixes
from sot.model.run import Run, Silent
from sot.model.sources import InputSpec
from sot.rules import Rulebook
from sot.rules.project import CompanySettings, Settings
from sot.rules.systems import SystemRules
from sot.workspace.project import Project
from tests.emit.runs import make_run

RULES = Rulebook()
WRITABLE = [
    name.removeprefix("systems/").removesuffix(".yaml")
    for name in RULES.names("systems")
    if name != "systems/unknown.yaml" and RULES.get(name, SystemRules).write_back is not None
]
IMPORTED = [
    system
    for system in WRITABLE
    if (back := RULES.get(f"systems/{system}.yaml", SystemRules).write_back) is not None
    and back.create | back.columns
]
"""Systems whose import form the rules describe; of the others the export itself is the form."""


def run_of(system: str, department: str) -> Run:
    """Make a run in which another system knows two customers that `system` lacks, and test accounts."""
    other = "salesforce" if system != "salesforce" else "netsuite"
    home = "finance" if other == "netsuite" else "crm"
    here: dict[str, Any] = {"system": system, "department": department, "object": "account"}
    there: dict[str, Any] = {"system": other, "department": home, "object": "account"}
    run = make_run(
        [
            here | {"record_id": "1", "golden_id": "C1", "name": "Known Works", "n_name": "known works",
                    "country": "U.S.A.", "n_country": "US"},
            there | {"record_id": "001A", "golden_id": "C1", "name": "Known Works", "n_name": "known works"},
            there | {"record_id": "001B", "golden_id": "C2", "name": "New Works", "n_name": "new works"},
            there | {"record_id": "001C", "golden_id": "C3", "name": "Neue Werke", "n_name": "neue werke"},
            there | {"record_id": "001D", "golden_id": "C4", "name": "Test Account", "n_name": "test account"},
            there | {"record_id": "001E", "golden_id": "C5", "name": "Acme (demo)", "n_name": "acme",
                     "n_marks": ["test"]},
            there | {"record_id": "001F", "golden_id": "C6", "name": "Cash Sales"},
        ]
    )  # fmt: skip
    places = {
        "C2": ("1 High St", "Seattle", "WA", "98107", "US"),
        "C3": ("Alte Str. 1", "Berlin", None, "10115", "DE"),
    }
    columns = ("street", "city", "region", "postcode", "country")
    golden = run.resolution.golden
    for i, column in enumerate(columns):
        values = [places.get(golden_id, (None,) * 5)[i] for golden_id in golden["golden_id"]]
        golden = golden.with_columns(pl.Series(column, values, dtype=pl.String))
    golden = golden.with_columns(is_test=pl.col("golden_id").is_in(["C4", "C5"]))
    return replace(
        run,
        resolution=replace(run.resolution, golden=golden),
        settings=Settings(company=CompanySettings(core_systems=(system, other))),
    )


@pytest.mark.parametrize("system", IMPORTED)
def test_a_file_of_new_records_is_what_the_import_of_the_system_takes(system: str, tmp_path: Path) -> None:
    rules = RULES.get(f"systems/{system}.yaml", SystemRules)
    back = rules.write_back
    assert back is not None
    write_fixes(tmp_path, run_of(system, rules.department), RULES)
    with (tmp_path / system / "create.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    form = back.create or back.columns
    assert set(rows[0]) <= set(form.values()), "no column that the import doesn't know"
    assert all(form[field] in rows[0] for field in back.required)
    assert sorted(row[form["name"]] for row in rows) == ["Neue Werke", "New Works"], (
        "no test, no demo, no cash account"
    )
    assert not any(value in ("C2", "C3") for row in rows for value in row.values()), (
        "no golden id unannounced"
    )
    by_name = {row[form["name"]]: row for row in rows}
    if "country" in form:
        assert by_name["New Works"][form["country"]] == "U.S.A.", "as the system's own records write it"
        assert by_name["Neue Werke"][form["country"]] == ("DE" if back.countries == "codes" else "Germany")
    if "street" in form and "city" not in form:
        whole = by_name["New Works"][form["street"]]
        assert whole == "1 High St, Seattle WA 98107, U.S.A."


def test_jobs_and_sites_of_a_customer_are_created_nowhere(tmp_path: Path) -> None:
    job: dict[str, Any] = {"system": "quickbooks_online", "department": "finance", "parent_name": "Acme"}
    here = {"system": "salesforce", "department": "crm"}
    run = make_run(
        [
            here | {"record_id": "001A", "golden_id": "C1", "name": "Bolt", "n_name": "bolt"},
            job | {"record_id": "Acme:Site", "golden_id": "C2", "name": "Acme:Site", "n_name": "acme site"},
        ]
    )
    settings = Settings(company=CompanySettings(core_systems=("salesforce", "quickbooks_online")))
    write_fixes(tmp_path, replace(run, settings=settings), RULES)
    assert not (tmp_path / "salesforce").exists()
    assert (tmp_path / "quickbooks_online" / "create.csv").exists()


@pytest.fixture(scope="module")
def read_back(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Write the file of new records of each system; give the names that one run reads of each."""
    folder = tmp_path_factory.mktemp("read-back")
    (folder / "exports").mkdir()
    specs, sources = [], []
    for system in IMPORTED:
        rules = RULES.get(f"systems/{system}.yaml", SystemRules)
        back = rules.write_back
        assert back is not None
        write_fixes(folder / system, run_of(system, rules.department), RULES)
        export = folder / "exports" / f"{system}.csv"
        (folder / system / system / "create.csv").rename(export)
        form = back.create or back.columns
        sources.append(f"  '{system}.csv':\n    object: account\n    fields: {{name: '{form['name']}'}}\n")
        specs.append(InputSpec(str(export), system))
    (folder / "sot.yaml").write_text("sources:\n" + "".join(sources))
    run = pipeline.dedupe(specs, Project(folder), folder / "out", Silent(), datetime(2026, 1, 1, 12))
    names: dict[str, list[str]] = {system: [] for system in IMPORTED}
    for system, name in run.records.select("system", "name").iter_rows():
        names[system].append(name)
    return names


@pytest.mark.parametrize("system", IMPORTED)
def test_a_file_of_new_records_is_read_back_as_the_customers_that_it_creates(
    system: str, read_back: dict[str, list[str]]
) -> None:
    assert sorted(read_back[system]) == ["Neue Werke", "New Works"]


@pytest.mark.parametrize("system", WRITABLE)
def test_a_golden_id_stands_where_the_rule_says_and_the_readme_says_so(system: str, tmp_path: Path) -> None:
    rules = RULES.get(f"systems/{system}.yaml", SystemRules)
    own = tmp_path / "rules"
    (own / "systems").mkdir(parents=True)
    text = RULES.path(f"systems/{system}.yaml").read_text(encoding="utf-8")
    head, _, tail = text.partition("write_back:\n")
    create = "" if "\n  create:" in tail or "\n  columns:" in tail else "  create: {name: Name}\n"
    (own / "systems" / f"{system}.yaml").write_text(
        f"{head}write_back:\n  golden_id: Golden_Id__c\n{create}{tail}", encoding="utf-8"
    )
    write_fixes(tmp_path / "fixes", run_of(system, rules.department), Rulebook(own))
    with (tmp_path / "fixes" / system / "create.csv").open(encoding="utf-8", newline="") as file:
        assert [row["Golden_Id__c"] for row in csv.DictReader(file)] == ["C2", "C3"]
    assert "`Golden_Id__c` holds the golden id" in (tmp_path / "fixes" / system / "README.md").read_text()


def test_link_files_hold_the_ids_of_the_other_systems(tmp_path: Path) -> None:
    write_fixes(tmp_path, run_of("netsuite", "finance"), RULES)
    with (tmp_path / "salesforce" / "links.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.DictReader(file)) == [{"Id": "001A", "netsuite_conn__NetSuite_Id__c": "1"}]
    with (tmp_path / "netsuite" / "links.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.DictReader(file)) == [{"Internal ID": "1", "Salesforce ID": "001A"}]
