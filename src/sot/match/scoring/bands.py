"""Bands of pairs: joined without a question, joined in doubt, or apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import get_args

import numpy as np
import numpy.typing as npt
import polars as pl

from sot.match.names.vocabulary import Floats
from sot.match.scoring.levels import numbered
from sot.match.scoring.settled import open_differences
from sot.model.matching import Settled
from sot.model.tables import PAIRS, conform
from sot.rules.matching import SAME_WORDS, ComparisonRules, Difference, Level
from sot.rules.matching_policy import Bands

SAME_FORM = "same(legal)"
RARE = "rare"
"""The kind of names (`namesakes` in thresholds.yaml) that hardly two companies bear."""


@dataclass(frozen=True)
class BorneNames:
    """By uid: bits of the most telling word of a name, whether it has a legal form, whether nothing else is known."""

    rarest: Floats
    registered: npt.NDArray[np.bool_]
    bare: npt.NDArray[np.bool_]


def band(
    pairs: pl.DataFrame, names: BorneNames, comparisons: ComparisonRules, bands: Bands, shown: Settled = ()
) -> pl.DataFrame:
    """Add the band of each pair; `shown` are the differences that the list shows to be of one customer.

    Pairs need bits_room, what they gain because no system has both sides.
    """
    name = {i: c.name for i, c in enumerate(comparisons.comparisons, 1)}
    against = pl.col("veto").replace_strict(name, default=None, return_dtype=pl.String)
    p = pl.col("match_probability")
    others = [
        f"bits_{c.name}" for c in comparisons.comparisons if c.name not in ("name", "name_form", "legal_form")
    ]
    name_only = pl.all_horizontal([pl.col(column).fill_null(0) < 1 for column in others])
    left, right = pairs["uid_l"].to_numpy(), pairs["uid_r"].to_numpy()
    common = pl.Series(np.minimum(names.rarest[left], names.rarest[right]) < bands.distinctive)
    either = names.registered[left] | names.registered[right]
    bare = pl.Series(names.bare[left] & names.bare[right])
    # A name that a system has twice may be of two customers, and nothing tells of which. If no system has it twice and
    # the two have only each other, a legal form shows that it is the whole name of a company, as registers know it.
    once = _at(comparisons, "name_form", lambda level: level.namesakes is not None, alone=True)
    rare = _at(comparisons, "name_form", lambda level: level.namesakes == RARE, alone=True)
    repeated = _at(
        comparisons,
        "name_form",
        lambda level: level.namesakes is None and level.when.startswith(SAME_WORDS),
    )
    form = _at(comparisons, "legal_form", lambda level: level.when == SAME_FORM)
    whole = once & (form | (pl.Series(either) | rare) & bare & ~common)
    least = (
        pl.when(name_only & repeated & bare).then(2.0)
        .when(name_only & once & form & bare).then(bands.doubt)
        .when(name_only & whole).then(bands.auto)
        .when(name_only & common).then(2.0).when(name_only).then(bands.auto_name_only).otherwise(bands.auto)
    )  # fmt: skip
    open_question = _open_question(comparisons) & open_differences(comparisons, shown)
    banded = pairs.with_columns(
        against=against,
        band=pl.when((p >= least) & (pl.col("veto") == 0) & ~open_question).then(pl.lit("auto"))
        .when(p >= bands.doubt).then(pl.lit("doubt")).otherwise(pl.lit("apart")),
    ).drop("veto")  # fmt: skip
    return conform(banded, PAIRS, extra=True)


def _at(
    comparisons: ComparisonRules, name: str, holds: Callable[[Level], bool], alone: bool = False
) -> pl.Expr:
    """Tell which pairs are at a level of the comparison `name` of which something `holds`.

    `alone` keeps those that have only each other.
    """
    comparison = next(each for each in comparisons.comparisons if each.name == name)
    levels = [(gamma, level.alone) for gamma, level in numbered(comparison) if holds(level)]
    at = pl.col(f"gamma_{name}").is_in([gamma for gamma, _ in levels])
    most = max((bits for _, bits in levels), default=0.0)
    return at & (pl.col("bits_room") >= most) if alone else at


def _open_question(comparisons: ComparisonRules) -> pl.Expr:
    """Tell which pairs differ in names or place by more than other evidence settles."""
    grades = {grade: i for i, grade in enumerate(get_args(Difference), 1)}

    def most(key: str) -> pl.Expr:
        graded = [
            pl.when(pl.col(f"gamma_{comparison.name}") == gamma)
            .then(grades[getattr(level, key)])
            .otherwise(0)
            for comparison in comparisons.comparisons
            for gamma, level in numbered(comparison)
            if getattr(level, key)
        ]
        return pl.max_horizontal(pl.lit(0), *graded)

    return most("asks") > most("settles")
