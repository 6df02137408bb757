"""A finished run is held to its gates: each gate can be met and missed, and machines can read the outcome."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from xml.etree import ElementTree as ET

import polars as pl
import pytest

from sot.check import FORMATS, check_run
from sot.cli import failures
from sot.errors import RulesError, UsageError
from sot.rules import Rulebook
from sot.rules.project import Settings
from sot.rules.quality import Gate, load_gates

SAMPLE = Path(__file__).resolve().parents[2] / "sample_data"
GATES = load_gates(Rulebook(), Settings())


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("project")
    assert (
        failures.run(["dedupe", str(SAMPLE), "--out", str(home / "out"), "--project", str(home), "-q"]) == 0
    )
    return home / "out"


def rewritten(run: Path, folder: Path, name: str, change: pl.Expr) -> Path:
    shutil.copytree(run, folder)
    path = folder / "tables" / f"{name}.parquet"
    pl.read_parquet(path).with_columns(change).write_parquet(path)
    return folder


BREAK = {
    "filled": ("records", pl.lit(None, pl.String).alias("name")),
    "valid": (
        "records",
        [
            pl.lit(None, pl.String).alias("n_email"),
            pl.lit(None, pl.String).alias("n_country"),
            pl.lit(False).alias("n_tax_valid"),
        ],
    ),
    "sure": ("memberships", pl.lit("doubt").alias("linked_by")),
    "counterpart": ("memberships", pl.format("g-{}", "uid").alias("golden_id")),
}


@pytest.mark.parametrize("gate", [g for g in GATES if g.metric in BREAK], ids=lambda gate: gate.name)
def test_a_share_is_missed_when_the_values_are_gone(run: Path, tmp_path: Path, gate: Gate) -> None:
    before = check_run(run, [gate])
    table, change = BREAK[gate.metric]
    after = check_run(rewritten(run, tmp_path / "broken", table, change), [gate])
    assert any(one.value > 0 for one in before)
    assert after and all(one.value == 0 and not one.met and one.examples for one in after)


def test_duplicates_and_conflicts_are_those_of_the_run(run: Path) -> None:
    records, merges = (pl.read_parquet(run / "tables" / f"{name}.parquet") for name in ("records", "merges"))
    unique = next(gate for gate in GATES if gate.metric == "unique")
    missing = {one.system: one.missing for one in check_run(run, [unique])}
    counted = records.filter(pl.col("object") == "account", pl.col("uid").is_in(merges["uid"].implode()))
    assert {s: n for s, n in missing.items() if n} == dict(counted.group_by("system").len().iter_rows())
    blockers = next(gate for gate in GATES if gate.name == "no_open_blockers")
    conflicts = pl.read_parquet(run / "tables" / "conflicts.parquet")
    assert check_run(run, [blockers])[0].value == conflicts.filter(pl.col("severity") == "blocker").height


@pytest.mark.parametrize("gate", [g for g in GATES if g.at_most is not None], ids=lambda gate: gate.name)
def test_a_count_is_met_at_its_limit_and_missed_above(run: Path, tmp_path: Path, gate: Gate) -> None:
    shutil.copytree(run, tmp_path / "run")
    name = "rejects" if gate.metric == "rejects" else "conflicts"
    path = tmp_path / "run" / "tables" / f"{name}.parquet"
    table = pl.read_parquet(path)
    row = {"source": "a.csv", "row": 7, "reason": "too short", "severity": "blocker", "kind": gate.field,
           "conflict_id": "k"}  # fmt: skip
    one = pl.DataFrame([{k: row.get(k) for k in table.columns}], schema=table.schema)
    for count, met in ((0, True), (1, False)):
        pl.concat([one] * count or [table.clear()]).write_parquet(path)
        outcome = check_run(tmp_path / "run", [gate])[0]
        assert (outcome.value, outcome.met) == (count, met)


def test_exit_codes_part_a_failed_gate_from_a_wrong_call(run: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    asked = ["check", str(run), "--project", str(home)]
    assert failures.run(asked) == 1
    (home / "sot.yaml").write_text("gates: {no_open_blockers: 1000}\n")
    assert failures.run(asked) == 0
    (home / "sot.yaml").write_text("gates: {no_such_gate: 1}\n")
    assert failures.run(asked) == 2
    assert failures.run(["check", str(run), "--format", "xls"]) == 2


def test_several_formats_at_once(run: Path, tmp_path: Path) -> None:
    junit, sarif = tmp_path / "junit.xml", tmp_path / "sarif.json"
    asked = ["check", str(run), "--project", str(tmp_path), "--format", f"junit={junit}"]
    assert failures.run([*asked, "--format", f"sarif={sarif}"]) == 1
    outcomes = check_run(run, GATES)
    suite = ET.parse(junit).getroot()[0]
    assert len(suite.findall("testcase/failure")) == sum(one.failed for one in outcomes) > 0
    results = json.loads(sarif.read_text())["runs"][0]["results"]
    assert len(results) == sum(not one.met for one in outcomes)
    lines = [place["physicalLocation"].get("region") for one in results for place in one["locations"]]
    assert any(line and line["startLine"] > 1 for line in lines)


def test_a_format_never_breaks_its_lines(run: Path) -> None:
    outcomes = check_run(run, GATES)
    assert all(line.startswith("::") for line in FORMATS["github"](outcomes).splitlines())
    assert len(FORMATS["markdown"](outcomes).splitlines()) == len(outcomes) + 2


def test_a_limit_that_makes_no_sense_is_told() -> None:
    with pytest.raises(RulesError, match="few_duplicates: '7' is not a share"):
        load_gates(Rulebook(), Settings(gates={"few_duplicates": "7"}))


def test_a_folder_without_a_run_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no finished run"):
        check_run(tmp_path, GATES)
