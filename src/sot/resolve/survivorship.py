"""The cascade: which record's value survives in each customer, by which rule, against which others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from sot.resolve.fields import Field, folded, squeezed
from sot.resolve.members import Flags, Members, Places, Ranks
from sot.resolve.spelling import flaws, shared_writing
from sot.rules.governance import FieldRule, Step

ONLY = "only value"
AGREED = "all agree"
TIE = "tie-break"


@dataclass(frozen=True)
class Choice:
    """The outcome for one field.

    winners  for each customer the place of the surviving record, -1 where no record holds the field
    rules    for each customer the rule that decided, null where no record holds the field
    ranks    for each customer the highest authority that holds the field (see Members.ranks)
    rivals   the places of the records that hold another value than the winner: customer by customer,
             the strongest first
    delivering  for each system (its system_code) whether it holds the field for anybody
    """

    winners: Places
    rules: pl.Series
    ranks: Ranks
    rivals: Places
    delivering: Flags

    @property
    def known(self) -> Places:
        """The customers for which a record holds the field."""
        return np.flatnonzero(self.winners >= 0)


def choose(
    members: Members, field: Field, rule: FieldRule, steps: tuple[Step, ...], locked: Mapping[int, str]
) -> Choice:
    """Choose the surviving record of `field` in each customer; `locked` is decision by place."""
    fixed = np.array(sorted(locked), dtype=np.int64)
    candidates, delivering = _candidates(members, field, fixed)
    customer = members.customer[candidates]
    count = np.bincount(customer, minlength=members.customers)
    rules = pl.Series([None, ONLY, AGREED], dtype=pl.String).gather(np.minimum(count, 2))
    winners, ranks = _first(members, rule, candidates)
    winners[members.customer[fixed]] = fixed

    contested = candidates[_contested(members, field, candidates, winners)[customer]]
    rivals = contested
    if contested.size:
        decided, rivals = _decided(members, field, rule, steps, contested, fixed)
        winners[decided["customer"].to_numpy()] = decided["place"].to_numpy()
        rules = rules.scatter(decided["customer"], decided["rule"])
    held = [place for place in sorted(locked) if winners[members.customer[place]] == place]
    rules = rules.scatter(members.customer[held], [f"{Step.LOCKED}: {locked[place]}" for place in held])
    return Choice(winners, rules.alias("rule"), ranks, rivals, delivering)


def _decided(
    members: Members, field: Field, rule: FieldRule, steps: tuple[Step, ...], contested: Places, fixed: Places
) -> tuple[pl.DataFrame, Places]:
    """Give (customer, place, rule) of the winners among the contested candidates, and the places of their rivals."""
    rows = _features(members, field, rule, contested)
    if Step.WRITTEN in steps:
        names = rows.select("customer", "n_legal", name=squeezed(pl.col("text")))
        rows = rows.with_columns(written=shared_writing(names) - 3 * flaws(members, contested))
    rows = rows.with_columns(pl.col("place").is_in(fixed).cast(pl.Int8).alias("locked"))
    ranked = _ranked(rows, steps)
    first = ranked.filter(pl.col("customer").is_first_distinct())
    rivals = _rivals(ranked, first, field)
    best = rivals.filter(pl.col("customer").is_first_distinct())
    decided = first.join(best, on="customer", how="left", suffix="_rival", maintain_order="left").select(
        "customer", "place", _deciding(steps, rule.authority).alias("rule")
    )
    return decided, rivals["place"].to_numpy()


def _candidates(members: Members, field: Field, fixed: Places) -> tuple[Places, Flags]:
    """Give the places of the records that hold the field, of the highest tier in their customer, and
    `delivering`.

    A value that a steward has fixed is a candidate whatever its tier.
    """
    tier = members.each(field.tier.cast(pl.Int32).fill_null(0)).to_numpy().copy()
    delivering = members.delivering(field.name, tier > 0)
    best = members.best(tier)
    tier[fixed] = best[members.customer[fixed]]
    return np.flatnonzero((tier > 0) & (tier == best[members.customer])), delivering


def _first(members: Members, rule: FieldRule, candidates: Places) -> tuple[Places, Ranks]:
    """Give for each customer the first candidate of the highest authority, and the rank of that authority."""
    winners = np.full(members.customers, -1, dtype=np.int64)
    ranks = np.full(members.customers, len(rule.authority) + 1, dtype=np.int32)
    if len(candidates):
        customer = members.customer[candidates]
        starts = np.flatnonzero(np.diff(customer, prepend=-1))
        order = members.ranks(rule)[candidates].astype(np.int64) * members.height + candidates
        best = np.minimum.reduceat(order, starts)
        winners[customer[starts]] = best % members.height
        ranks[customer[starts]] = best // members.height
    return winners, ranks


def _contested(members: Members, field: Field, candidates: Places, first: Places) -> Flags:
    """Tell for each customer whether its candidates are not simply one and the same text."""
    compared = [field.text.alias("text"), *_keys(field)]
    contested = np.zeros(members.customers, dtype=bool)
    others = candidates[candidates != first[members.customer[candidates]]]
    if not others.size:
        return contested
    customer = members.customer[others]
    mine = members.at(others, *compared).drop("customer")
    theirs = members.at(first[customer], *compared).drop("customer")
    differs = np.zeros(len(others), dtype=bool)
    for name in mine.columns:
        differs |= mine[name].ne_missing(theirs[name]).to_numpy()
    contested[customer[differs]] = True
    return contested


def _keys(field: Field) -> list[pl.Expr]:
    return [key.alias(f"key_{i}") for i, key in enumerate(field.keys)]


def _features(members: Members, field: Field, rule: FieldRule, places: Places) -> pl.DataFrame:
    """Give the contested candidates with a number for each step of the cascade; more is better."""
    keys = _keys(field)
    names = [key.meta.output_name() for key in keys]
    rows = members.at(
        places,
        "updated_on", "clean", "live", "n_legal",
        field.valid.cast(pl.Int8).fill_null(-1).replace({0: -2}).alias("valid"),
        field.text.str.len_chars().alias("longest"),
        field.text.alias("text"),
        _filled(field).alias("complete"),
        *keys,
    )  # fmt: skip
    return rows.with_columns(
        pl.Series("place", places),
        pl.Series("rank", members.ranks(rule)[places]),
        pl.len().over("customer", *names).alias("frequent"),
        pl.len().over("customer", *names, folded(pl.col("text"))).alias("alike"),
    ).with_columns(
        (-pl.col("rank")).alias("authority"),
        # Two records or more with the value; of these the writing that two records or more have.
        several=(pl.col("frequent") > 1).cast(pl.Int8) + (pl.col("alike") > 1).cast(pl.Int8),
    )


def _filled(field: Field) -> pl.Expr:
    """Count the filled parts of a unit; a single field speaks by how complete its whole record is."""
    if len(field.parts) == 1:
        return pl.col("filled")
    return pl.sum_horizontal(part.raw.is_not_null().cast(pl.Int32) for part in field.parts)


def _ranked(rows: pl.DataFrame, steps: tuple[Step, ...]) -> pl.DataFrame:
    """Put the candidates of each customer in order; places are in the order of record keys."""
    for i, step in enumerate(steps):
        if step is Step.RECENT:
            # A record of which nobody knows when it was changed can neither win nor lose by that.
            peers = ["customer", *(earlier.value for earlier in steps[:i])]
            known = pl.col("updated_on").null_count().over(peers) == 0
            rows = rows.with_columns(pl.when(known).then("updated_on").alias("recent"))
    order = [step.value for step in steps]
    return rows.sort(
        ["customer", *order, "text", "place"],
        descending=[False, *[True] * len(order), False, False],
        nulls_last=True,
    )


def _rivals(ranked: pl.DataFrame, first: pl.DataFrame, field: Field) -> pl.DataFrame:
    """Give the candidates that hold another value than the first: both hold a key, and not the same."""
    keys = [name for name in ranked.columns if name.startswith("key_")]
    chosen = first.select("customer", *(pl.col(name).alias(f"chosen_{name}") for name in (*keys, "text")))
    differs = pl.any_horizontal((pl.col(key) != pl.col(f"chosen_{key}")).fill_null(False) for key in keys)
    # One text can be read in two ways, by the countries of its records; it is still one text.
    differs &= pl.col("text") != pl.col("chosen_text")
    if field.alike:
        differs &= ~pl.concat_str("key_0", pl.lit(" "), "chosen_key_0").is_in(field.alike)
    return ranked.join(chosen, on="customer", maintain_order="left").filter(differs)


def _deciding(steps: tuple[Step, ...], authority: tuple[str, ...]) -> pl.Expr:
    """Name the first step in which the winner is better than its strongest rival."""
    owner = pl.col("rank").replace_strict(
        list(range(len(authority))), list(authority), default=None, return_dtype=pl.String
    )
    words = pl.lit(TIE)
    for step in reversed(steps):
        rule = pl.concat_str(pl.lit("authority: "), owner) if step is Step.AUTHORITY else pl.lit(step.value)
        better = pl.col(step.value).ne_missing(pl.col(f"{step.value}_rival"))
        words = pl.when(better).then(rule).otherwise(words)
    return pl.when(pl.col("place_rival").is_null()).then(pl.lit(AGREED)).otherwise(words)
