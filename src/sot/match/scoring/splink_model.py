"""The evidence model as Splink settings, and the SQL that Splink writes for it.

The only module that imports Splink. Pair evidence that is no function of two columns (how two names compare) reaches
Splink's levels through the match_key of the registered candidate pairs.
"""

from __future__ import annotations

from itertools import count
from typing import Any

import duckdb
from splink import DuckDBAPI, Linker, SettingsCreator
from splink.internals.comparison_level_creator import ComparisonLevelCreator
from splink.internals.comparison_level_library import CustomLevel, ElseLevel
from splink.internals.comparison_library import CustomComparison

from sot.match.scoring.condition_sql import condition_sql
from sot.match.scoring.levels import View, levels
from sot.rules.conditions import parse
from sot.rules.matching import Comparison, ComparisonRules, Level

_number = count()


class _Views(DuckDBAPI):
    """Splink keeps each step as a table of all its columns; as views, only what is asked of the last is worked out."""

    views: list[View]

    def _setup_for_execute_sql(self, sql: str, physical_name: str) -> str:
        view = View(physical_name, f"create or replace view {physical_name} as {sql}")
        self.views.append(view)
        return view.sql

    def delete_table_from_database(self, name: str) -> None:
        """Delete nothing: the last view reads the others, and none of them holds data."""


def written(con: duckdb.DuckDBPyConnection, pairs: str, rules: ComparisonRules) -> tuple[View, ...]:
    """Let Splink make the views that score the table `pairs`; the last one holds the scores."""
    api = _Views(connection=con)
    api.views = []
    number = next(_number)
    data = api.register("evidence", dataset_display_name=f"evidence_{number}")
    # The rules were checked against the columns when they were loaded; Splink's own check parses every condition
    # anew, which takes half the time of a small list.
    linker = Linker(data, _settings(rules), validate_settings=False, log_level=40)
    # The table holds its tf_ columns already; without this, Splink counts every value again.
    for column in sorted({level.by for c in rules.comparisons for level in c.levels if level.by}):
        linker.table_management.register_term_frequency_lookup(data, column)
    linker.table_management.register_blocked_pairs_for_predict(
        api.register(pairs, table_name=f"pairs_{number}")
    )
    linker.inference.predict(warning_mode="never")
    return tuple(api.views)


def _settings(rules: ComparisonRules) -> SettingsCreator:
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="uid",
        comparisons=[_comparison(c) for c in rules.comparisons],
        probability_two_random_records_match=0.5,
        retain_matching_columns=True,  # Splink gives the levels only together with the compared columns
        retain_intermediate_calculation_columns=True,
    )


def _comparison(comparison: Comparison) -> CustomComparison:
    made: list[ComparisonLevelCreator | dict[str, Any]] = []
    if comparison.missing is not None:
        made.append(
            CustomLevel(condition_sql(parse(comparison.missing)), "missing").configure(is_null_level=True)
        )
    listed = levels(comparison)
    for level in listed[:-1]:
        made.append(_level(CustomLevel(condition_sql(parse(level.when)), level.name), level))
    made.append(_level(ElseLevel(), listed[-1]))
    return CustomComparison(output_column_name=comparison.name, comparison_levels=made)


def _level(made: ComparisonLevelCreator, level: Level) -> ComparisonLevelCreator:
    terms: dict[str, Any] = {}
    if level.by is not None:
        terms = {
            "tf_adjustment_column": level.by,
            "disable_tf_exact_match_detection": True,
            "tf_adjustment_weight": 1.0,
            "tf_minimum_u_value": level.least_u,
        }
    return made.configure(
        m_probability=level.m, u_probability=level.u, fix_m_probability=True, fix_u_probability=True, **terms
    )
