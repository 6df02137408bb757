"""What a metric finds: one figure per system (or handoff, or currency), with the records that miss it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from sot.check.evidence import LISTED, Evidence

ALL = "all"
"""The scope of a figure that is of everything."""


@dataclass(frozen=True)
class Example:
    """One thing that misses a gate: where it stands, which record it is, and what is wrong there."""

    source: str
    row: int
    record: str
    value: str = ""


@dataclass(frozen=True)
class Figure:
    """What a gate finds in one scope; without a value, `said` tells why nothing could be measured."""

    scope: str
    value: float | None
    missing: int = 0
    said: str = ""
    examples: tuple[Example, ...] = ()


def nothing(scope: str, why: str) -> Figure:
    """Give the figure of what could not be measured."""
    return Figure(scope, None, said=why)


def shares(
    rows: pl.LazyFrame, bad: pl.Expr, shown: pl.Expr, evidence: Evidence, of_good: bool
) -> dict[str, Figure]:
    """Give for each system the share of `rows` that is good (or bad), with the first bad ones as examples."""
    place = pl.struct(
        "source", "row",
        pl.format("{}:{}", "system", "record_id").alias("record"),
        shown.cast(pl.String).fill_null("").alias("value"),
    )  # fmt: skip
    found = (
        rows.with_columns(bad.fill_null(True).alias("bad"))
        .group_by("system")
        .agg(pl.len(), pl.col("bad").sum(), first=place.filter("bad").head(LISTED))
        .collect()
    )
    return {
        system: Figure(
            system, ((total - count) if of_good else count) / total, count, examples=tuple(examples(first))
        )
        for system, total, count, first in found.select("system", "len", "bad", "first").iter_rows()
    }


def examples(rows: Iterable[dict[str, object]]) -> Iterable[Example]:
    """Make examples of rows with source, row, record and value."""
    for row in rows:
        line = row["row"]
        yield Example(
            str(row["source"] or ""),
            line if isinstance(line, int) else 0,
            str(row["record"]),
            str(row["value"] or ""),
        )
