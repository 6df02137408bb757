"""Which records have only each other, and what that is worth."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from sot.match import match
from sot.match.scoring.one_to_one import room_bits, standing, with_room
from sot.rules import Rulebook
from sot.rules.matching import ComparisonRules, Thresholds
from tests.match.making import crowd, records

SYSTEMS = np.array([1, 1, 2, 2, 3])
"""crm, crm, books, books, tickets"""


def told(*pairs: tuple[int, int, float]) -> tuple[list[bool], list[bool]]:
    """Tell of each pair whether no system has both sides, and whether they have only each other."""
    table = pl.DataFrame(list(pairs), schema=["uid_l", "uid_r", "match_weight"], orient="row")
    table = table.with_columns(pl.col("uid_l", "uid_r").cast(pl.Int32))
    free, only = standing(table, SYSTEMS, 3.0, pl.Series([True] * table.height))
    for at in range(table.height):
        asked = pl.Series([place == at for place in range(table.height)])
        one = standing(table, SYSTEMS, 3.0, asked)
        assert [part.to_list() for part in one] == [(asked & part).to_list() for part in (free, only)]
    return free.to_list(), only.to_list()


def alone(*pairs: tuple[int, int, float]) -> list[bool]:
    return told(*pairs)[1]


def free(*pairs: tuple[int, int, float]) -> list[bool]:
    return told(*pairs)[0]


def test_groups_that_a_system_has_both_of_have_no_room_for_each_other() -> None:
    assert free((0, 2, -2.0), (0, 1, -2.0), (2, 4, -1.0)) == [True, False, True]
    assert free((0, 2, -2.0), (1, 2, 5.0)) == [False, False]
    assert free((0, 2, -2.0), (1, 4, 5.0)) == [True, False]


def test_two_records_have_only_each_other() -> None:
    assert alone((0, 2, -2.0)) == [True]


def test_a_better_or_near_candidate_is_a_rival_and_a_far_one_is_not() -> None:
    assert alone((0, 2, -2.0), (1, 2, -1.0)) == [False, False]
    assert alone((0, 2, -2.0), (1, 2, -4.0)) == [False, False]
    assert alone((0, 2, -2.0), (1, 2, -6.0)) == [True, False]


def test_a_record_that_is_linked_to_the_other_side_is_no_rival() -> None:
    assert alone((0, 2, -2.0), (2, 3, 5.0), (0, 3, -3.0)) == [True, False, True]


def test_a_linked_record_of_the_same_system_shows_that_the_customer_is_known_there() -> None:
    assert alone((0, 2, -2.0), (1, 2, 5.0)) == [False, False]


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
    assert row["band"] in (expected, "auto" if expected == "doubt" else expected)
    assert (row["bits_room"] > 0) == (expected == "doubt")


def test_room_tells_what_the_level_says_and_counts_against_chance_too_up_to_a_bound() -> None:
    rules = Rulebook()
    comparisons = rules.get("matching/comparisons.yaml", ComparisonRules)
    prior = rules.get("matching/thresholds.yaml", Thresholds).prior
    forms = next(comparison for comparison in comparisons.comparisons if comparison.name == "name_form")
    gamma = {level.name: number for number, level in enumerate(reversed(forms.levels))}
    # 0 could be 2 or 3 of the books: room for either. 1 has 2 already.
    pairs = [(0, 2, -0.5), (0, 3, -0.5), (1, 2, 5.0)]
    shape = {f"gamma_{comparison.name}": pl.lit(-1) for comparison in comparisons.comparisons}
    scored = pl.DataFrame(pairs, schema=["uid_l", "uid_r", "match_weight"], orient="row").with_columns(
        **shape, veto=pl.lit(0)
    )
    scored = scored.with_columns(
        pl.col("uid_l", "uid_r").cast(pl.Int32), gamma_name_form=pl.lit(gamma["same words"])
    )
    room = room_bits(scored, SYSTEMS, comparisons, prior)
    assert room.tolist() == [0.0, forms.levels[0].room, 0.0]
    chance, relative = with_room(np.zeros(2), np.zeros(2), np.array([0.5, 6.0]), prior)
    assert chance.tolist() == [0.5, prior.room_by_chance]
    assert relative.tolist() == [0.5, 6.0]
