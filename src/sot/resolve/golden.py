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
from sot.resolve.texts import joined, said

RUNNERS_UP = 10
"""So many other values are named at most; the rest is in the records."""


def provenance(
    members: Members, fields: Iterable[Field], choices: Mapping[str, Choice]
) -> dict[str, pl.DataFrame]:
    """Give PROVENANCE with `customer` for each golden column, in the order of golden_id."""

    def of_field(field: Field) -> dict[str, pl.DataFrame]:
        choice = choices[field.name]
        rules = choice.rules.gather(choice.known)
        runners_up = _runners_up(members, field, choice)
        return {
            part.name: conform(_of_part(members, part, choice, rules, runners_up), PROVENANCE, extra=True)
            for part in field.parts
        }

    return {name: rows for tables in beside(of_field, fields) for name, rows in tables.items()}


def _of_part(
    members: Members, part: Part, choice: Choice, rules: pl.Series, runners_up: pl.Series
) -> pl.DataFrame:
    rows = members.at(
        choice.winners[choice.known], "golden_id", pl.lit(part.name).alias("field"),
        part.value.alias("value"), part.raw.alias("raw"), "system", "record_id",
        normaliser_of(part).alias("normaliser"),
    )  # fmt: skip
    rows = rows.with_columns(rules.alias("rule"), runners_up.alias("runners_up"))
    return rows.filter(pl.col("value").is_not_null())


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
    return joined(members.at(members.runs, "system"), "system", "|", "systems")


def survivors(members: Members, names: Choice) -> pl.DataFrame:
    """Give (golden_id, uid) of the record whose name survived; where there is none, of the first record."""
    places = np.where(names.winners < 0, members.starts, names.winners)
    return members.at(places, "golden_id", "uid").select("golden_id", "uid")
