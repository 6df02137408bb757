"""The form in which the parts of this package hand over the conflicts that they found."""

from __future__ import annotations

import polars as pl

from sot.model.kinds import ConflictKind
from sot.model.tables import Schema, empty

FOUND: Schema = {
    "kind": pl.String,
    "customer": pl.Int64,
    "field": pl.String,
    "values": pl.String,
    "chosen": pl.String,
    "rule": pl.String,
    "fix_in": pl.String,
    "record_ids": pl.String,
}
"""A conflict before it has its customer's name, its exposure, its severity and its id. `customer` is null
where it concerns no customer of this run."""


def found(
    kind: ConflictKind, base: pl.DataFrame, *more: pl.DataFrame, by: tuple[str, ...] = ("customer",)
) -> pl.DataFrame:
    """Join the columns of `more` to `base`, and bring the result into the form of FOUND.

    A column `kind` of `base` goes before `kind`; columns that are nowhere are null.
    """
    for table in more:
        base = base.join(table, on=by, how="left", maintain_order="left")
    if "kind" not in base.columns:
        base = base.with_columns(pl.lit(kind.value).alias("kind"))
    columns = [
        (pl.col(name) if name in base.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in FOUND.items()
    ]
    return base.select(columns)


def nothing() -> pl.DataFrame:
    """Give no conflicts."""
    return empty(FOUND)
