"""Room for two groups of records in one customer: no system has both, and perhaps nothing else comes near either."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from sot.graphs import connected
from sot.match.scoring.posterior import Doubles
from sot.rules.matching import ComparisonRules, Prior

c = pl.col
NEVER = -1e6
"""The weight of a rival that there is not."""
HOPELESS = -12.0
"""Pairs of less weight are nobody's rivals, and nothing that they gain would show."""


def room_bits(
    scored: pl.DataFrame, systems: npt.NDArray[np.int64], comparisons: ComparisonRules, prior: Prior
) -> Doubles:
    """Give the bits that each of the pairs gains because the groups of its two sides have room for each other.

    `scored` needs uid_l, uid_r, match_weight, veto and the gamma_ columns, `systems` codes the system of each record.
    Groups that no system has both of gain `room` bits, that of their levels or that of the prior; if they have only
    each other, `only_room` or, unless the pair has a veto, the bits of their levels (`alone`), if that is more.
    """
    gains = asked_gains(scored, comparisons, prior)
    across = pl.Series(systems[scored["uid_l"].to_numpy()] != systems[scored["uid_r"].to_numpy()])
    free, alone = standing(scored, systems, prior.rival, across & gains["near"])
    found: Doubles = gains.select(gained(free, alone, prior)).to_series().to_numpy()
    return found


def gained(free: pl.Expr | pl.Series, alone: pl.Expr | pl.Series, prior: Prior) -> pl.Expr:
    """Give the bits that pairs gain (of `asked_gains`) whose groups have room for each other, or only each other."""
    most = pl.max_horizontal("worth", "room", pl.lit(prior.only_room))
    return pl.when(alone).then(most).when(free).then("room").otherwise(0.0)


def asked_gains(scored: pl.DataFrame, comparisons: ComparisonRules, prior: Prior) -> pl.DataFrame:
    """Give for each pair the bits that it may gain (`room`, `worth` if alone), and whether that may matter (`near`)."""
    levels = [
        (c(f"gamma_{comparison.name}") == gamma, level)
        for comparison in comparisons.comparisons
        for gamma, level in enumerate(reversed(comparison.levels))
        if level.alone or level.room
    ]
    told = {
        key: sum((pl.when(at).then(getattr(level, key)).otherwise(0.0) for at, level in levels), pl.lit(0.0))
        for key in ("room", "alone")
    }
    gains = scored.select(
        room=pl.max_horizontal(told["room"], pl.lit(prior.room)),
        worth=pl.when(c("veto") == 0).then(told["alone"]).otherwise(0.0),
    )
    near = scored["match_weight"].is_between(-gains["room"].clip(prior.only_room), 0)
    return gains.with_columns(near=near | (gains["worth"] != 0))


def with_room(chance: Doubles, relative: Doubles, room: Doubles, prior: Prior) -> tuple[Doubles, Doubles]:
    """Give the bits of pairs against chance and against relatives with what they gain by `room`.

    Where one system lacks what the other has, there is one candidate less that the record could belong to by chance;
    that tells `room_by_chance` bits at the most.
    """
    return chance + np.minimum(room, prior.room_by_chance), relative + room


def standing(
    pairs: pl.DataFrame, systems: npt.NDArray[np.int64], near: float, asked: pl.Series
) -> tuple[pl.Series, pl.Series]:
    """Tell which of `pairs` (uid_l, uid_r, match_weight) lie between two groups with no system in common, and which of
    these have only each other.

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
    held = pl.DataFrame({"group": group, "system": systems}).unique()
    free = _with_room(ends.select("a", "b").unique(), held)
    alone = _only(between, free, held, len(systems), near)
    rows = asked.arg_true()
    found = ends.join(free.with_columns(free=True), on=["a", "b"], how="left", maintain_order="left")
    found = found.join(alone.with_columns(alone=True), on=["a", "b"], how="left", maintain_order="left")
    told = []
    for name in ("free", "alone"):
        every = np.zeros(len(asked), bool)
        every[rows.to_numpy()] = found[name].fill_null(False).to_numpy()
        told.append(pl.Series(every))
    return told[0], told[1]


def _with_room(between: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """Give the pairs of different groups (a, b) that hold no system both; `held` are the systems of each group."""
    other = between.filter(c("a") != c("b"))
    common = other.join(held, left_on="a", right_on="group").join(
        held, left_on=["b", "system"], right_on=["group", "system"], how="semi"
    )
    return other.join(common, on=["a", "b"], how="anti")


def _only(
    between: pl.DataFrame, free: pl.DataFrame, held: pl.DataFrame, size: int, near: float
) -> pl.DataFrame:
    """Give those of the pairs of groups with room for each other (a, b) that have only each other."""
    open_ = np.zeros(size, bool)
    open_[free["a"].to_numpy()] = open_[free["b"].to_numpy()] = True
    between = between.filter((c("a") != c("b")) & (c("weight") >= HOPELESS))
    ways = (between, between.select(a="b", b="a", weight="weight"))
    sides = pl.concat([way.filter(pl.Series(open_[way["a"].to_numpy()])) for way in ways])
    best = sides.group_by("a", "b").agg(c("weight").max())
    seen = best.join(held, left_on="b", right_on="group").sort(
        "a", "system", "weight", descending=[False, False, True]
    )
    # Whoever is not the best of a system has a rival there; the rival of the best is the next.
    last = (c("a") != c("a").shift(-1)) | (c("system") != c("system").shift(-1))
    first = ((c("a") != c("a").shift(1)) | (c("system") != c("system").shift(1))).fill_null(True)
    rival = pl.when(last.fill_null(True)).then(NEVER).otherwise(c("weight").shift(-1))
    top = seen.select("a", "b", "weight", first=first, clear=rival <= c("weight") - near)
    clear = top.filter(c("first") & c("clear")).group_by("a", "b").agg(best_in=pl.len())
    clear = clear.join(held.group_by("group").agg(systems=pl.len()), left_on="b", right_on="group")
    clear = clear.filter(c("best_in") == c("systems")).select("a", "b")
    back = clear.select(a="b", b="a")
    return free.join(clear, on=["a", "b"], how="semi").join(back, on=["a", "b"], how="semi")


def _groups(pairs: pl.DataFrame, size: int) -> npt.NDArray[np.int32]:
    linked = pairs.filter(c("match_weight") >= 0)
    return connected(size, linked["uid_l"].to_numpy(), linked["uid_r"].to_numpy())
