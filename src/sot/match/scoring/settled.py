"""Differences between names or addresses that a list itself shows to be those of one customer.

Pairs that all other evidence makes sure have the same telephone as often as pairs of equal names have, if they are one
customer, and seldom if they are not. So the telephones show how often a difference, such as two spellings in one town,
is one of a single customer, whether the telephones of a pair are known or not. Nobody is asked about such pairs.
"""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy.typing as npt
import polars as pl

from sot.match.scoring.learn_levels import sure_without
from sot.match.scoring.levels import numbered
from sot.match.scoring.posterior import Kinds
from sot.model.matching import Settled
from sot.rules.matching import Comparison, ComparisonRules, Level, Settling

c = pl.col
Counts = npt.NDArray[Any]
WITNESSED = {
    "witness": pl.String,
    "name": pl.String,
    "place": pl.String,
    "known": pl.Int64,
    "agree": pl.Int64,
}
"""Sure pairs by the levels of their names and places: of how many a witness is known, and of how many it agrees."""

NAME, PLACE = "name_form", "place"
MISSING = "missing"


def witnessed(
    scored: pl.DataFrame, kinds: Kinds, links: dict[str, float], comparisons: ComparisonRules, rules: Settling
) -> pl.DataFrame:
    """Count what the witnesses say of the `scored` pairs that are sure without them."""
    counts = [pl.DataFrame(schema=WITNESSED)]
    for comparison in comparisons.comparisons:
        if comparison.name not in rules.by:
            continue
        at = sure_without(comparison, scored, kinds, links, (comparisons, rules.certain))
        agrees = [gamma for gamma, level in numbered(comparison) if level.m > level.s]
        sure = scored[at].select(
            witness=pl.lit(comparison.name),
            name=_called(_of(comparisons, NAME)),
            place=_called(_of(comparisons, PLACE)),
            agree=c(f"gamma_{comparison.name}").is_in(agrees),
        )
        each = sure.group_by("witness", "name", "place").agg(known=pl.len(), agree=c("agree").sum())
        counts.append(each.cast({"known": pl.Int64, "agree": pl.Int64}))
    return pl.concat(counts)


def settled(counts: pl.DataFrame, comparisons: ComparisonRules, rules: Settling) -> Settled:
    """Give the differences, levels of names with levels of places, that the `counts` show to be of one customer.

    What a place settles, a place that tells more settles too; so the pairs of both count for that one.
    """
    names = {level.name: level for _, level in numbered(_of(comparisons, NAME))}
    # Pairs whose places tell nothing are often found by their telephones, so these tell nothing of such pairs.
    near = (level for _, level in numbered(_of(comparisons, PLACE)) if level.m > level.s or level.asks)
    places = {level.name: level for level in near}
    ordered = sorted(places.values(), key=lambda level: (level.m / level.s, level.name))
    asks = [name for name, level in names.items() if level.asks is not None]
    open_ = c("name").is_in(asks) | c("place").is_in([name for name, level in places.items() if level.asks])
    usual = counts.filter(~open_).group_by("witness").agg(usual=c("agree").sum() / c("known").sum())
    known = counts.join(usual, on="witness").filter(c("usual") > 0)
    made: list[tuple[str, str]] = []
    pairs = tuple(known[column].to_numpy() for column in ("known", "agree", "usual"))
    of_name, of_place = (known[column].to_list() for column in ("name", "place"))
    for name, level in names.items():
        shown = False
        for at, place in enumerate(ordered):
            if not _may_be_settled(level, place, rules):
                continue
            weaker = {other.name for other in ordered[: at + 1] if _may_be_settled(level, other, rules)}
            such = [row for row, had in enumerate(of_name) if had == name and of_place[row] in weaker]
            many, agree, expected = (column[such] for column in pairs)
            shown = shown or _show(many, agree, expected, rules)
            if shown:
                made.append((name, place.name))
    return tuple(sorted(made))


def _may_be_settled(name: Level, place: Level, rules: Settling) -> bool:
    asked = [level.asks for level in (name, place) if level.asks is not None]
    return bool(asked) and all(asks in rules.differences for asks in asked) and not (name.veto or place.veto)


def _show(many: Counts, agree: Counts, usual: Counts, rules: Settling) -> bool:
    """Tell whether pairs agree nearly as often as usual (of `many` of each kind), even if chance has favoured them."""
    expected, spread = float((many * usual).sum()), sqrt(float((many * usual * (1 - usual)).sum()) + 1)
    enough = float(many.sum()) >= rules.least
    return enough and float(agree.sum()) - rules.errors * spread >= rules.share * expected


def open_differences(comparisons: ComparisonRules, shown: Settled) -> pl.Expr:
    """Tell the pairs whose difference is none of those that the list has `shown` to be of one customer."""
    if not shown:
        return pl.lit(True)
    gammas = {
        kind: {level.name: gamma for gamma, level in numbered(_of(comparisons, kind))}
        for kind in (NAME, PLACE)
    }
    known = [
        (c(f"gamma_{NAME}") == gammas[NAME][name]) & (c(f"gamma_{PLACE}") == gammas[PLACE][place])
        for name, place in shown
        if name in gammas[NAME] and place in gammas[PLACE]  # a run of other rules may have shown others
    ]
    return ~pl.any_horizontal(pl.lit(False), *known)


def _of(comparisons: ComparisonRules, name: str) -> Comparison:
    return next(each for each in comparisons.comparisons if each.name == name)


def _called(comparison: Comparison) -> pl.Expr:
    names = {gamma: level.name for gamma, level in numbered(comparison)}
    gamma = c(f"gamma_{comparison.name}").cast(pl.Int32)
    return gamma.replace_strict(names, default=MISSING, return_dtype=pl.String)
