"""What is told of a difference in the report: counts, and of each kind the examples with the most at stake."""

from __future__ import annotations

from typing import Any

import polars as pl

from sot.compare.difference import State, difference
from sot.model.kinds import Severity

Plain = dict[str, Any]

EXAMPLES = 3
"""Of each kind; `sot diff` has all."""

LONGEST = 120
"""Characters of a value that are told: the history keeps what is told of every run."""

_NOT_TOLD = frozenset({"match_probability", "exposure_other"})
"""Columns of a customer whose changes say nothing to a person."""

_FIGURES = frozenset({"systems", "record_count", "exposure", "exposure_currency", "status", "currency"})
"""Columns whose changes are counted; the examples show values of the customer itself."""

_CONFLICT = ("severity", "kind", pl.col("golden_name").alias("name"), "field", "values")


_EXCEPTIONS = ("arisen", "mended", "grown")


def telling(before: State, after: State) -> Plain:
    """Give counts, changed customers by field, conflicts by severity, and a few examples of each kind."""
    changes = difference(before, after)
    changed = changes.changed.filter(~pl.col("field").is_in(sorted(_NOT_TOLD)))
    shown = changed.filter(~pl.col("field").is_in(sorted(_FIGURES)))
    tables = {
        "new": _weightiest(changes.new, after),
        "gone": _weightiest(changes.gone, before),
        "merged": _weightiest(changes.merged, after),
        "split": _weightiest(changes.split, before),
        "changed": _weightiest(shown, after),
        "opened": changes.opened.select(*_CONFLICT),
        "closed": changes.closed.select(*_CONFLICT),
        **{name: getattr(changes, name).rename({"golden_name": "name"}) for name in _EXCEPTIONS},
    }
    counts = changes.counts() | {"changed": changed["golden_id"].n_unique()}
    return {
        "counts": counts,
        "fields": dict(changed.group_by("field").len().sort("len", "field", descending=[True, False]).rows()),
        "money": {name: _money(getattr(changes, name)) for name in _EXCEPTIONS},
        "severities": {"opened": _severities(changes.opened), "closed": _severities(changes.closed)},
        "examples": {name: _rows(table) for name, table in tables.items() if table.height},
    }


def _weightiest(table: pl.DataFrame, state: State) -> pl.DataFrame:
    """Put the customers with the most exposure first, each once."""
    weight = state.golden.select("golden_id", pl.col("exposure").fill_null(0).alias("weight"))
    if "field" in table.columns:
        # Of a customer of which several values changed, the one that a person looks at first is shown.
        columns = state.golden.columns
        place = pl.col("field").replace_strict(columns, range(len(columns)), return_dtype=pl.Int32)
        table = table.sort("golden_id", place)
    ranked = table.join(weight, on="golden_id", how="left", maintain_order="left")
    ranked = ranked.sort("weight", descending=True, nulls_last=True, maintain_order=True)
    return ranked.unique("golden_id", keep="first", maintain_order=True).drop("weight")


def _money(exceptions: pl.DataFrame) -> dict[str, float]:
    """Add up the differences by currency; of those that grew, only by how much."""
    was = pl.col("was").fill_null(0).abs() if "was" in exceptions.columns else pl.lit(0.0)
    grown = (pl.col("difference").fill_null(0).abs() - was).alias("amount")
    counted = exceptions.with_columns(grown, pl.col("currency").fill_null("")).filter(pl.col("amount") > 0)
    sums = counted.group_by("currency").agg(pl.col("amount").sum().round(2)).sort("currency")
    return dict(sums.iter_rows())


def _severities(conflicts: pl.DataFrame) -> dict[str, int]:
    return {str(severity): conflicts.filter(pl.col("severity") == severity).height for severity in Severity}


def _rows(table: pl.DataFrame) -> list[Plain]:
    rows = table.head(EXAMPLES).to_dicts()
    return [{name: _cut(value) for name, value in row.items()} for row in rows]


def _cut(value: Any) -> Any:
    return value[: LONGEST - 1] + "…" if isinstance(value, str) and len(value) > LONGEST else value
