"""The evidence of scored pairs in words: which comparison levels tell for one customer, and which against."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from sot.model.matching import UsedComparison, UsedModel

TELLING = 1.0
"""Bits from which a level is worth a word, for or against."""


def words(pairs: pl.DataFrame, model: UsedModel) -> pl.Series:
    """Give one text per pair, such as "name: same words; web: same domain; against: place: another town"."""
    if pairs.is_empty():
        return pl.Series("evidence", [], dtype=pl.String)
    comparisons = model.comparisons
    phrases = pairs.select(_told(comparison) for comparison in comparisons)
    for_, not_ = (_joined([_labels(comparison, sign) for comparison in comparisons]) for sign in (1, -1))
    text = pl.concat_str(for_, pl.lit("against: ") + not_, separator="; ", ignore_nulls=True)
    texts = phrases.unique().with_columns(evidence=text)
    per_pair = phrases.join(texts, on=phrases.columns, how="left", nulls_equal=True, maintain_order="left")
    return per_pair["evidence"]


def same_words(pairs: pl.DataFrame, model: UsedModel) -> pl.Series:
    """Tell which pairs have the very same words for a name."""
    levels = model.comparison("name_form").levels
    return pairs["gamma_name_form"].is_in([level.gamma for level in levels if level.same_words])


def exact(pairs: pl.DataFrame, model: UsedModel) -> pl.Series:
    """Tell which pairs agree in everything that both know: same words, at least one more agreement, nothing against.

    So do those of which one names the other's id, if their names do not contradict.
    """
    others = [c for c in model.comparisons if c.name not in ("name", "name_form", "legal_form")]
    agreed = pl.any_horizontal([pl.col(f"gamma_{c.name}") == c.top for c in others])
    nothing_against = pl.all_horizontal([pl.col(f"bits_{c.name}") >= 0 for c in model.comparisons])
    alike = same_words(pairs, model) & pairs.select(agreed & nothing_against).to_series()
    for comparison in others:
        if comparison.name == "reference":
            return alike | (pairs["gamma_reference"] == comparison.top)
    return alike


def _labels(comparison: UsedComparison, sign: int) -> pl.Expr:
    """Give the words for what a comparison told for one customer (`sign` 1) or against it (-1)."""
    name = comparison.name.replace("_", " ")
    labels = {sign * (level.gamma + 1): f"{name}: {level.name}" for level in comparison.levels}
    return pl.col(comparison.name).replace_strict(labels, default=None, return_dtype=pl.String)


def _told(comparison: UsedComparison) -> pl.Expr:
    """Give the number of the level that a comparison found, from 1 on: negative where it tells against, 0 for neither.

    A level tells against chance, or against relatives where that is the stronger word.
    """
    relative = pl.col(f"gamma_{comparison.name}").replace_strict(
        {level.gamma: level.bits_relative for level in comparison.levels},
        default=0.0,
        return_dtype=pl.Float64,
    )
    chance = pl.col(f"bits_{comparison.name}").fill_null(0).cast(pl.Float64)
    bits = pl.when(relative <= -TELLING).then(pl.min_horizontal(chance, relative)).otherwise(chance)
    level = pl.col(f"gamma_{comparison.name}").cast(pl.Int16) + 1
    signed = pl.when(bits >= TELLING).then(level).when(bits <= -TELLING).then(-level).otherwise(0)
    return signed.alias(comparison.name)


def _joined(parts: Sequence[pl.Expr]) -> pl.Expr:
    return pl.when(pl.any_horizontal([part.is_not_null() for part in parts])).then(
        pl.concat_str(parts, separator="; ", ignore_nulls=True)
    )
