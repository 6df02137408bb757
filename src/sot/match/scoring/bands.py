"""Bands of pairs: joined without a question, joined in doubt, or apart."""

from __future__ import annotations

from typing import get_args

import numpy as np
import polars as pl

from sot.match.names.vocabulary import Floats
from sot.match.scoring.levels import numbered
from sot.match.scoring.settled import open_differences
from sot.model.matching import Settled
from sot.model.tables import PAIRS, conform
from sot.rules.matching import ComparisonRules, Difference
from sot.rules.matching_policy import Bands


def band(
    pairs: pl.DataFrame, rarest: Floats, comparisons: ComparisonRules, bands: Bands, shown: Settled = ()
) -> pl.DataFrame:
    """Add the band of each pair; `rarest` are the bits of the most telling word of each record's name.

    `shown` are the differences that the list shows to be of one customer.
    """
    name = {i: c.name for i, c in enumerate(comparisons.comparisons, 1)}
    against = pl.col("veto").replace_strict(name, default=None, return_dtype=pl.String)
    p = pl.col("match_probability")
    others = [
        f"bits_{c.name}" for c in comparisons.comparisons if c.name not in ("name", "name_form", "legal_form")
    ]
    name_only = pl.all_horizontal([pl.col(column).fill_null(0) < 1 for column in others])
    common = pl.Series(
        np.minimum(rarest[pairs["uid_l"].to_numpy()], rarest[pairs["uid_r"].to_numpy()]) < bands.distinctive
    )
    least = (
        pl.when(name_only & common).then(2.0).when(name_only).then(bands.auto_name_only).otherwise(bands.auto)
    )
    open_question = _open_question(comparisons) & open_differences(comparisons, shown)
    banded = pairs.with_columns(
        against=against,
        band=pl.when((p >= least) & (pl.col("veto") == 0) & ~open_question).then(pl.lit("auto"))
        .when(p >= bands.doubt).then(pl.lit("doubt")).otherwise(pl.lit("apart")),
    ).drop("veto")  # fmt: skip
    return conform(banded, PAIRS, extra=True)


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
