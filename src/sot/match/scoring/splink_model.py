"""The evidence model run by Splink: comparisons.yaml becomes Splink settings, candidate pairs become scores.

The only module that imports Splink. Pair evidence that is no function of two columns (how two names compare) reaches
Splink's levels through the match_key of the registered candidate pairs.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from math import log2
from typing import Any

import duckdb
import polars as pl
from splink import DuckDBAPI, Linker, SettingsCreator
from splink.internals.comparison_level_creator import ComparisonLevelCreator
from splink.internals.comparison_level_library import CustomLevel, ElseLevel
from splink.internals.comparison_library import CustomComparison

from sot.match.scoring.condition_sql import condition_sql
from sot.rules.conditions import parse
from sot.rules.matching import Comparison, ComparisonRules, Level

_number = count()


def levels(comparison: Comparison) -> list[Level]:
    """Give the levels of a comparison from the top, a graded one spelled out bit by bit."""
    if comparison.graded is None:
        return list(comparison.levels)
    graded = comparison.graded
    steps = range(graded.highest, graded.lowest - 1, -1)
    return [
        Level(
            name=graded.called(bits),
            when=f"{graded.column} >= {bits - 0.5}" if bits > graded.lowest else "true",
            m=min(1.0, 2.0**bits) * 0.5,
            u=min(1.0, 2.0**-bits) * 0.5,
            s=min(1.0, 2.0**bits) * 0.5,
        )
        for bits in steps
    ]


@dataclass(frozen=True)
class _View:
    """A view that Splink made: its name and the SQL that makes it."""

    name: str
    sql: str


_written: dict[tuple[int, str, tuple[str, ...]], tuple[ComparisonRules, tuple[_View, ...]]] = {}
"""The views that Splink wrote in this process, by the rules, the table of pairs and the columns of the evidence."""
_MOST_WRITTEN = 16


class _Views(DuckDBAPI):
    """Splink keeps each step as a table of all its columns; as views, only what is asked of the last is worked out."""

    views: list[_View]

    def _setup_for_execute_sql(self, sql: str, physical_name: str) -> str:
        view = _View(physical_name, f"create or replace view {physical_name} as {sql}")
        self.views.append(view)
        return view.sql

    def delete_table_from_database(self, name: str) -> None:
        """Delete nothing: the last view reads the others, and none of them holds data."""


@dataclass
class Model:
    """A Splink model over the table `evidence` (uid and the columns that the conditions name)."""

    rules: ComparisonRules

    def score(self, con: duckdb.DuckDBPyConnection, pairs: str) -> pl.DataFrame:
        """Score the table `pairs` (join_key_l, join_key_r, match_key); the scores are sorted by uid_l and uid_r.

        Columns: uid_l, uid_r, chance (bits against chance without prior), relative (bits against relatives
        without prior), veto (number of the first comparison at a veto level, from 1, or 0), gamma_<comparison>
        (its level) and bits_<comparison> (what that level tells against chance).
        """
        scored = self._views(con, pairs)
        each = ", ".join(
            f"gamma_{c.name}::tinyint as gamma_{c.name}, ({_bits_sql(c)})::float as bits_{c.name}"
            for c in self.rules.comparisons
        )
        scores: pl.DataFrame = con.sql(f"""
            select uid_l, uid_r, match_weight::float as chance, ({self._relative_sql()})::float as relative,
                   {self._veto_sql()} as veto, {each}
            from {scored} order by uid_l, uid_r
        """).pl()
        return scores

    def _views(self, con: duckdb.DuckDBPyConnection, pairs: str) -> str:
        """Make the views that score the table `pairs`; give the name of the last one.

        Splink writes the same SQL for the same rules, tables and columns, and it takes longer to write it than to score
        a small list: what it wrote in this process is done again as it is.
        """
        columns = tuple(name for name, *_ in con.sql("describe evidence").fetchall())
        key = id(self.rules), pairs, columns
        rules, views = _written.get(key, (None, ()))
        if rules is self.rules:
            for view in views:
                con.execute(view.sql)
            return views[-1].name
        if len(_written) >= _MOST_WRITTEN:
            _written.clear()
        api = self._predicted(con, pairs)
        _written[key] = self.rules, tuple(api.views)
        return api.views[-1].name

    def _predicted(self, con: duckdb.DuckDBPyConnection, pairs: str) -> _Views:
        """Let Splink make the views."""
        api = _Views(connection=con)
        api.views = []
        number = next(_number)
        data = api.register("evidence", dataset_display_name=f"evidence_{number}")
        # The rules were checked against the columns when they were loaded; Splink's own check parses every condition
        # anew, which takes half the time of a small list.
        linker = Linker(data, self._settings(), validate_settings=False, log_level=40)
        # The table holds its tf_ columns already; without this, Splink counts every value again.
        for column in sorted({level.by for c in self.rules.comparisons for level in c.levels if level.by}):
            linker.table_management.register_term_frequency_lookup(data, column)
        linker.table_management.register_blocked_pairs_for_predict(
            api.register(pairs, table_name=f"pairs_{number}")
        )
        linker.inference.predict(warning_mode="never")
        return api

    def _settings(self) -> SettingsCreator:
        return SettingsCreator(
            link_type="dedupe_only",
            unique_id_column_name="uid",
            comparisons=[_comparison(c) for c in self.rules.comparisons],
            probability_two_random_records_match=0.5,
            retain_matching_columns=True,  # Splink gives the levels only together with the compared columns
            retain_intermediate_calculation_columns=True,
        )

    def _relative_sql(self) -> str:
        return " + ".join(
            f"(case gamma_{c.name} "
            + " ".join(f"when {value} then {log2(level.m / level.s):.6f}" for value, level in numbered(c))
            + " else 0 end)"
            for c in self.rules.comparisons
            if any(abs(log2(level.m / level.s)) > 1e-9 for _, level in numbered(c))
        )

    def _veto_sql(self) -> str:
        cases = [
            f"when gamma_{c.name} = {value} then {i}"
            for i, c in enumerate(self.rules.comparisons, 1)
            for value, level in numbered(c)
            if level.veto
        ]
        return f"(case {' '.join(cases)} else 0 end)::tinyint" if cases else "0::tinyint"


def numbered(comparison: Comparison) -> list[tuple[int, Level]]:
    """Give each level with its gamma: Splink counts them from the bottom, from 0."""
    found = levels(comparison)
    return [(len(found) - 1 - i, level) for i, level in enumerate(found)]


def _comparison(comparison: Comparison) -> CustomComparison:
    made: list[ComparisonLevelCreator | dict[str, Any]] = []
    if comparison.missing is not None:
        made.append(
            CustomLevel(condition_sql(parse(comparison.missing)), "missing").configure(is_null_level=True)
        )
    found = levels(comparison)
    for level in found[:-1]:
        made.append(_level(CustomLevel(condition_sql(parse(level.when)), level.name), level))
    made.append(_level(ElseLevel(), found[-1]))
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


def _bits_sql(comparison: Comparison) -> str:
    by_value = f" + mw_tf_adj_{comparison.name}" if any(level.by for level in comparison.levels) else ""
    return f"mw_{comparison.name}{by_value}"
