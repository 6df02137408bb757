"""The golden customers and the provenance of their values, put together from the choices for each field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import polars as pl
from polars.io.plugins import register_io_source

from sot.model.tables import GOLDEN, PROVENANCE, conform
from sot.parallel import beside
from sot.resolve.cell_text import said
from sot.resolve.fields import Field, Part
from sot.resolve.members import Flags, Members
from sot.resolve.survivorship import Choice

RUNNERS_UP = 10
"""So many other values are named at most; the rest is in the records."""


def values(members: Members, fields: Iterable[Field], choices: Mapping[str, Choice]) -> list[pl.Series]:
    """Give each golden column with the value of every customer, null where there is none."""

    def of_field(field: Field) -> list[pl.Series]:
        choice = choices[field.name]
        rows = members.at(
            choice.winners[choice.known], *(part.value.alias(part.name) for part in field.parts)
        )
        at = np.full(members.customers, -1, dtype=np.int64)
        at[choice.known] = np.arange(rows.height)
        places = pl.Series(at)
        places = places.set(places < 0, None)
        return [rows[part.name].gather(places) for part in field.parts]

    return [column for columns in beside(of_field, fields) for column in columns]


def provenance(
    members: Members, fields: Iterable[Field], choices: Mapping[str, Choice], customers: pl.DataFrame
) -> pl.LazyFrame:
    """Give PROVENANCE, golden column by golden column, each in the order of golden_id; `customers` is GOLDEN.

    It is made as it is written: for a million records it would be the largest table of a run.
    """

    def tables(
        columns: list[str] | None, wanted: pl.Expr | None, most: int | None, _: int | None
    ) -> Iterator[pl.DataFrame]:
        for field in fields:
            for table in _of_field(members, field, choices[field.name], customers):
                rows = (table if wanted is None else table.filter(wanted)).slice(0, most)
                most = most and most - rows.height
                yield rows if columns is None else rows.select(columns)

    return register_io_source(tables, schema=dict(PROVENANCE))


def _of_field(
    members: Members, field: Field, choice: Choice, customers: pl.DataFrame
) -> Iterator[pl.DataFrame]:
    shown = (expression for part in field.parts for expression in _shown(part))
    rows = members.at(choice.winners[choice.known], "system", "record_id", *shown)
    rows = rows.with_columns(
        members.golden_id.gather(choice.known),
        choice.rules.gather(choice.known).alias("rule"),
        _runners_up(members, field, choice).alias("runners_up"),
        *(customers[part.name].gather(choice.known).alias(f"{part.name} value") for part in field.parts),
    )
    return (_of_part(rows, part.name) for part in field.parts)


def _shown(part: Part) -> tuple[pl.Expr, ...]:
    """Give what is told of a golden value beside itself, named after its column."""
    origin = {"raw": part.raw, "normaliser": part.normaliser}
    return tuple(expression.alias(f"{part.name} {what}") for what, expression in origin.items())


def _of_part(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    value, raw, normaliser = (pl.col(f"{name} {what}") for what in ("value", "raw", "normaliser"))
    filled = rows.filter(value.is_not_null()).with_columns(
        # The name of the function that made the shown value, null where it is the raw value itself.
        pl.when(value != raw).then(normaliser).alias("normaliser"),
        pl.lit(name).alias("field"),
        value=value,
        raw=raw,
    )
    return conform(filled, PROVENANCE)


def _runners_up(members: Members, field: Field, choice: Choice) -> pl.Series:
    """Give the other values of each customer that has the field, the strongest first."""
    texts = pl.repeat(None, members.customers, dtype=pl.String, eager=True)
    if not choice.rivals.size:
        return texts.gather(choice.known)
    others = said(members, choice.rivals, field).unique(["customer", "said"], maintain_order=True)
    listed = others.group_by("customer", maintain_order=True).agg(pl.col("said").head(RUNNERS_UP))
    texts = texts.scatter(listed["customer"], listed["said"].list.join(" | "))
    return texts.gather(choice.known)


def golden(
    members: Members,
    clusters: pl.DataFrame,
    columns: Iterable[pl.Series],
    exposure: pl.DataFrame,
    tests: Flags,
) -> pl.DataFrame:
    """Give GOLDEN in the order of golden_id.

    `columns` is what `values` gave; `exposure` is one row per customer that has any; `tests` says which are
    test or demo accounts.
    """
    customers = pl.DataFrame({"customer": np.arange(members.customers), "golden_id": members.golden_id})
    table = (
        customers.join(clusters, on="golden_id", how="left", maintain_order="left")
        .join(exposure, on="customer", how="left", maintain_order="left")
        .join(_systems(members), on="customer", how="left", maintain_order="left")
        .rename({"size": "record_count"})
    )
    return conform(table.with_columns(columns, is_test=pl.Series(tests)), GOLDEN)


def _systems(members: Members) -> pl.DataFrame:
    rows = members.at(members.runs, pl.col("system").alias("systems")).with_columns(
        pl.col("customer").set_sorted()
    )
    return rows.group_by("customer").agg("systems").with_columns(pl.col("systems").list.join("|"))


def survivors(members: Members, names: Choice) -> pl.DataFrame:
    """Give (golden_id, uid) of the record whose name survived; where there is none, of the first record."""
    places = np.where(names.winners < 0, members.starts, names.winners)
    return members.at(places, "golden_id", "uid").select("golden_id", "uid")
