"""Two finished runs beside each other, and a finished run beside what it was made from."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from sot import pipeline
from sot.cli.errors import run as main
from sot.compare import Difference, State, finished, verify
from sot.compare import difference as compare
from sot.errors import UsageError
from sot.model.run import Silent
from sot.model.sources import InputSpec
from sot.model.tables import CONFLICTS, EXCEPTIONS, empty
from sot.read import files_in
from sot.workspace.project import Project

HEAD = "Id,Name,Website,Phone,BillingStreet,BillingCity,BillingPostalCode,BillingCountry\n"
ACME = (
    "0015g00000AAAA{}AA{},Acme Boilers Ltd,acme-boilers.co.uk,+44 113 496 0{},12 Mill Lane,Leeds,LS1 4AP,GB\n"
)
BOLT = "0015g00000BBBB1AA1,Bolt Instruments Ltd,bolt-inst.co.uk,+44 1904 496 100,3 Kiln St,York,YO1 7HH,GB\n"
CORD = "0015g00000CCCC1AA1,Cordwainer Ropes Ltd,cordwainer.co.uk,+44 1904 496 222,7 Quay Rd,Hull,HU1 1AA,GB\n"


def dedupe(folder: Path, name: str, rows: list[str], ledger: str = "project") -> Path:
    (folder / ledger).mkdir(exist_ok=True)
    export = folder / f"{name}.csv"
    export.write_text(HEAD + "".join(rows), encoding="utf-8")
    specs = [InputSpec(str(export), "salesforce")]
    pipeline.dedupe(specs, Project(folder / ledger), folder / name, Silent(), datetime(2026, 1, 1, 12))
    return folder / name


def difference(before: Path, after: Path) -> Difference:
    return compare(finished(before), finished(after))


@pytest.fixture(scope="module")
def runs(tmp_path_factory) -> tuple[Path, Path, Path]:
    folder = tmp_path_factory.mktemp("compare")
    one, two = ACME.format(1, 1, "111"), ACME.format(2, 2, "111")
    before = dedupe(folder, "before", [one, two, BOLT])
    moved = BOLT.replace("3 Kiln St", "90 Foss Bank")
    after = dedupe(folder, "after", [one, moved, CORD])
    return folder, before, after


def test_customers_new_gone_and_changed(runs):
    _, before, after = runs
    found = difference(before, after)
    assert found.new["name"].to_list() == ["Cordwainer Ropes Ltd"]
    assert found.gone.is_empty()
    street = found.changed.filter(found.changed["field"] == "street")
    assert street.select("name", "before", "after").rows() == [
        ("Bolt Instruments Ltd", "3 Kiln St", "90 Foss Bank")
    ]
    assert "duplicate_in_system" in found.closed["kind"].to_list()
    back = difference(after, before)
    assert back.gone["name"].to_list() == ["Cordwainer Ropes Ltd"]
    assert "duplicate_in_system" in back.opened["kind"].to_list()


def test_a_run_does_not_differ_from_itself(runs):
    _, before, _ = runs
    assert set(difference(before, before).counts().values()) == {0}


def test_merged_and_split_customers(runs, tmp_path):
    _, before, _ = runs
    rows = [ACME.format(1, 1, "111"), ACME.format(2, 2, "111"), BOLT]
    (tmp_path / "project").mkdir()
    decision = {
        "id": "d-1", "at": "2026-01-01T00:00:00Z", "steward": "ana", "verdict": "different",
        "records": [["salesforce", key] for key in _ids(before)[:2]],
    }  # fmt: skip
    (tmp_path / "project" / "decisions.jsonl").write_text(json.dumps(decision) + "\n")
    parted = dedupe(tmp_path, "parted", rows)
    split = difference(before, parted).split
    assert split["name"].to_list() == ["Acme Boilers Ltd"]
    assert len(split["after"].item().split("|")) == 2
    merged = difference(parted, before).merged
    assert len(merged["before"].item().split("|")) == 2


def _ids(run: Path) -> list[str]:
    lines = (run / "crosswalk.csv").read_text(encoding="utf-8").splitlines()[1:]
    return sorted(line.split(",")[1] for line in lines)


def test_a_folder_without_a_run_is_refused(tmp_path):
    with pytest.raises(UsageError, match="contains no finished run"):
        difference(tmp_path, tmp_path)
    with pytest.raises(UsageError, match="contains no finished run"):
        verify(tmp_path, Project(tmp_path), files_in)


def test_what_is_untouched_verifies_and_every_change_is_found(runs, tmp_path):
    folder = tmp_path
    run = dedupe(folder, "run", [BOLT, CORD])
    project = Project(folder / "project")
    assert {finding.state for finding in verify(run, project, files_in)} == {"same"}
    (run / "crosswalk.csv").write_text("changed")
    (run / "related.csv").unlink()
    (run / "notes.txt").write_text("mine")
    (folder / "run.csv").write_text(HEAD)
    project.ledger.write_text("system,record_id,golden_id\n")
    wrong = {
        (f.part, Path(f.name).name, f.state) for f in verify(run, project, files_in) if f.state != "same"
    }
    assert wrong == {
        ("output", "crosswalk.csv", "changed"), ("output", "related.csv", "missing"),
        ("output", "notes.txt", "added"), ("input", "run.csv", "changed"),
        ("project", "golden_ids.csv", "changed"),
    }  # fmt: skip


def test_what_was_added_since_the_run_is_found(runs, tmp_path):
    run = dedupe(tmp_path, "run", [BOLT, CORD])
    project = Project(tmp_path / "project")
    (project.folder / "decisions.jsonl").write_text("")
    (project.folder / "sot.yaml").write_text("version: 1\n")
    (project.folder / "rules" / "systems").mkdir(parents=True)
    (project.folder / "rules" / "systems" / "mine.yaml").write_text("")
    wrong = {(f.part, f.name, f.state) for f in verify(run, project, files_in) if f.state != "same"}
    assert wrong == {
        ("project", "decisions.jsonl", "added"), ("project", "sot.yaml", "added"),
        ("rules", "systems/mine.yaml", "added"),
    }  # fmt: skip


def test_a_file_in_an_archive_is_hashed_again(tmp_path):
    import zipfile

    exports = tmp_path / "exports"
    exports.mkdir()
    with zipfile.ZipFile(exports / "all.zip", "w") as archive:
        archive.writestr("accounts.csv", HEAD + BOLT)
    project = Project(tmp_path)
    pipeline.dedupe([InputSpec(str(exports))], project, tmp_path / "out", Silent(), datetime(2026, 1, 1, 12))
    assert {finding.state for finding in verify(tmp_path / "out", project, files_in)} == {"same"}
    with zipfile.ZipFile(exports / "all.zip", "w") as archive:
        archive.writestr("accounts.csv", HEAD + CORD)
    wrong = [(f.part, f.state) for f in verify(tmp_path / "out", project, files_in) if f.state != "same"]
    assert wrong == [("input", "changed")]


def test_an_export_that_was_added_to_the_folder_is_found(tmp_path):
    exports = tmp_path / "exports"
    exports.mkdir()
    (exports / "accounts.csv").write_text(HEAD + BOLT)
    project = Project(tmp_path)
    pipeline.dedupe([InputSpec(str(exports))], project, tmp_path / "out", Silent(), datetime(2026, 1, 1, 12))
    assert {finding.state for finding in verify(tmp_path / "out", project, files_in)} == {"same"}
    (exports / "more.csv").write_text(HEAD + CORD)
    added = [f.name for f in verify(tmp_path / "out", project, files_in) if f.state == "added"]
    assert added == [str(exports / "more.csv")]


def sot(capsys, *words: object) -> tuple[int, str]:
    """Run the command as a person does, and give its exit code and what it wrote to stdout."""
    code = main([str(word) for word in words])
    return code, capsys.readouterr().out


def test_the_commands_tell_it(runs, capsys):
    folder, before, after = runs
    code, told = sot(capsys, "diff", before, after)
    assert code == 0
    assert "1 customer new" in told and "Cordwainer Ropes Ltd" in told
    counts = json.loads(sot(capsys, "diff", before, after, "--json")[1])["counts"]
    assert (counts["new"], counts["gone"]) == (1, 0)
    code, told = sot(capsys, "verify", after, "--project", folder / "project")
    assert code == 0
    assert told.startswith("unchanged: 1 input")
    (folder / "after.csv").write_text(HEAD)
    code, told = sot(capsys, "verify", after, "--project", folder / "project")
    assert code == 1
    assert told.startswith("changed  input")


def figures(folder: Path, probability: float, exposure: float) -> Path:
    """Give a finished run with one customer: what `sot diff` reads of it."""
    (folder / "tables").mkdir(parents=True)
    told = {"golden_id": "C1", "name": "Acme\x1b[2J", "exposure": exposure, "match_probability": probability}
    tables = {
        "golden": pl.DataFrame([told], schema_overrides={"match_probability": pl.Float32}),
        "conflicts": empty(CONFLICTS),
        "records": pl.DataFrame({"uid": [0], "system": ["crm"], "record_id": ["1"]}),
        "memberships": pl.DataFrame({"uid": [0], "golden_id": ["C1"]}),
    }
    for name, table in tables.items():
        table.write_parquet(folder / "tables" / f"{name}.parquet")
    return folder


def test_figures_are_told_rounded_and_no_change_below_that(capsys, tmp_path):
    before = figures(tmp_path / "before", 0.99655545, 1234.504999)
    assert difference(before, figures(tmp_path / "same", 0.99655538, 1234.5)).changed.is_empty()
    _, told = sot(capsys, "diff", before, figures(tmp_path / "after", 0.912, 999_999.9))
    assert [line for line in told.splitlines() if line.startswith("  ")] == [
        "  C1  Acme\N{REPLACEMENT CHARACTER}[2J  exposure: 1,234.50 → 999,999.90",
        "  C1  Acme\N{REPLACEMENT CHARACTER}[2J  match_probability: 1.00 → 0.91",
    ]


def with_money(customers: dict[str, float | None], conflicts: list[tuple[str, str, float | None]]) -> State:
    """Give a state of customers of one record each, and of conflicts (id, severity, exposure)."""
    ids = sorted(customers)
    golden = pl.DataFrame(
        {"golden_id": ids, "name": ids, "exposure": [customers[one] for one in ids]},
        schema_overrides={"exposure": pl.Float64},
    )
    told = [
        {name: None for name in CONFLICTS} | {"conflict_id": c, "severity": s, "exposure": e}
        for c, s, e in conflicts
    ]
    return State(
        golden,
        pl.DataFrame(told, schema=dict(CONFLICTS)),
        pl.DataFrame({"system": "crm", "record_id": ids, "golden_id": ids}),
        empty(EXCEPTIONS),
    )


def test_what_has_most_at_stake_comes_first():
    before = with_money({"C1": 5.0, "C2": None, "C3": 900.0, "C4": 10.0, "C5": 20.0}, [])
    conflicts = [
        ("K1", "info", 9e6),
        ("K2", "warning", 1.0),
        ("K3", "blocker", None),
        ("K4", "warning", -70.0),
    ]
    after = with_money({"C3": 0.0, "C4": 50.0, "C6": 1.0, "C7": -80.0, "C8": None}, conflicts)
    found = compare(before, after)
    assert found.new["golden_id"].to_list() == ["C7", "C6", "C8"]
    assert found.gone["golden_id"].to_list() == ["C5", "C1", "C2"]
    assert found.changed["golden_id"].to_list() == ["C3", "C4"]
    assert found.opened["conflict_id"].to_list() == ["K3", "K4", "K2", "K1"]
    renamed = replace(after, crosswalk=before.crosswalk.head(0))
    assert compare(renamed, after).new["golden_id"].to_list()[:2] == ["C7", "C4"]
    other = before.crosswalk.with_columns(golden_id=pl.lit("N") + pl.col("golden_id"))
    golden = before.golden.with_columns(golden_id=pl.lit("N") + pl.col("golden_id"))
    moved = compare(before, replace(before, golden=golden, crosswalk=other)).renamed
    assert moved["before"].to_list() == ["C3", "C5", "C4", "C1", "C2"]
    whole = replace(before, golden=golden.head(1), crosswalk=other.with_columns(golden_id=pl.lit("NC1")))
    assert compare(before, whole).merged["before"].to_list() == ["C1|C2|C3|C4|C5"]


def test_rules_check_and_show(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, told = sot(capsys, "rules", "check")
    assert code == 0
    assert "balanced, crm-centric, finance-centric" in told
    shown = sot(capsys, "rules", "show")[1]
    [line] = [line for line in shown.splitlines() if line.startswith("tax_id")]
    assert line.split()[:5] == ["tax_id", "2", "1", "·", "·"]
    (tmp_path / "sot.yaml").write_text("governance: ours\n")
    assert sot(capsys, "rules", "check", "--project", tmp_path)[0] == 2
