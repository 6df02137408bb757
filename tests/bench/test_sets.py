"""The adapters lose no record, and every truth speaks of the records that are there."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import pytest

from tests.bench.__main__ import PARTS, parser
from tests.bench.measure import CommandFailed, measured
from tests.bench.sets import DATA, LabelledSet, main, write_sets
from tests.bench.steps import Steps

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the labelled data is not here")

IDS = ("Id", "Internal ID", "proj_no", "id")


def rows(path: Path) -> list[dict[str, str]]:
    encoding = "cp1252" if path.name.startswith("netsuite") else "utf-8-sig"
    with path.open(newline="", encoding=encoding) as file:
        delimiter = ";" if path.name == "projects.csv" else ","
        return list(csv.DictReader(file, delimiter=delimiter))


@pytest.fixture(scope="module")
def sets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, LabelledSet]:
    return {labelled.name: labelled for labelled in write_sets(tmp_path_factory.mktemp("sets"))}


@needs_data
def test_every_record_of_a_set_is_in_its_truth_once(sets: dict[str, LabelledSet]) -> None:
    for labelled in sets.values():
        exported = sorted(
            next(row[name] for name in IDS if name in row)
            for path in labelled.exports.glob("*.csv")
            for row in rows(path)
        )
        assert len(exported) == len(set(exported)) > 0, labelled.name
        if labelled.truth:
            assert sorted(row["record_id"] for row in rows(labelled.truth)) == exported, labelled.name
        if labelled.pairs:
            judged = rows(labelled.pairs)
            assert {row["label"] for row in judged} <= {"0", "1"}
            named = {row[f"record_id_{side}"] for row in judged for side in "lr"}
            assert named <= set(exported), labelled.name


@needs_data
def test_variants_take_columns_away_and_nothing_else(sets: dict[str, LabelledSet]) -> None:
    whole = rows(sets["customers_1000_all"].exports / "netsuite_customers.csv")
    names = rows(sets["customers_1000_names"].exports / "netsuite_customers.csv")
    weak = rows(sets["customers_1000_no_strong"].exports / "netsuite_customers.csv")
    assert set(names[0]) == {"Internal ID", "ID", "Name"}
    assert set(whole[0]) - set(weak[0]) == {"Email", "Tax Number"}
    assert names == [{name: row[name] for name in names[0]} for row in whole]


@needs_data
def test_samples_hold_whole_entities(sets: dict[str, LabelledSet]) -> None:
    sample, whole = sets["customers_sample_500"].truth, sets["customers_10000_all"].truth
    assert sample and whole
    taken = rows(sample)
    entities = {row["entity_id"] for row in taken}
    assert 500 <= len(taken) < 540
    assert len(taken) == sum(row["entity_id"] in entities for row in rows(whole))


def test_without_data_nothing_is_written_and_that_is_said(tmp_path: Path) -> None:
    assert list(write_sets(tmp_path / "out", tmp_path)) == []
    assert main([]) == 2


def test_the_cost_of_a_command_is_that_of_its_process(tmp_path: Path) -> None:
    cost = measured([sys.executable, "-c", "x = bytearray(200 << 20); print(sum(range(10**6)))"], tmp_path)
    assert cost.peak_gigabytes > 200 / 1024
    assert cost.processor_seconds > 0
    with pytest.raises(CommandFailed, match="no such luck"):
        measured([sys.executable, "-c", "raise SystemExit('no such luck')"], tmp_path)
    assert not list(tmp_path.iterdir())


def test_the_documented_command_needs_no_word_to_run_everything() -> None:
    assert (parser().parse_args([]).what or PARTS) == PARTS
    assert parser().parse_args(["speed"]).what == ["speed"]


def test_each_step_of_a_run_is_measured() -> None:
    steps = Steps.from_the_start()
    for stage in ("read", "match"):
        steps.start(stage)
        steps.done(stage, "")
    assert list(steps.costs) == ["start", "read", "match"]
    assert all(cost.processor_seconds >= 0 for cost in steps.costs.values())
    assert steps.costs["start"].processor_seconds > 0
