"""Work once on every distinct value of some columns, and bring the results back to all rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import polars as pl


def over_distinct(
    table: pl.DataFrame, columns: Sequence[str], work: Callable[[pl.DataFrame], pl.DataFrame]
) -> pl.DataFrame:
    """Give `table` with the columns that `work` adds to the distinct combinations of `columns`.

    Combinations that are null in every column are left out of the work and get nulls.
    """
    keys = table.select(columns).filter(~pl.all_horizontal(pl.all().is_null())).unique(maintain_order=False)
    done = work(keys)
    return table.join(done, on=list(columns), how="left", nulls_equal=True, maintain_order="left")


def mapped(column: str, table: dict[str, str]) -> pl.Expr:
    """Give the values of `column` by `table`, null where it does not know them."""
    return pl.col(column).replace_strict(
        list(table.keys()), list(table.values()), default=None, return_dtype=pl.String
    )
