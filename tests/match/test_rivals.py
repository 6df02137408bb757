"""Which records have only each other, and what that is worth."""

from __future__ import annotations

import duckdb
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sot.match import match
from sot.match.scoring.one_to_one import lifted, room_bits, standing, with_room
from sot.rules import Rulebook
from sot.rules.matching import ComparisonRules, Thresholds
from tests.match.making import crowd, records

CON = duckdb.connect()
"""A database takes longer to open than a list to look at."""
SYSTEMS = np.array([1, 1, 2, 2, 3])
"""crm, crm, books, books, tickets"""
COMPARISONS = Rulebook().get("matching/comparisons.yaml", ComparisonRules)
PRIOR = Rulebook().get("matching/thresholds.yaml", Thresholds).prior


def told(*pairs: tuple[int, int, float]) -> tuple[list[bool], list[bool]]:
    """Tell of each pair whether there is room for it, and whether its sides have only each other."""
    table = pl.DataFrame(list(pairs), schema=["uid_l", "uid_r", "match_weight"], orient="row")
    table = table.with_columns(pl.col("uid_l", "uid_r").cast(pl.Int32))
    found = standing(CON, table.with_columns(least=pl.lit(-12.0)), SYSTEMS, 3.0)
    return found["free"].to_list(), found["alone"].to_list()


def alone(*pairs: tuple[int, int, float]) -> list[bool]:
    return told(*pairs)[1]


def free(*pairs: tuple[int, int, float]) -> list[bool]:
    return told(*pairs)[0]


def test_groups_that_a_system_has_both_of_have_no_room_for_each_other() -> None:
    assert free((0, 2, -2.0), (0, 1, -2.0), (2, 4, -1.0)) == [True, False, True]
    assert free((0, 2, -2.0), (1, 2, 5.0)) == [False, True]
    assert free((0, 2, -2.0), (1, 4, 5.0)) == [True, True]


def test_two_records_have_only_each_other_linked_or_not() -> None:
    assert alone((0, 2, -2.0)) == [True]
    assert alone((0, 2, 2.0)) == [True]


def test_a_better_or_near_candidate_is_a_rival_and_a_far_one_is_not() -> None:
    assert alone((0, 2, -2.0), (1, 2, -1.0)) == [False, False]
    assert alone((0, 2, -2.0), (1, 2, -4.0)) == [False, False]
    assert alone((0, 2, -2.0), (1, 2, -6.0)) == [True, False]


def test_a_duplicate_of_the_other_side_is_no_rival() -> None:
    assert alone((0, 2, -2.0), (2, 3, 5.0), (0, 3, -3.0)) == [True, False, True]


def test_a_linked_record_of_the_same_system_shows_that_the_customer_is_known_there() -> None:
    assert alone((0, 2, -2.0), (1, 2, 5.0)) == [False, True]


def test_a_third_system_is_no_rival() -> None:
    assert alone((0, 2, -2.0), (0, 4, -1.0)) == [True, True]


@pytest.mark.parametrize(
    ("further", "expected"), [([], "doubt"), ([("crm", "Tarvonix Motor Works")], "apart")]
)
def test_a_word_more_is_a_way_of_writing_unless_the_other_system_has_both(
    further: list[tuple[str, str]], expected: str
) -> None:
    names = [("crm", "Tarvonix"), ("books", "Tarvonix Motor Works Ltd"), *further]
    rows = [{"system": s, "record_id": f"X{i}", "name": name} for i, (s, name) in enumerate(names)]
    table = records(rows + crowd(200))
    uid = {row["record_id"]: row["uid"] for row in table.iter_rows(named=True)}
    pairs = match(table, Rulebook()).pairs
    ends = sorted((uid["X0"], uid["X1"]))
    row = pairs.filter((pl.col("uid_l") == ends[0]) & (pl.col("uid_r") == ends[1])).row(0, named=True)
    assert row["band"] == expected
    assert (row["bits_room"] > 0) == (expected == "doubt")


def scored(pairs: list[tuple[int, int, float]]) -> pl.DataFrame:
    """Give pairs with the same words for names and no other evidence."""
    forms = next(comparison for comparison in COMPARISONS.comparisons if comparison.name == "name_form")
    shape = {f"gamma_{comparison.name}": pl.lit(-1) for comparison in COMPARISONS.comparisons}
    table = pl.DataFrame(pairs, schema=["uid_l", "uid_r", "match_weight"], orient="row")
    table = table.with_columns(**shape, veto=pl.lit(0))
    return table.with_columns(
        pl.col("uid_l", "uid_r").cast(pl.Int32), gamma_name_form=pl.lit(len(forms.levels) - 1)
    )


def test_room_tells_what_the_level_says_and_counts_against_chance_too_up_to_a_bound() -> None:
    level = next(
        comparison for comparison in COMPARISONS.comparisons if comparison.name == "name_form"
    ).levels[0]
    # 0 could be 2 or 3 of the books: room for either.
    room = room_bits(CON, scored([(0, 2, -0.5), (0, 3, -0.5), (1, 4, -3.0)]), SYSTEMS, COMPARISONS, PRIOR)
    assert room.tolist() == [level.room, level.room, level.alone]
    chance, relative = with_room(np.zeros(2), np.zeros(2), np.array([0.5, 6.0]), PRIOR)
    assert chance.tolist() == [0.5, PRIOR.room_by_chance]
    assert relative.tolist() == [0.5, 6.0]


def test_room_never_makes_a_link_automatic() -> None:
    weights = lifted(np.array([-3.0, 1.0, 9.0]), np.array([3.0, 7.0, 15.0]), PRIOR)
    assert weights.tolist() == [PRIOR.room_most, PRIOR.room_most, 9.0]


WEIGHTS = st.floats(-8, 8).map(lambda weight: round(weight, 2))
PAIRS = [(a, b) for a in range(5) for b in range(a + 1, 5)]


@settings(max_examples=40)
@given(
    st.lists(WEIGHTS, min_size=len(PAIRS), max_size=len(PAIRS)),
    st.integers(0, len(PAIRS) - 1),
    st.floats(0, 8),
)
def test_a_pair_that_agrees_in_more_never_weighs_less(weights: list[float], at: int, more: float) -> None:
    raised = [weight + (more if place == at else 0) for place, weight in enumerate(weights)]

    def final(given: list[float]) -> float:
        table = scored([(a, b, weight) for (a, b), weight in zip(PAIRS, given, strict=True)])
        base = np.array(given)
        return float(lifted(base, base + room_bits(CON, table, SYSTEMS, COMPARISONS, PRIOR), PRIOR)[at])

    assert final(raised) >= final(weights) - 1e-9
