"""What a metric finds: one figure per system (or handoff, or currency), with the records that miss it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from sot.check.inputs import LISTED

ALL = "all"
"""The scope of a figure that is of everything."""


@dataclass(frozen=True)
class Example:
    """One thing that misses a gate: where it stands, which record it is, and what is wrong there.

    `key` is what it is known by from one check to the next, where that is not its record.
    """

    source: str
    row: int
    record: str
    value: str = ""
    key: str = ""


@dataclass(frozen=True)
class Measurement:
    """What a gate finds in one scope; without a value, `note` says why nothing could be measured."""

    scope: str
    value: float | None
    missing: int = 0
    note: str = ""
    examples: tuple[Example, ...] = ()


def nothing(scope: str, why: str) -> Measurement:
    """Give the figure of what could not be measured."""
    return Measurement(scope, None, note=why)


def shares(
    rows: pl.LazyFrame, bad: pl.Expr, shown: pl.Expr, of_good: bool, more: pl.LazyFrame | None = None
) -> dict[str, Measurement]:
    """Give for each system the share of `rows` that is good (or bad), with the first bad ones as examples.

    Rows have uid and system. Place and value (`shown`) of the examples are taken from `more`, where that is
    another table: they are few, so they are looked up when it is known which they are.
    """
    counted = (
        rows.select("system", "uid", bad=bad.fill_null(True))
        .group_by("system")
        .agg(pl.len(), pl.col("bad").sum(), first=pl.col("uid").filter("bad").head(LISTED))
        .collect()
    )
    examples = _told(more if more is not None else rows, counted["first"].explode().drop_nulls(), shown)
    return {
        system: Measurement(
            system, ((total - count) if of_good else count) / total, count, examples=examples.get(system, ())
        )
        for system, total, count in counted.select("system", "len", "bad").iter_rows()
    }


def _told(rows: pl.LazyFrame, uids: pl.Series, shown: pl.Expr) -> dict[str, tuple[Example, ...]]:
    """Give the examples of each system, in the order of their uids."""
    if uids.is_empty():
        return {}
    table = (
        rows.filter(pl.col("uid").is_in(uids.implode()))
        .sort("uid")
        .select(
            "system",
            "source",
            "row",
            record=pl.format("{}:{}", "system", "record_id"),
            value=shown.cast(pl.String).fill_null(""),
        )
        .collect()
    )
    parts = table.partition_by("system", as_dict=True, include_key=False)
    return {str(system): tuple(examples(part.iter_rows(named=True))) for (system,), part in parts.items()}


def examples(rows: Iterable[dict[str, object]]) -> Iterable[Example]:
    """Make examples of rows with source, row, record, value and perhaps a key."""
    for row in rows:
        line = row["row"]
        yield Example(
            str(row["source"] or ""),
            line if isinstance(line, int) else 0,
            str(row["record"]),
            str(row["value"] or ""),
            str(row.get("key") or ""),
        )
