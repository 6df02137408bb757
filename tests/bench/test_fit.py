"""Fitting moves a level towards what the sets say of it, and shows what that is worth on a set that is left out."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl

from tests.bench.fit import MOST, Evidence, evidence, family, fitted, held_out, write

PHONE, TOWN = ("phone", "same"), ("place", "same town")


def made(name: str, right: int, of: int = 400) -> Evidence:
    """Give a set of pairs of an even chance: of those with one telephone, `right` are one customer."""
    same = np.r_[np.arange(of) < right, np.arange(of) % 2].astype(float)
    phone = np.arange(2 * of) < of
    return Evidence(name, np.zeros(2 * of), same, {PHONE: phone, TOWN: ~phone})


def test_a_level_that_is_right_more_often_than_predicted_gains_bits_and_no_more_than_the_most():
    bits = fitted([made("a", 300), made("b", 320)])
    assert 0 < bits[PHONE] <= MOST
    assert TOWN not in bits or abs(bits[TOWN]) < 0.01


def test_a_level_of_which_two_families_say_the_contrary_stays():
    assert PHONE not in fitted([made("a", 300), made("b", 100)])


def test_a_set_left_out_shows_what_the_others_teach():
    found = {name: (shipped, other) for name, _, shipped, other in held_out([made("a", 300), made("b", 320)])}
    for shipped, other in found.values():
        assert other[0] < shipped[0]


def test_variants_of_a_set_are_one_family():
    assert family("customers_1000_names") == family("customers_10000_all") == "customers"
    assert family("fodors_zagats") == "fodors_zagats"


def test_the_evidence_of_a_run_and_the_weights_that_are_written(tmp_path: Path):
    tables = tmp_path / "run" / "tables"
    tables.mkdir(parents=True)
    records = {"uid": [0, 1, 2], "system": ["crm", "erp", "erp"], "record_id": ["a", "b", "c"]}
    pl.DataFrame(records).write_parquet(tables / "records.parquet")
    pairs = {"uid_l": [0, 0], "uid_r": [1, 2], "match_weight": [3.0, -1.0], "gamma_phone": [1, 0]}
    pl.DataFrame(pairs).write_parquet(tables / "pairs.parquet")
    levels = [{"name": "same", "gamma": 1}, {"name": "another", "gamma": 0}]
    known = {"parameters": {"comparisons": [{"name": "phone", "levels": levels}]}}
    (tables / "matching.json").write_text(json.dumps(known), encoding="utf-8")
    (tmp_path / "truth.csv").write_text(
        "system,record_id,entity_id\ncrm,a,1\nerp,b,1\nerp,c,2\n", encoding="utf-8"
    )
    found = evidence("customers_1000_all", tmp_path / "run", tmp_path / "truth.csv")
    assert (found.family, found.weight.tolist(), found.same.tolist()) == (
        "customers",
        [3.0, -1.0],
        [1.0, 0.0],
    )
    assert found.levels[PHONE].tolist() == [True, False]
    write([made("a", 300), made("b", 320)], tmp_path / "weights.csv")
    lines = (tmp_path / "weights.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "comparison,level,bits_more,pairs,families"
    assert [line.split(",")[3:] for line in lines[1:] if line.startswith("phone,same,")] == [["800", "2"]]
