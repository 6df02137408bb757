"""How records and their values are written into one cell: `system=value | …`, `system:record_id|…`."""

from __future__ import annotations

import polars as pl

from sot.resolve.fields import Field
from sot.resolve.members import Members, Places

KEY = pl.concat_str("system", pl.lit(":"), "record_id")
"""A record as conflicts name it."""


def said(members: Members, places: Places, field: Field) -> pl.DataFrame:
    """Give (customer, place, system, said, key) of some records, in their order; `said` is system=value."""
    rows = members.at(places, "system", saying(field.text).alias("said"), KEY.alias("key"))
    return rows.insert_column(1, pl.Series("place", places))


def saying(text: pl.Expr) -> pl.Expr:
    """Write `system=value`; line breaks inside a value become blanks."""
    flat = text.fill_null("").str.replace_all(r"\s+", " ")
    return pl.concat_str("system", pl.lit("="), flat)


def joined(
    rows: pl.DataFrame, column: str, separator: str, name: str, by: tuple[str, ...] = ("customer",)
) -> pl.DataFrame:
    """Give (`by`, `name`): the distinct texts of `column` for each of `by`, in their order, as one text."""
    distinct = rows.select(*by, pl.col(column).alias(name)).unique(maintain_order=True)
    # Most have one text, and joining one by one is what takes the time.
    alone = distinct.select(pl.struct(by) if len(by) > 1 else by[0]).to_series().is_unique()
    several = distinct.filter(~alone).group_by(by, maintain_order=True).agg(pl.col(name).str.join(separator))
    return pl.concat([distinct.filter(alone).with_columns(pl.col(name).fill_null("")), several])
