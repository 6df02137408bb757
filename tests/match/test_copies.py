"""Records that repeat each other: compared once, and one customer all the same."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sot.cluster import cluster
from sot.match import match
from sot.match.candidates.exact_duplicates import KEPT, distinct
from sot.match.explain import explain
from sot.model.decisions import LINKS, Constraints, no_constraints
from sot.rules import Rulebook
from sot.workspace.golden_id_ledger import no_ledger
from tests.cluster.test_stage import Policy
from tests.match.making import crowd, records

RULES = Rulebook()
ONE = {"name": "Tarvonix Imaging Ltd"}


def ledger(repeats: int, **more: str) -> pl.DataFrame:
    return records([ONE | more | {"record_id": f"Z{i:05}"} for i in range(repeats)] + crowd(60))


def members(table: pl.DataFrame, constraints: Constraints | None = None) -> list[int]:
    """Give how many records each customer called Tarvonix has."""
    found = cluster(
        table, match(table, RULES), constraints or no_constraints(), no_ledger(), Policy(), RULES
    ).memberships
    mine = table.filter(pl.col("n_name").str.starts_with("tarvonix")).join(found, on="uid")
    return sorted(mine.group_by("golden_id").len()["len"])


@pytest.mark.parametrize("repeats", [2, 3, 9, 700])
def test_a_supplier_is_one_however_often_a_ledger_repeats_it(repeats: int) -> None:
    assert members(ledger(repeats)) == [repeats]


def test_a_decision_about_a_copy_holds() -> None:
    table = ledger(12)
    uid = dict(table.select("record_id", "uid").iter_rows())
    apart = pl.DataFrame([(uid["Z00000"], uid["Z00009"], "d1", None)], schema=dict(LINKS), orient="row")
    none = pl.DataFrame(schema=dict(LINKS))
    assert members(table, Constraints(none, apart, none)) == [1, 11]


def test_a_copy_is_explained_by_what_it_says() -> None:
    table = ledger(12)
    report = match(table, RULES).report
    uid = dict(table.select("record_id", "uid").iter_rows())
    first, copies = (
        explain(table, RULES, report, uid["Z00000"], uid[other]) for other in ("Z00001", "Z00009")
    )
    assert copies["match_weight"] == first["match_weight"]
    assert [side["record_id"] for side in copies["records"]] == ["Z00000", "Z00009"]


@pytest.fixture(scope="module")
def said() -> pl.DataFrame:
    """Give six records that say different things."""
    return records([{"name": f"Quell {name}", "city": city} for name in "ab" for city in ("x", "y", "")])


@settings(max_examples=40)
@given(rows=st.lists(st.integers(0, 5), min_size=1, max_size=14))
def test_what_is_left_out_says_the_same_as_two_that_are_kept(said: pl.DataFrame, rows: list[int]) -> None:
    table = said[rows].with_columns(
        uid=pl.int_range(len(rows), dtype=said["uid"].dtype),
        record_id=pl.Series([f"{i:03}" for i in range(len(rows))]),
    )
    found = distinct(table)
    says = dict(table.select("uid", key=pl.concat_str("n_name", pl.col("n_city").fill_null("-"))).iter_rows())
    kept = found.original.tolist()
    assert sorted([*kept, *found.copies["uid"]]) == table["uid"].to_list()
    for uid, first, second in found.copies.iter_rows():
        assert says[uid] == says[first] == says[second]
        assert first < second < uid and {first, second} <= set(kept)
    assert all(list(map(says.get, kept)).count(key) <= max(KEPT, 1) for key in says.values())
