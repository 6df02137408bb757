"""The model as settings of Splink: Splink takes them from JSON, draws them, and scores pairs as sot does."""

from __future__ import annotations

import json
import logging
from math import log2
from pathlib import Path

import duckdb
import pytest
from splink import DuckDBAPI, Linker

from sot.match.scoring.condition_sql import pair_code
from sot.match.scoring.levels import levels
from sot.match.scoring.model import Model
from sot.match.scoring.splink_settings import splink_settings
from sot.model.kinds import NameForm
from sot.model.matching import Lesson, Lessons, MatchReport
from tests.match.test_model import BY, ROWS, RULES, evidence

PRIOR = {"inside": 0.05, "across": 0.45}
RECORDS = 2000
TAUGHT = {"web": Lesson(0, {"same domain, name agrees": 0.75})}


def both(tmp_path: Path, learned: Lessons) -> tuple[list[tuple[int, float]], list[tuple[int, float]]]:
    """Score the pairs of ROWS by sot, and by Splink with settings that were read from a file."""
    path = tmp_path / "splink_model.json"
    report = MatchReport(learned=learned, links_per_record=PRIOR)
    path.write_text(json.dumps(splink_settings(RULES, report, RECORDS)), encoding="utf-8")
    rows = [side for sides, _ in ROWS for side in sides]
    with duckdb.connect() as con:
        con.register("given", evidence(rows).to_arrow())
        con.execute("create table evidence as from given")
        code = pair_code("12", str(int(NameForm.SAME_WORDS)))
        con.execute(
            f"create table pairs as select 2 * i as join_key_l, 2 * i + 1 as join_key_r, {code} as match_key "
            f"from range({len(ROWS)}) t(i)"
        )
        ours = Model(RULES).score(con, "pairs").select("uid_l", "chance").rows()
        api = DuckDBAPI(connection=con)
        data = api.register("evidence", dataset_display_name="given_to_splink")
        linker = Linker(data, str(path), log_level=logging.ERROR)
        for column in BY:
            linker.table_management.register_term_frequency_lookup(data, column)
        linker.table_management.register_blocked_pairs_for_predict(
            api.register("pairs", table_name="pairs_for_splink")
        )
        scored = linker.inference.predict(warning_mode="never").as_duckdbpyrelation()
        theirs = scored.select("uid_l, match_weight").order("uid_l").fetchall()
        drawn = {row.label_for_charts for row in linker.visualisations.match_weights_chart().chart_data}
    assert {level.name for c in RULES.comparisons for level in c.levels} <= drawn
    return ours, theirs


def test_splink_scores_pairs_as_sot_does_from_the_file(tmp_path: Path) -> None:
    learned = TAUGHT
    ours, theirs = both(tmp_path, learned)
    links = sum(PRIOR.values()) * RECORDS
    share = links / (RECORDS * (RECORDS - 1) / 2)
    more = {
        2 * i: learned["web"].bits[expected["web"]]
        for i, (_, expected) in enumerate(ROWS)
        if expected.get("web") in learned["web"].bits
    }
    assert more
    expected = [(uid, chance + more.get(uid, 0.0) + log2(share / (1 - share))) for uid, chance in ours]
    assert len(theirs) == len(expected) == len(ROWS)
    for (uid, weight), (other, told) in zip(theirs, expected, strict=True):
        assert uid == other
        assert weight == pytest.approx(told, abs=2e-3)


def test_what_is_learned_moves_m_and_beyond_certainty_u() -> None:
    name, level = next((c.name, found) for c in RULES.comparisons for found in levels(c) if found.m > 0.5)
    for bits in (-1.0, 3.0):
        lesson = {name: Lesson(0, {level.name: bits})}
        made = splink_settings(RULES, MatchReport(learned=lesson, links_per_record=PRIOR), RECORDS)
        comparison = next(c for c in made["comparisons"] if c["output_column_name"] == name)
        told = next(one for one in comparison["comparison_levels"] if one["label_for_charts"] == level.name)
        assert told["m_probability"] <= 1.0
        ratio = log2(told["m_probability"] / told["u_probability"])
        assert ratio == pytest.approx(log2(level.m / level.u) + bits)


@pytest.mark.parametrize("records", [0, 1, 2])
def test_the_prior_of_a_tiny_list_is_a_probability(records: int) -> None:
    made = splink_settings(RULES, MatchReport(), records)
    assert 0 < made["probability_two_random_records_match"] < 1
