"""The golden customers and the provenance of their values, put together from the choices for each field."""

from __future__ import annotations

import polars as pl

from sot.model.tables import GOLDEN, PROVENANCE, conform
from sot.resolve.fields import Field, Part, normaliser_of
from sot.resolve.survivorship import Choice
from sot.resolve.texts import said

RUNNERS_UP = 10
"""So many other values are named at most; the rest is in the records."""


def provenance(members: pl.DataFrame, field: Field, choice: Choice) -> pl.DataFrame:
    """Give PROVENANCE for one field, with `cluster` beside it."""
    chosen = members[choice.winners["uid"]].with_columns(choice.winners["rule"])
    chosen = chosen.join(_runners_up(members, field, choice), on="cluster", how="left", maintain_order="left")
    return pl.concat([_of_part(chosen, part) for part in field.parts])


def _of_part(chosen: pl.DataFrame, part: Part) -> pl.DataFrame:
    return chosen.select(
        "cluster", "golden_id", pl.lit(part.name).alias("field"),
        part.value.alias("value"), part.raw.alias("raw"),
        "system", "record_id", "rule", normaliser_of(part).alias("normaliser"), "runners_up",
    ).filter(pl.col("value").is_not_null())  # fmt: skip


def _runners_up(members: pl.DataFrame, field: Field, choice: Choice) -> pl.DataFrame:
    others = said(members, choice.rivals["uid"], field).unique(["cluster", "said"], maintain_order=True)
    return (
        others.group_by("cluster", maintain_order=True)
        .agg(pl.col("said").head(RUNNERS_UP))
        .select("cluster", pl.col("said").list.join(" | ").alias("runners_up"))
    )


def golden(
    members: pl.DataFrame, clusters: pl.DataFrame, provenances: pl.DataFrame, exposure: pl.DataFrame
) -> pl.DataFrame:
    """Give GOLDEN, sorted by golden_id; `exposure` is one row per cluster."""
    table = clusters.sort("cluster").join(exposure, on="cluster", how="left")
    systems = (
        members.select("cluster", "system").unique().sort("cluster", "system")
        .group_by("cluster", maintain_order=True).agg(pl.col("system").str.join("|").alias("systems"))
    )  # fmt: skip
    table = table.join(systems, on="cluster", how="left")
    by_field = provenances.partition_by("field", as_dict=True)
    for name in GOLDEN:
        if name in table.columns or name == "record_count":
            continue
        values = by_field.get((name,))
        if values is None:
            table = table.with_columns(pl.lit(None, dtype=pl.String).alias(name))
        else:
            values = values.select("cluster", pl.col("value").alias(name))
            table = table.join(values, on="cluster", how="left")
    return conform(table.rename({"size": "record_count"}), GOLDEN, extra=False).sort("golden_id")


def survivors(members: pl.DataFrame, names: Choice) -> pl.DataFrame:
    """Give (cluster, uid) of the record whose name survived; where no name is known, the first record."""
    first = members.group_by("cluster").agg(pl.col("uid").min().alias("first"))
    found = first.join(names.winners.select("cluster", "uid"), on="cluster", how="left")
    return found.select("cluster", pl.coalesce("uid", "first").alias("uid")).sort("cluster")


def all_provenance(tables: list[pl.DataFrame]) -> pl.DataFrame:
    """Put the provenance of all fields together, sorted, in the schema's form."""
    return conform(pl.concat(tables), PROVENANCE).sort("golden_id", "field")
