"""The golden customers and the provenance of their values, put together from the choices for each field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import polars as pl

from sot.beside import beside
from sot.model.tables import GOLDEN, PROVENANCE, conform
from sot.resolve.fields import Field, Part, normaliser_of
from sot.resolve.members import Members
from sot.resolve.survivorship import Choice
from sot.resolve.texts import said

RUNNERS_UP = 10
"""So many other values are named at most; the rest is in the records."""


def provenance(
    members: Members, fields: Iterable[Field], choices: Mapping[str, Choice]
) -> dict[str, pl.DataFrame]:
    """Give PROVENANCE with `customer` for each golden column, in the order of golden_id."""

    def of_field(field: Field) -> dict[str, pl.DataFrame]:
        choice = choices[field.name]
        shown = (expression for part in field.parts for expression in _shown(part))
        rows = members.at(choice.winners[choice.known], "golden_id", "system", "record_id", *shown)
        rows = rows.with_columns(
            choice.rules.gather(choice.known).alias("rule"),
            _runners_up(members, field, choice).alias("runners_up"),
        )
        return {part.name: _of_part(rows, part.name) for part in field.parts}

    return {name: rows for tables in beside(of_field, fields) for name, rows in tables.items()}


def _shown(part: Part) -> tuple[pl.Expr, ...]:
    """Give what is told of a golden value, named after its column."""
    told = {"value": part.value, "raw": part.raw, "normaliser": normaliser_of(part)}
    return tuple(expression.alias(f"{part.name} {what}") for what, expression in told.items())


def _of_part(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    own = {what: pl.col(f"{name} {what}") for what in ("value", "raw", "normaliser")}
    filled = rows.filter(own["value"].is_not_null()).with_columns(pl.lit(name).alias("field"), **own)
    return conform(filled, PROVENANCE).with_columns(filled["customer"])


def _runners_up(members: Members, field: Field, choice: Choice) -> pl.Series:
    """Give the other values of each customer that has the field, the strongest first."""
    others = said(members, choice.rivals, field).unique(["customer", "said"], maintain_order=True)
    listed = others.group_by("customer", maintain_order=True).agg(pl.col("said").head(RUNNERS_UP))
    texts = pl.repeat(None, members.customers, dtype=pl.String, eager=True)
    texts = texts.scatter(listed["customer"], listed["said"].list.join(" | "))
    return texts.gather(choice.known)


def golden(
    members: Members,
    clusters: pl.DataFrame,
    origins: Mapping[str, pl.DataFrame],
    exposure: pl.DataFrame,
) -> pl.DataFrame:
    """Give GOLDEN in the order of golden_id.

    `origins` is what `provenance` gave; `exposure` is one row per customer that has any.
    """
    customers = pl.DataFrame({"customer": np.arange(members.customers), "golden_id": members.golden_id})
    table = (
        customers.join(clusters, on="golden_id", how="left", maintain_order="left")
        .join(exposure, on="customer", how="left", maintain_order="left")
        .join(_systems(members), on="customer", how="left", maintain_order="left")
        .rename({"size": "record_count"})
    )
    values = [_spread(members, rows, name) for name, rows in origins.items()]
    return conform(table.with_columns(values), GOLDEN)


def _spread(members: Members, rows: pl.DataFrame, name: str) -> pl.Series:
    """Give the values of one field for all customers, null where there is none."""
    places = np.full(members.customers, -1, dtype=np.int64)
    places[rows["customer"].to_numpy()] = np.arange(rows.height)
    found = pl.Series(places)
    return rows["value"].gather(found.set(found < 0, None)).alias(name)


def _systems(members: Members) -> pl.DataFrame:
    rows = members.at(members.runs, pl.col("system").alias("systems")).with_columns(
        pl.col("customer").set_sorted()
    )
    return rows.group_by("customer").agg("systems").with_columns(pl.col("systems").list.join("|"))


def survivors(members: Members, names: Choice) -> pl.DataFrame:
    """Give (golden_id, uid) of the record whose name survived; where there is none, of the first record."""
    places = np.where(names.winners < 0, members.starts, names.winners)
    return members.at(places, "golden_id", "uid").select("golden_id", "uid")
