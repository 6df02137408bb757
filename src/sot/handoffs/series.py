"""Series: the same amount of one customer, billed again and again at a steady interval."""

from __future__ import annotations

import polars as pl

from sot.rules.handoffs import Series

_DEARER, _MONTHS_AFTER = 1.3, 12
"""A price rises or falls by so much at most, and so many bills at the new price are looked at."""
_ROUNDED, _AT_LEAST = 0.005, 1.0
"""The first or last part of a sum takes what rounding leaves over: it differs from the others by so much at most."""
_STEADY = 0.75
"""So many of the intervals must be of one length; a month that was left out is no end of a series."""


def series(table: pl.DataFrame, rules: Series) -> pl.DataFrame:
    """Give (doc, series): the invoices that belong to a series, and its number, which is its first document.

    Invoices recur by amount, or by their matter where the amount changes; `table` has a column `matter`.
    """
    billed = table.filter(
        (pl.col("kind") == "invoice") & pl.col("day").is_not_null() & pl.col("party").is_not_null()
    )
    by_amount = _steady(billed.filter(pl.col("total") > 0), ["party", "currency", "total"], rules)
    by_amount = pl.concat([by_amount, _rounded(billed, by_amount, rules)])
    rest = billed.join(by_amount, on="doc", how="anti", maintain_order="left").filter(pl.col("matter") != "")
    by_text = _steady(rest, ["party", "currency", "matter"], rules)
    steady = pl.concat([by_amount, by_text])
    return pl.concat([steady, _continued(billed, steady, rules)]).sort("doc")


def _continued(billed: pl.DataFrame, steady: pl.DataFrame, rules: Series) -> pl.DataFrame:
    """Give the bills that go on with a series at another price: the same text, at its interval, about as much."""
    known = billed.filter(pl.col("matter") != "").join(steady, on="doc", how="left", maintain_order="left")
    by = ["party", "currency", "matter"]
    # Texts of which every bill, or none, is of a series have nothing to go on with.
    mixed = pl.col("series").is_null().any().over(by) & pl.col("series").is_not_null().any().over(by)
    known = known.filter(mixed).sort(*by, "day", "doc")
    for _ in range(_MONTHS_AFTER):
        gap = (pl.col("day") - pl.col("day").shift(1).over(by)).dt.total_days()
        regular = pl.any_horizontal(gap.is_between(least, most) for least, most in rules.intervals.values())
        about = (pl.col("total") / pl.col("total").shift(1).over(by)).is_between(1 / _DEARER, _DEARER)
        before = pl.col("series").shift(1).over(by)
        goes_on = pl.col("series").is_null() & regular & about
        known = known.with_columns(series=pl.when(goes_on).then(before).otherwise("series"))
    return (
        known.join(steady, on="doc", how="anti", maintain_order="left")
        .select("doc", "series")
        .drop_nulls("series")
    )


def _rounded(billed: pl.DataFrame, steady: pl.DataFrame, rules: Series) -> pl.DataFrame:
    """Give the bills beside a series that differ from it by what rounding leaves over, one before and one after it."""
    known = billed.join(steady, on="doc")
    ends = known.group_by("party", "currency", "series").agg(
        each=pl.col("total").median(), first=pl.col("day").min(), last=pl.col("day").max()
    )
    free = billed.join(steady, on="doc", how="anti").select("doc", "party", "currency", "total", "day")
    pairs = free.join(ends, on=["party", "currency"], nulls_equal=True)
    near = (pl.col("total") - pl.col("each")).abs() <= pl.max_horizontal(_AT_LEAST, _ROUNDED * pl.col("each"))
    gaps = [
        (pl.col("day") - pl.col("last")).dt.total_days(),
        (pl.col("first") - pl.col("day")).dt.total_days(),
    ]
    pairs = pairs.with_columns(after=gaps[0] > 0, gap=pl.max_horizontal(gaps))
    regular = pl.any_horizontal(pl.col("gap").is_between(*span) for span in rules.intervals.values())
    pairs = pairs.filter(near & regular).sort("series", "after", "gap", "doc")
    return pairs.unique(["series", "after"], keep="first").unique("doc", keep="first").select("doc", "series")


def _steady(billed: pl.DataFrame, by: list[str], rules: Series) -> pl.DataFrame:
    ordered = billed.sort(*by, "day", "doc").with_columns(size=pl.len().over(by))
    ordered = ordered.filter(pl.col("size") >= rules.invoices).with_columns(
        gap=pl.col("day").diff().over(by).dt.total_days()
    )
    regular = [
        pl.col("gap").is_between(least, most).sum().over(by) for least, most in rules.intervals.values()
    ]
    steady = pl.max_horizontal(regular) >= _STEADY * (pl.col("size") - 1)
    return ordered.filter(steady).select("doc", series=pl.col("doc").min().over(by))
