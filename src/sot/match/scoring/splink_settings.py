"""The model as a run used it, written as settings of Splink: its charts and other engines read these."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sot.match.scoring.condition_sql import condition_sql
from sot.match.scoring.levels import levels
from sot.model.matching import MatchReport
from sot.rules.conditions import parse
from sot.rules.matching import Comparison, ComparisonRules, Level

Plain = dict[str, Any]
LEAST_PRIOR, MOST_PRIOR = 1e-12, 0.5


def splink_settings(rules: ComparisonRules, report: MatchReport, records: int) -> Plain:
    """Give settings that Splink's Linker takes, plain values that JSON holds.

    `report` is that of the matching of so many `records`: what levels came to tell more in this list is in their m
    (and, where that is more than certain, in their u), the expected share of links among all pairs is the prior.
    """
    learned = {name: lesson.bits for name, lesson in report.learned.items()}
    links = sum(report.links_per_record.values()) * records
    share = links / max(records * (records - 1) / 2, 1.0)
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "uid",
        "probability_two_random_records_match": min(max(share, LEAST_PRIOR), MOST_PRIOR),
        "blocking_rules_to_generate_predictions": [],
        "comparisons": [_comparison(c, learned.get(c.name, {})) for c in rules.comparisons],
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": True,
        "additional_columns_to_retain": [],
        "em_convergence": 0.0001,
        "max_iterations": 25,
    }


def _comparison(comparison: Comparison, learned: Mapping[str, float]) -> Plain:
    made: list[Plain] = []
    if comparison.missing is not None:
        condition = condition_sql(parse(comparison.missing))
        made.append({"sql_condition": condition, "label_for_charts": "missing", "is_null_level": True})
    listed = levels(comparison)
    for level in listed:
        condition = "ELSE" if level is listed[-1] else condition_sql(parse(level.when))
        made.append({"sql_condition": condition, **_told(level, learned.get(level.name, 0.0))})
    return {
        "output_column_name": comparison.name,
        "comparison_description": comparison.why,
        "comparison_levels": made,
    }


def _told(level: Level, more: float) -> Plain:
    """Give what a level tells, `more` bits of it learned."""
    m = level.m * 2.0**more
    fields: Plain = {
        "label_for_charts": level.name,
        "m_probability": min(m, 1.0),
        "u_probability": level.u / max(m, 1.0),
        "fix_m_probability": True,
        "fix_u_probability": True,
    }
    if level.by is not None:
        fields |= {
            "tf_adjustment_column": level.by,
            "disable_tf_exact_match_detection": True,
            "tf_adjustment_weight": 1.0,
            "tf_minimum_u_value": level.least_u,
        }
    return fields
