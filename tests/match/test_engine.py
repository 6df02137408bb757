"""Matching at its boundary: normalised records in, scored pairs out."""

from __future__ import annotations

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from sot.match import match
from sot.model.tables import ACCOUNT_FIELDS, PAIRS
from sot.rules import Rulebook
from tests.match.making import crowd, records

RULES = Rulebook()


def bands(table: pl.DataFrame, pairs: pl.DataFrame) -> dict[tuple[str, str], str]:
    key = table.select("uid", key=pl.col("record_id"))
    named = pairs.join(key, left_on="uid_l", right_on="uid").join(
        key, left_on="uid_r", right_on="uid", suffix="_r"
    )
    return {tuple(sorted((a, b))): band for a, b, band in named.select("key", "key_r", "band").iter_rows()}  # type: ignore[misc]


@pytest.fixture(scope="module")
def table() -> pl.DataFrame:
    return records(crowd(300))


def test_pairs_follow_their_schema_sorted_and_each_once(table: pl.DataFrame) -> None:
    pairs = match(table, RULES).pairs
    assert list(PAIRS) == pairs.columns[: len(PAIRS)]
    assert (pairs["uid_l"] < pairs["uid_r"]).all()
    assert pairs.select("uid_l", "uid_r").is_duplicated().sum() == 0
    assert pairs.select("uid_l", "uid_r").rows() == sorted(pairs.select("uid_l", "uid_r").rows())
    assert pairs["match_probability"].is_between(0, 1).all()


def test_the_same_customers_of_two_systems_are_found(table: pl.DataFrame) -> None:
    found = bands(table, match(table, RULES).pairs)
    same = [(f"A{i:04}", f"B{i:04}") for i in range(300) if i % 4]
    linked = [pair for pair in same if found.get(pair) in ("auto", "doubt")]
    assert len(linked) >= 0.95 * len(same)
    wrong = [pair for pair, band in found.items() if band == "auto" and pair[0][1:] != pair[1][1:]]
    assert wrong == []


def test_the_order_of_the_rows_does_not_matter() -> None:
    rows = crowd(120)
    one, other = records(rows), records(rows[::-1])
    assert_frame_equal(match(one, RULES).pairs, match(other, RULES).pairs)


@pytest.mark.parametrize("kept", [("name",), ("name", "city"), ("name", "phone"), ("phone", "city"), ()])
def test_any_columns_may_be_missing(kept: tuple[str, ...]) -> None:
    rows = [
        {key: value for key, value in row.items() if key in ("system", "record_id", *kept)}
        for row in crowd(80)
    ]
    pairs = match(records(rows), RULES).pairs
    assert set(PAIRS) <= set(pairs.columns)
    assert pairs["match_weight"].is_nan().sum() == 0


@pytest.mark.parametrize("size", [0, 1])
def test_fewer_than_two_records_make_no_pair(size: int) -> None:
    assert match(records(crowd(1)[:size]) if size else records(crowd(1)).head(0), RULES).pairs.is_empty()


def test_the_report_tells_of_every_blocking_rule(table: pl.DataFrame) -> None:
    report = match(table, RULES).report
    assert report.blocking[0].rule and report.blocking[0].largest_block >= 2
    assert report.candidates >= report.scored > 0
    assert set(report.links_per_record) == {"inside", "across"}


def test_a_value_that_many_names_share_is_no_evidence() -> None:
    names = ["Quarrow", "Bellfast", "Trindle", "Vexmoor", "Ostrava", "Lummel", "Pindrop", "Kestrelle"]
    bookkeeper = [
        {"name": name, "phone": "+44 20 7946 0018", "system": f"s{i % 2}"} for i, name in enumerate(names)
    ]
    pairs = match(records([*bookkeeper, *crowd(60)]), RULES).pairs
    assert pairs.filter((pl.col("gamma_phone") > 0) & (pl.col("bits_name") < 0)).is_empty()


@pytest.mark.parametrize(
    ("names", "shared"),
    [
        # One firm in three writings: the words have one stem.
        (["B&K Steuerberatung", "BuK Steuerberater", "B & K Steuerberatungsgesellschaft", "BK Steuerberater"], False),
        (["Quarrow Steuerberatung", "Bellfast Notariat", "Trindle Immobilien", "Vexmoor Reisen"], True),
    ],
)  # fmt: skip
def test_writings_of_one_name_are_not_unlike(names: list[str], shared: bool) -> None:
    rows = [
        {"name": name, "website": "kaiserhof.berlin", "system": f"a{i % 2}"} for i, name in enumerate(names)
    ]
    pairs = match(records([*rows, *crowd(60)]), RULES).pairs.filter(pl.col("uid_r") < len(names))
    assert bool((pairs["gamma_web"] > 0).any()) is not shared


def test_every_account_field_may_be_empty_in_every_record() -> None:
    rows = [dict.fromkeys(ACCOUNT_FIELDS, "") | {"system": "crm", "record_id": str(i)} for i in range(5)]
    assert match(records(rows), RULES).pairs.filter(pl.col("band") != "apart").is_empty()  # type: ignore[arg-type]
