"""How records and their values are written into one cell: `system=value | …`, `system:record_id|…`."""

from __future__ import annotations

import polars as pl

from sot.resolve.fields import Field, one_line
from sot.resolve.members import Members, Places

KEY = pl.concat_str("system", pl.lit(":"), "record_id")
"""A record as conflicts name it."""


def said(members: Members, places: Places, field: Field) -> pl.DataFrame:
    """Give (customer, place, system, said, key) of some records, in their order; `said` is system=value."""
    rows = members.at(places, "system", saying(field.text).alias("said"), KEY.alias("key"))
    return rows.insert_column(1, pl.Series("place", places))


def saying(text: pl.Expr) -> pl.Expr:
    """Write `system=value`; line breaks inside a value become blanks."""
    return pl.concat_str("system", pl.lit("="), one_line(text.fill_null("")))


def joined(
    rows: pl.DataFrame, column: str, separator: str, name: str, by: tuple[str, ...] = ("customer",)
) -> pl.DataFrame:
    """Give (`by`, `name`): the distinct texts of `column` for each of `by`, in their order, as one text."""
    distinct = rows.lazy().select(*by, pl.col(column).alias(name)).unique(maintain_order=True)
    # Joining lists once they are all there takes half the time of joining group by group.
    listed = distinct.group_by(by, maintain_order=True).agg(name)
    return listed.with_columns(pl.col(name).list.join(separator)).collect()
