"""The evidence model as Splink writes it: comparisons.yaml becomes SQL, candidate pairs become scores."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from math import log2

import duckdb
import polars as pl

from sot.match.scoring.levels import View, numbered
from sot.rules.matching import Comparison, ComparisonRules

SHIPPED = "splink_views.sql"
"""What Splink wrote for the shipped rules; `python -m tests.match.splink_views` writes it anew."""
VIEW = "\n-- view "
"""Begins each view of that file, before its name."""
_written: dict[str, tuple[View, ...]] = {}
"""The views that Splink wrote, by their key."""
_MOST_WRITTEN = 16


def shipped(key: str) -> tuple[View, ...]:
    """Give the shipped views if they are those of `key`, or none."""
    text = files("sot.match.scoring").joinpath(SHIPPED).read_text(encoding="utf-8")
    head, *views = text.split(VIEW)
    if head.split() != ["--", "key", key]:
        return ()
    return tuple(View(*view.split("\n", 1)) for view in views)


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
        views = self._views(con, pairs)
        # As parts of one query: a view is looked through anew by each of those that are made of it.
        made = ", ".join(f"{view.name} as not materialized ({view.query})" for view in views)
        each = ", ".join(
            f"gamma_{c.name}::tinyint as gamma_{c.name}, ({_bits_sql(c)})::float as bits_{c.name}"
            for c in self.rules.comparisons
        )
        scores: pl.DataFrame = con.sql(f"""
            with {made}
            select uid_l, uid_r, match_weight::float as chance, ({self._relative_sql()})::float as relative,
                   {self._veto_sql()} as veto, {each}
            from {views[-1].name} order by uid_l, uid_r
        """).pl()
        return scores

    def _views(self, con: duckdb.DuckDBPyConnection, pairs: str) -> tuple[View, ...]:
        """Give the views that score the table `pairs`; the last one holds the scores.

        Splink writes the same SQL for the same rules, tables and columns, and it takes longer to write it than to score
        a small list. So what it wrote in this process is done again as it is, and what it writes for the shipped rules
        is shipped with them.
        """
        key = self.key(con, pairs)
        if key not in _written:
            if len(_written) >= _MOST_WRITTEN:
                _written.clear()
            _written[key] = shipped(key) or self.by_splink(con, pairs)
        return _written[key]

    def key(self, con: duckdb.DuckDBPyConnection, pairs: str) -> str:
        """Give a digest of all that Splink's SQL depends on: the rules, the tables, their columns, its version."""
        columns = sorted(name for name, *_ in con.sql("describe evidence").fetchall())
        known = (version("splink"), pairs, *columns, self.rules.model_dump_json())
        return hashlib.sha256("\n".join(known).encode()).hexdigest()

    def by_splink(self, con: duckdb.DuckDBPyConnection, pairs: str) -> tuple[View, ...]:
        """Let Splink write the views."""
        from sot.match.scoring.splink_model import written

        return written(con, pairs, self.rules)

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


def _bits_sql(comparison: Comparison) -> str:
    by_value = f" + mw_tf_adj_{comparison.name}" if any(level.by for level in comparison.levels) else ""
    return f"mw_{comparison.name}{by_value}"
