"""The cascade: which record's value survives in each customer, by which rule, against which others."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from sot.resolve.fields import Field
from sot.rules.governance import FieldRule, Step

ONLY = "only value"
AGREED = "all agree"
TIE = "tie-break"


@dataclass(frozen=True)
class Choice:
    """The outcome for one field.

    winners  cluster, uid, rule, rank (of the winner's system in the authority)
    rivals   cluster, uid: candidates that hold another value than the winner, the strongest first
    """

    winners: pl.DataFrame
    rivals: pl.DataFrame


def choose(members: pl.DataFrame, field: Field, rule: FieldRule, steps: tuple[Step, ...]) -> Choice:
    """Choose the surviving record of `field` in each cluster of `members` (see resolve.members)."""
    candidates = _candidates(members, field, rule)
    crowd = pl.len().over("cluster") > 1
    alone = candidates.filter(~crowd).select("cluster", "uid", pl.lit(ONLY).alias("rule"), "rank")
    several = _ranked(candidates.filter(crowd), steps)
    first = several.group_by("cluster", maintain_order=True).first()
    rivals = _rivals(several, first)
    best = rivals.group_by("cluster", maintain_order=True).first()
    decided = first.join(best, on="cluster", how="left", suffix="_rival", maintain_order="left").select(
        "cluster", "uid", _deciding(steps, rule.authority).alias("rule"), "rank"
    )
    return Choice(pl.concat([alone, decided]).sort("cluster"), rivals.select("cluster", "uid"))


def _candidates(members: pl.DataFrame, field: Field, rule: FieldRule) -> pl.DataFrame:
    keys = [key.alias(f"key_{i}") for i, key in enumerate(field.keys)]
    found = members.select(
        "cluster", "uid", "system", "department", "updated_on", "clean", "live",
        field.tier.cast(pl.Int8).alias("tier"),
        field.valid.cast(pl.Int8).fill_null(-1).replace({0: -2}).alias("valid"),
        field.text.str.len_chars().alias("longest"),
        field.text.alias("text"),
        _filled(field).alias("complete"),
        locked(field.name).alias("locked"),
        *keys,
    ).filter(pl.col("tier") > 0)  # fmt: skip
    best = found.filter(pl.col("tier") == pl.col("tier").max().over("cluster"))
    return best.join(ranks(members, rule), on=["system", "department"], how="left", maintain_order="left")


def locked(field: str) -> pl.Expr:
    """Tell where a steward has fixed the value of `field`, by the column that `resolve.locks` adds."""
    return pl.col("locks").list.contains(field).fill_null(False).cast(pl.Int8)


def _filled(field: Field) -> pl.Expr:
    """Count the filled parts of a unit; a single field speaks by how complete its whole record is."""
    if len(field.parts) == 1:
        return pl.col("filled")
    return pl.sum_horizontal(part.raw.is_not_null().cast(pl.Int32) for part in field.parts)


def ranks(members: pl.DataFrame, rule: FieldRule) -> pl.DataFrame:
    """Give the rank of every system in the authority of a field."""
    systems = members.select("system", "department").unique().sort("system", "department")
    rank = [rule.rank(system, department) for system, department in systems.iter_rows()]
    return systems.with_columns(pl.Series("rank", rank, dtype=pl.Int32))


def _ranked(candidates: pl.DataFrame, steps: tuple[Step, ...]) -> pl.DataFrame:
    """Put the candidates of each cluster in order; every step is a number, and more is better."""
    keys = [name for name in candidates.columns if name.startswith("key_")]
    ranked = candidates.with_columns(
        (-pl.col("rank")).alias("authority"), pl.len().over("cluster", *keys).alias("frequent")
    )
    for i, step in enumerate(steps):
        if step is Step.RECENT:
            # A record of which nobody knows when it was changed can neither win nor lose by that.
            peers = ["cluster", *(earlier.value for earlier in steps[:i])]
            known = pl.col("updated_on").is_not_null().all().over(peers)
            ranked = ranked.with_columns(pl.when(known).then("updated_on").alias("recent"))
    order = [step.value for step in steps]
    return ranked.sort(
        ["cluster", *order, "text", "uid"],
        descending=[False, *[True] * len(order), False, False],
        nulls_last=True,
    )


def _rivals(several: pl.DataFrame, first: pl.DataFrame) -> pl.DataFrame:
    keys = [name for name in several.columns if name.startswith("key_")]
    chosen = first.select("cluster", *(pl.col(key).alias(f"chosen_{key}") for key in keys))
    differs = pl.any_horizontal((pl.col(key) != pl.col(f"chosen_{key}")).fill_null(False) for key in keys)
    return several.join(chosen, on="cluster", maintain_order="left").filter(differs)


def _deciding(steps: tuple[Step, ...], authority: tuple[str, ...]) -> pl.Expr:
    """Name the first step in which the winner is better than its strongest rival."""
    owner = pl.col("rank").replace_strict(dict(enumerate(authority)), default=None, return_dtype=pl.String)
    words = pl.lit(TIE)
    for step in reversed(steps):
        said = pl.concat_str(pl.lit("authority: "), owner) if step is Step.AUTHORITY else pl.lit(step.value)
        better = pl.col(step.value).ne_missing(pl.col(f"{step.value}_rival"))
        words = pl.when(better).then(said).otherwise(words)
    return pl.when(pl.col("uid_rival").is_null()).then(pl.lit(AGREED)).otherwise(words)
