"""Pairs of groups of records that have only each other: no other customer of these systems comes near either."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from sot.rules.matching import ComparisonRules, Prior

c = pl.col
NEVER = -1e6
"""The weight of a rival that there is not."""
HOPELESS = -12.0
"""Pairs of less weight are nobody's rivals, and nothing that they gain would show."""


def alone_bits(
    scored: pl.DataFrame, systems: npt.NDArray[np.int64], comparisons: ComparisonRules, prior: Prior
) -> npt.NDArray[np.float64]:
    """Give the bits against relatives that each of the pairs gains because its two sides have only each other.

    `scored` needs uid_l, uid_r, match_weight, veto and the gamma_ columns, `systems` codes the system of each record.
    A pair with a veto gains nothing.
    """
    gains = [
        (f"gamma_{comparison.name}", gamma, level.alone)
        for comparison in comparisons.comparisons
        for gamma, level in enumerate(reversed(comparison.levels))
        if level.alone
    ]
    bits = sum(
        (pl.when(c(column) == gamma).then(gain).otherwise(0.0) for column, gamma, gain in gains), pl.lit(0.0)
    )
    worth = scored.select(bits=pl.when(c("veto") == 0).then(bits).otherwise(0.0))["bits"]
    gained = worth * without_rival(scored, systems, prior.rival, worth != 0)
    found: npt.NDArray[np.float64] = gained.to_numpy()
    return found


def without_rival(
    pairs: pl.DataFrame, systems: npt.NDArray[np.int64], near: float, asked: pl.Series
) -> pl.Series:
    """Tell which of `pairs` (uid_l, uid_r, match_weight) lie between two groups that have only each other.

    Only pairs that are `asked` for are looked at; of the others it tells that they do not.

    Groups are what links of an even chance or more hold together. Two groups with no system in common have only each
    other if neither has a pair less than `near` bits below theirs with another group that shares a system with the
    other one. What shares none may belong to both.
    """
    group = _groups(pairs, len(systems))
    between = pairs.select(
        a=pl.Series(group[pairs["uid_l"].to_numpy()]),
        b=pl.Series(group[pairs["uid_r"].to_numpy()]),
        weight="match_weight",
    )
    ends = between.filter(asked)
    open_ = np.zeros(len(systems), bool)
    open_[ends["a"].to_numpy()] = open_[ends["b"].to_numpy()] = True
    between = between.filter((c("a") != c("b")) & (c("weight") >= HOPELESS))
    ways = (between, between.select(a="b", b="a", weight="weight"))
    sides = pl.concat([way.filter(pl.Series(open_[way["a"].to_numpy()])) for way in ways])
    best = sides.group_by("a", "b").agg(c("weight").max())
    held = pl.DataFrame({"group": group, "system": systems}).unique()
    seen = best.join(held, left_on="b", right_on="group").sort(
        "a", "system", "weight", descending=[False, False, True]
    )
    # Whoever is not the best of a system has a rival there; the rival of the best is the next.
    last = (c("a") != c("a").shift(-1)) | (c("system") != c("system").shift(-1))
    first = ((c("a") != c("a").shift(1)) | (c("system") != c("system").shift(1))).fill_null(True)
    rival = pl.when(last.fill_null(True)).then(NEVER).otherwise(c("weight").shift(-1))
    top = seen.select("a", "b", "weight", first=first, clear=rival <= c("weight") - near)
    free = top.filter(c("first") & c("clear")).group_by("a", "b").agg(best_in=pl.len())
    free = free.join(held.group_by("group").agg(systems=pl.len()), left_on="b", right_on="group")
    free = free.filter(c("best_in") == c("systems")).select("a", "b")
    common = free.join(held, left_on="b", right_on="group").join(
        held, left_on=["a", "system"], right_on=["group", "system"], how="semi"
    )
    free = free.join(common, on=["a", "b"], how="anti")
    alone = free.join(free, left_on=["a", "b"], right_on=["b", "a"], how="semi").select("a", "b", alone=True)
    rows = asked.arg_true()
    found = ends.join(alone, on=["a", "b"], how="left", maintain_order="left")
    told = np.zeros(len(asked), bool)
    told[rows.to_numpy()] = found["alone"].fill_null(False).to_numpy()
    return pl.Series(told)


def _groups(pairs: pl.DataFrame, size: int) -> npt.NDArray[np.int32]:
    linked = pairs.filter(c("match_weight") >= 0)
    ends = (linked["uid_l"].to_numpy(), linked["uid_r"].to_numpy())
    graph = coo_matrix((np.ones(linked.height, np.int8), ends), shape=(size, size))
    label: npt.NDArray[np.int32] = connected_components(graph, directed=False)[1]
    return label
