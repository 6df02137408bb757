"""What a list teaches of its evidence: m of telephones and the like, from pairs that are sure without them."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from sot.match import match
from sot.match.scoring.learn_levels import refine, refined
from sot.match.scoring.levels import numbered
from sot.match.scoring.posterior import Kinds
from sot.model.matching import Lessons
from sot.rules import Rulebook
from sot.rules.matching import Comparison, ComparisonRules, Thresholds
from tests.match.making import records

RULES = Rulebook()
COMPARISONS = RULES.get("matching/comparisons.yaml", ComparisonRules)
THRESHOLDS = RULES.get("matching/thresholds.yaml", Thresholds)
LEARNED = [comparison for comparison in COMPARISONS.comparisons if comparison.learned]
PHONE = next(comparison for comparison in LEARNED if comparison.name == "phone")
RECORDS = 4000


def gamma(comparison: Comparison, level: str) -> int:
    return next(number for number, one in numbered(comparison) if one.name == level)


def scored(sure: int, agreeing: int, doubtful: int = 0) -> pl.DataFrame:
    """Give pairs that all but the phone makes sure, of which so many agree in it, and pairs that differ in all."""
    size = sure + doubtful
    level = np.where(np.arange(size) < agreeing, gamma(PHONE, "same"), gamma(PHONE, "different"))
    strength = np.where(np.arange(size) < sure, 40.0, -10.0)
    table = {
        "chance": strength, "relative": strength, "veto": np.zeros(size, int),
        **{f"gamma_{one.name}": np.full(size, -1) for one in LEARNED},
        **{f"bits_{one.name}": np.zeros(size) for one in LEARNED},
    } | {"gamma_phone": level}  # fmt: skip
    return pl.DataFrame(table)


def learned(pairs: pl.DataFrame) -> dict[str, float]:
    return lessons(pairs)["phone"].bits


def lessons(pairs: pl.DataFrame) -> Lessons:
    some = kinds(pairs)
    links = some.learn(pairs["chance"].to_numpy(), pairs["relative"].to_numpy())
    return refine(pairs, some, links, COMPARISONS, THRESHOLDS.learning)


def kinds(pairs: pl.DataFrame) -> Kinds:
    return Kinds(np.zeros(pairs.height, bool), (1.0, RECORDS**2 / 2), RECORDS, THRESHOLDS.prior)


def test_telephones_that_always_agree_tell_more_where_they_do_not() -> None:
    bits = learned(scored(1000, 990))
    assert bits["different"] == -THRESHOLDS.learning.most and 0 < bits["same"] < 1
    # The same thing in other surroundings moves with it, though no sure pair shows it.
    assert bits["same, in the same building"] == bits["same, in several towns"] == bits["same"]


def test_telephones_that_seldom_agree_tell_less_where_they_do_not() -> None:
    bits = learned(scored(1000, 300))
    assert bits["different"] > 0 > bits["same"]


def test_a_share_as_expected_moves_nothing() -> None:
    share = 0.6 / (0.6 + 0.38)
    assert all(abs(value) < 0.01 for value in learned(scored(5000, round(5000 * share))).values())


def test_few_sure_pairs_move_little_and_none_nothing() -> None:
    assert abs(learned(scored(5, 5))["different"]) < 0.1
    assert set(learned(scored(0, 0, 500)).values()) == {0.0}


def test_pairs_that_anything_speaks_against_teach_nothing() -> None:
    pairs = scored(1000, 990).with_columns(veto=pl.lit(1))
    assert set(learned(pairs).values()) == {0.0}


def test_no_pair_confirms_its_own_evidence() -> None:
    """What makes these pairs sure is the telephone alone, so they say nothing of telephones."""
    pairs = scored(1000, 990).with_columns(bits_phone=pl.lit(40.0))
    assert set(learned(pairs).values()) == {0.0}


def test_what_is_learned_moves_the_sums_as_it_moves_the_part() -> None:
    pairs = scored(1000, 990)
    moved = refined(pairs, COMPARISONS, lessons(pairs))
    for column in ("relative", "bits_phone"):
        more = moved.select(pl.col(column) - pairs[column]).to_series().to_numpy()
        assert more == pytest.approx(moved.select(pl.col("chance") - pairs["chance"]).to_series().to_numpy())
    assert moved.select(pl.exclude("chance", "relative", "bits_phone")).equals(
        pairs.select(pl.exclude("chance", "relative", "bits_phone")).with_columns(pl.col("^bits_.*$"))
    )


def test_a_run_tells_what_it_learned_and_with_which_m_it_compared() -> None:
    table = records(
        [
            {"system": system, "record_id": str(i), "name": f"Zorblat{i:03} Quimby Werke", "city": f"Town{i:03}",
             "street": f"{i} High Street", "phone": f"+44 20 7946 {i:04}"}
            for i in range(150) for system in ("crm", "erp")
        ]
    )  # fmt: skip
    found = match(table, RULES)
    lesson = found.report.learned["phone"]
    assert lesson.sure == 150 and lesson.bits["different"] < -0.5
    another = next(level for level in found.model.comparison("phone").levels if level.name == "different")
    shipped = dict(numbered(PHONE))[another.gamma]
    assert another.m == pytest.approx(shipped.m * 2 ** lesson.bits["different"], abs=1e-5)
    assert another.bits_relative == pytest.approx(np.log2(another.m / shipped.s), abs=1e-4)


def test_every_learned_comparison_says_which_of_its_levels_are_one() -> None:
    assert {comparison.name for comparison in LEARNED} == {"legal_form", "web", "phone", "mailbox"}
    for comparison in LEARNED:
        alike = [level for level in comparison.levels if level.when.startswith(comparison.learned or "")]
        assert alike and len(alike) < len(comparison.levels)
