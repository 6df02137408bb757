"""Why two records are linked or not: evidence by evidence with both values, the prior, and how they were found."""

from __future__ import annotations

from math import inf, log2
from typing import Any

import duckdb
import numpy as np
import polars as pl

from sot.match.candidates.blocking import shared_keys
from sot.match.candidates.exact_duplicates import distinct
from sot.match.scoring.bands import BorneNames, band
from sot.match.scoring.learn_levels import refined
from sot.match.scoring.levels import numbered
from sot.match.scoring.model import Model
from sot.match.scoring.one_to_one import lifted, with_room
from sot.match.scoring.posterior import Group, log_odds, possible_pairs, prior_odds, probability
from sot.match.stage import compare_names, workbench
from sot.match.tables import Prepared
from sot.model.matching import Lesson, MatchReport, Settled
from sot.rules import Rulebook
from sot.rules.matching import BlockingRules, Comparison, ComparisonRules, Prior, Thresholds
from sot.rules.matching_names import NameRules
from sot.rules.matching_policy import POLICY, Bands, MatchingPolicy

Plain = dict[str, Any]


def explain(
    records: pl.DataFrame, rules: Rulebook, report: MatchReport, left: int, right: int, room: float = 0.0
) -> Plain:
    """Compare two of the normalised `records` (by uid) as a run does, whether or not it found the pair.

    `report` is that of the run's matching, which holds what was learned, `room` the bits that the run gave the pair
    because no system has both of its sides. Gives steps (comparison, level, bits against chance and against relatives,
    both values), room, room_by_chance, prior, chance, relatives, match_weight, match_probability, band, against, and
    blocking (per rule whether the two share a key, how many records have it, the cap).
    """
    shown = [records.row(uid, named=True) for uid in (min(left, right), max(left, right))]
    compared = distinct(records)
    pair = compared.stand_ins(min(left, right), max(left, right))
    comparisons = rules.get("matching/comparisons.yaml", ComparisonRules)
    thresholds = rules.get("matching/thresholds.yaml", Thresholds)
    lessons = report.learned
    with workbench(compared.records, rules) as (con, ready):
        found_by = shared_keys(con, rules.get("matching/blocking.yaml", BlockingRules), *pair)
        scored = _scored(con, ready, pair, compared.records.height, rules)
    scored = refined(scored, comparisons, lessons)
    weighed = _weighed(scored, pair, compared.records["system"], report, thresholds.prior, room)
    bands = rules.get(POLICY, MatchingPolicy).bands
    names = ready.borne(compared.records)
    scored = scored.with_columns(bits_room=pl.lit(room, dtype=pl.Float32))
    row = _banded(scored, weighed, names, (comparisons, bands, report.settled))
    return {
        "records": [
            {"system": side["system"], "record_id": side["record_id"], "name": side["name"]} for side in shown
        ],
        "steps": [
            _step(comparison, row, shown, lessons.get(comparison.name))
            for comparison in comparisons.comparisons
        ],
        "room": room,
        "room_by_chance": min(room, thresholds.prior.room_by_chance),
        **weighed,
        "band": row["band"],
        "against": row["against"],
        "blocking": found_by,
    }


def _scored(
    con: duckdb.DuckDBPyConnection, ready: Prepared, pair: tuple[int, int], records: int, rules: Rulebook
) -> pl.DataFrame:
    """Score the pair alone, as if blocking had found it and however hopeless it is."""
    uid_l, uid_r = pair
    con.execute(
        f"create or replace temp table candidate as select {uid_l} as uid_l, {uid_r} as uid_r, 0 as rules"
    )
    names = rules.get("matching/names.yaml", NameRules).at_size(records)
    compare_names(con, ready, names, records, -inf)
    return Model(rules.get("matching/comparisons.yaml", ComparisonRules)).score(con, "candidate_evidence")


def _weighed(
    scored: pl.DataFrame,
    pair: tuple[int, int],
    systems: pl.Series,
    report: MatchReport,
    rule: Prior,
    room: float,
) -> dict[str, float]:
    """Weigh the evidence against the prior of pairs of its kind, inside a system or across `systems`, and relatives."""
    codes = systems.rank("dense").to_numpy().astype(np.int64)
    inside = bool(codes[pair[0]] == codes[pair[1]])
    chance, relative = (scored[name].to_numpy().astype(float) for name in ("chance", "relative"))
    possible = possible_pairs(codes)[0 if inside else 1]
    rate = report.links_per_record["inside" if inside else "across"]
    bare = log_odds(Group(chance, relative, possible), rate, len(systems), rule)
    chance, relative = with_room(chance, relative, np.array([room]), rule)
    group = Group(chance, relative, possible)
    weight = lifted(bare, log_odds(group, rate, len(systems), rule), rule)
    return {
        "prior": prior_odds(group, rate, len(systems)),
        "chance": float(group.chance[0]),
        "relatives": float(group.relative[0]),
        "match_weight": float(weight[0]),
        "match_probability": float(probability(weight)[0]),
    }


def _banded(
    scored: pl.DataFrame,
    weighed: dict[str, float],
    names: BorneNames,
    how: tuple[ComparisonRules, Bands, Settled],
) -> Plain:
    """Give the pair with its band, and what keeps it from being linked automatically."""
    pair = scored.with_columns(
        match_weight=pl.lit(weighed["match_weight"], dtype=pl.Float32),
        match_probability=pl.lit(weighed["match_probability"], dtype=pl.Float32),
        relation_weight=pl.lit(0.0),
    )
    return band(pair, names, *how).row(0, named=True)


def _step(comparison: Comparison, row: Plain, sides: list[Plain], lesson: Lesson | None) -> Plain:
    level = dict(numbered(comparison)).get(row[f"gamma_{comparison.name}"])
    more = lesson.bits.get(level.name, 0.0) if lesson and level else 0.0  # a level that came after the run
    values = [" ".join(str(side[column]) for column in comparison.shows if side[column]) for side in sides]
    return {
        "comparison": comparison.name,
        "level": level.name if level else "missing",
        "bits": float(row[f"bits_{comparison.name}"] or 0.0),
        "bits_against_relatives": log2(level.m / level.s) + more if level else 0.0,
        "left": values[0] or None,
        "right": values[1] or None,
    }
