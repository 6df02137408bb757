"""What the exports cover: the days from which and up to which something that is missing can be called missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import polars as pl

_ISOLATED = 366
"""A date that lies so many days before all others is a slip, or a document that was kept for another reason."""
_SLACK = 31
"""An export that ends so many days before the newest one was made on the same day, on a quiet week."""


@dataclass(frozen=True)
class Window:
    """The first and the last day of the documents of one kind, and how many there are."""

    first: date | None
    last: date | None
    count: int

    @property
    def read(self) -> bool:
        """Whether there are such documents at all."""
        return self.count > 0

    def covers(self, day: str) -> pl.Expr:
        """Give whether a day is one of which the export shows what happened."""
        return pl.lit(False) if self.first is None else pl.col(day) >= self.first


@dataclass(frozen=True)
class Windows:
    """The window of each kind of document."""

    as_of: date
    deal: Window
    project: Window
    invoice: Window
    payment: Window

    def until(self, window: Window) -> date:
        """Give the day to which days are counted: the as-of date, or the end of an export that ends earlier."""
        if window.last is None or (self.as_of - window.last).days <= _SLACK:
            return self.as_of
        return window.last


def windows(table: pl.DataFrame, as_of: date) -> Windows:
    """Give the window of each kind; of deals, those that are won."""
    happened = pl.col("day") <= as_of
    won = (pl.col("kind") == "deal") & (pl.col("state") == "deal_won")
    return Windows(
        as_of,
        _window(table, (pl.col("kind") == "deal"), table.filter(won & happened)["day"]),
        _window(
            table, pl.col("kind") == "project", table.filter((pl.col("kind") == "project") & happened)["day"]
        ),
        _window(
            table, pl.col("kind") == "invoice", table.filter((pl.col("kind") == "invoice") & happened)["day"]
        ),
        _window(
            table, pl.col("kind") == "payment", table.filter((pl.col("kind") == "payment") & happened)["day"]
        ),
    )


def _window(table: pl.DataFrame, kind: pl.Expr, days: pl.Series) -> Window:
    dated = days.drop_nulls().sort()
    count = table.filter(kind).height
    if dated.is_empty():
        return Window(None, None, count)
    earliest: list[date] = dated.head(20).to_list()
    first = earliest[-1]
    for earlier, later in pairwise(earliest):
        if (later - earlier).days <= _ISOLATED:
            first = earlier
            break
    return Window(first, dated[-1], count)
