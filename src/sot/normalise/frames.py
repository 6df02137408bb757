"""Work once on every distinct value of some columns, and bring the results back to all rows.

What several expressions need is a column first: Polars works an expression out anew wherever it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

import polars as pl

SLICE = 50_000
"""Distinct values in one piece of work; Polars leaves Python's lock alone, so pieces run side by side."""

Work = Callable[[pl.DataFrame], pl.DataFrame]


def over_distinct(table: pl.DataFrame, columns: Sequence[str], work: Work) -> pl.DataFrame:
    """Give `table` with what `work` adds to the distinct combinations of `columns`.

    Combinations that are null in every column are left out of the work and get nulls. `work` has to treat
    each combination by itself: it gets them in pieces, in no order.
    """
    keys = table.select(columns).filter(~pl.all_horizontal(pl.all().is_null())).unique(maintain_order=False)
    pieces = [keys.slice(start, SLICE) for start in range(0, max(keys.height, 1), SLICE)]
    with ThreadPoolExecutor(max_workers=min(len(pieces), pl.thread_pool_size())) as pool:
        done = pl.concat(list(pool.map(work, pieces)))
    # Only the keys are joined: a join of the whole table would copy all of its columns.
    found = table.select(columns).join(
        done, on=list(columns), how="left", nulls_equal=True, maintain_order="left"
    )
    return table.with_columns(found.drop(columns).get_columns())


def mapped(column: str, table: dict[str, str]) -> pl.Expr:
    """Give the values of `column` by `table`, null where it does not know them."""
    return pl.col(column).replace_strict(
        list(table.keys()), list(table.values()), default=None, return_dtype=pl.String
    )


def listed(values: Iterable[str]) -> pl.Series:
    """Give values, sorted, for `is_in`: a long list made once need not be made again for every piece of work."""
    return pl.Series(sorted(values), dtype=pl.String).implode()


def where(frame: pl.DataFrame, condition: pl.Expr, work: Work) -> pl.DataFrame:
    """Do `work` on the rows where `condition` holds, leave the others alone; rows may change places."""
    hit = frame.select(condition.fill_null(False)).to_series()
    if not hit.any():
        return frame
    return pl.concat([frame.filter(~hit), work(frame.filter(hit)).select(frame.columns)])
