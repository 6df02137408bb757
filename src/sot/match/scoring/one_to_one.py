"""Mutual best: two records of two systems that are each the best candidate of the other, with nothing near.

How records are placed to each other is written once, as SQL that matching runs in its process and on an engine.
"""

from __future__ import annotations

import duckdb
import numpy as np
import numpy.typing as npt
import polars as pl

from sot.graphs import connected
from sot.match.scoring.posterior import Doubles
from sot.rules.matching import ComparisonRules, Prior

c = pl.col
HOPELESS = -12.0
"""Pairs of less weight are nobody's rivals."""

NEAR = 4.0
"""Pairs that come no nearer to an even chance than this by all that they may gain are not asked about either way."""

Numbers = npt.NDArray[np.int64]


def room_bits(
    con: duckdb.DuckDBPyConnection,
    scored: pl.DataFrame,
    systems: Numbers,
    comparisons: ComparisonRules,
    prior: Prior,
) -> Doubles:
    """Give the bits that each of the pairs gains because there is room for its two sides in one customer.

    `scored` needs uid_l, uid_r, match_weight, veto and the gamma_ columns, `systems` codes the system of each record.
    Pairs with room gain `room` bits, that of their levels or that of the prior; if they have only each other,
    `only_room` or, unless the pair has a veto, the bits of their levels (`alone`), if that is more.
    """
    gains = may_gain(scored, comparisons, prior)
    pairs = pl.concat([scored.select("uid_l", "uid_r", "match_weight"), gains], how="horizontal")
    flags = standing(con, pairs, systems, prior.rival)
    room: Doubles = pairs.select(gained(flags["free"], flags["alone"], prior)).to_series().to_numpy()
    return room


def gained(free: pl.Expr | pl.Series, alone: pl.Expr | pl.Series, prior: Prior) -> pl.Expr:
    """Give the bits that pairs gain (of `may_gain`) that have room, or only each other."""
    most = pl.max_horizontal("worth", "room", pl.lit(prior.only_room))
    return pl.when(alone).then(most).when(free).then("room").otherwise(0.0)


def may_gain(scored: pl.DataFrame, comparisons: ComparisonRules, prior: Prior) -> pl.DataFrame:
    """Give for each pair the bits that it may gain, with `room` or alone (`worth`), and the `least` weight for it."""
    levels = [
        (c(f"gamma_{comparison.name}") == gamma, level)
        for comparison in comparisons.comparisons
        for gamma, level in enumerate(reversed(comparison.levels))
        if level.alone or level.room
    ]
    totals = {
        key: sum((pl.when(at).then(getattr(level, key)).otherwise(0.0) for at, level in levels), pl.lit(0.0))
        for key in ("room", "alone")
    }
    gains = scored.select(
        room=pl.max_horizontal(totals["room"], pl.lit(prior.room)),
        worth=pl.when(c("veto") == 0).then(totals["alone"]).otherwise(0.0),
    )
    return gains.with_columns(least=-pl.max_horizontal("room", "worth", pl.lit(prior.only_room)) - NEAR)


def with_room(chance: Doubles, relative: Doubles, room: Doubles, prior: Prior) -> tuple[Doubles, Doubles]:
    """Give the bits of pairs against chance and against relatives with what they gain by `room`.

    Where one system lacks what the other has, there is one candidate less that the record could belong to by chance;
    that tells `room_by_chance` bits at the most.
    """
    return chance + np.minimum(room, prior.room_by_chance), relative + room


def lifted(weight: Doubles, with_room: Doubles, prior: Prior) -> Doubles:
    """Give the weight of pairs that gain by room: no more than `room_most`, which never makes a link automatic.

    Pairs that weigh more keep their weight, so that what a pair agrees in more never lowers its weight.
    """
    return np.maximum(weight, np.minimum(with_room, prior.room_most))


def standing_steps(margin: float) -> tuple[tuple[str, str], ...]:
    """Give the tables, in order, by which STANDING tells which pairs have room, and which have only each other.

    They are made of `weighed` (uid_l, uid_r, match_weight, inside: of one system, least), `whole` (uid, system),
    `group_` (uid, label: what links of an even chance or more hold together) and `twin_` (the same by the links inside
    systems alone); who has no label is alone.
    A record's best candidate in a system is `margin` bits above every other one there, its duplicates aside.
    """
    return (
        (
            "side_",
            " union all ".join(
                f"""select p.uid_{side} as uid, o.system, coalesce(t.label, p.uid_{other}) as choice, p.match_weight
                    from weighed p join whole o on p.uid_{other} = o.uid left join twin_ t on p.uid_{other} = t.uid
                    where not p.inside and p.match_weight >= {HOPELESS}"""
                for side, other in (("l", "r"), ("r", "l"))
            ),
        ),
        (
            "choice_",
            "select uid, system, choice, max(match_weight) as weight from side_ group by uid, system, choice",
        ),
        (
            "needed_",
            f"""select uid, choice, case when nth = 1 then next_ else top end + {margin} as weight from (
                    select uid, choice, max(weight) over (partition by uid, system) as top,
                           row_number() over (partition by uid, system order by weight desc, choice) as nth,
                           lead(weight) over (partition by uid, system order by weight desc, choice) as next_
                    from choice_) t where nth > 1 or next_ is not null""",
        ),
        (
            "held_",
            """select distinct coalesce(g.label, w.uid) as grp, w.system
               from whole w left join group_ g on w.uid = g.uid""",
        ),
        (
            "end_",
            """select distinct coalesce(l.label, p.uid_l) as a, coalesce(r.label, p.uid_r) as b from weighed p
               left join group_ l on p.uid_l = l.uid left join group_ r on p.uid_r = r.uid
               where not p.inside and p.match_weight < 0 and p.match_weight >= p.least""",
        ),
        (
            "both_",
            """select distinct e.a, e.b from end_ e join held_ x on x.grp = e.a
               join held_ y on y.grp = e.b and y.system = x.system""",
        ),
    )


STANDING = """select w.*, not inside and (match_weight >= 0 or match_weight >= least and both_.a is null) as free,
    not inside and (match_weight >= 0 or match_weight >= least and both_.a is null)
        and (x.weight is null or match_weight >= x.weight) and (y.weight is null or match_weight >= y.weight) as alone
    from weighed w left join group_ l on w.uid_l = l.uid left join group_ r on w.uid_r = r.uid
    left join both_ on coalesce(l.label, w.uid_l) = both_.a and coalesce(r.label, w.uid_r) = both_.b
    left join twin_ s on w.uid_l = s.uid left join twin_ t on w.uid_r = t.uid
    left join needed_ x on w.uid_l = x.uid and coalesce(t.label, w.uid_r) = x.choice
    left join needed_ y on w.uid_r = y.uid and coalesce(s.label, w.uid_l) = y.choice"""
"""The pairs (`weighed`) with what standing_steps tell: two records of two systems have room (free) if they are linked,
or if no system has both of their groups. They have only each other (alone) if each is the best candidate of the other
one in its system. Neither changes for the worse where a pair agrees in more."""


def standing(
    con: duckdb.DuckDBPyConnection, pairs: pl.DataFrame, systems: Numbers, margin: float
) -> pl.DataFrame:
    """Give (free, alone) of `pairs` (uid_l, uid_r, match_weight, least) as STANDING does; `systems` are by uid."""
    left, right = pairs["uid_l"].to_numpy(), pairs["uid_r"].to_numpy()
    inside = systems[left] == systems[right]
    linked = pairs["match_weight"].to_numpy() >= 0
    given = {
        "weighed": pairs.select(
            "uid_l", "uid_r", "match_weight", "least", inside=pl.Series(inside)
        ).with_row_index(),
        "whole": pl.DataFrame({"uid": np.arange(len(systems), dtype=np.int32), "system": systems}),
        "group_": _groups(len(systems), left[linked], right[linked]),
        "twin_": _groups(len(systems), left[linked & inside], right[linked & inside]),
    }
    # A database takes longer to open than a small list to look at; the tables are those of this cursor alone.
    with con.cursor() as own:
        for name, table in given.items():
            own.register(name, table.to_arrow())
        for name, query in standing_steps(margin):
            own.execute(f"create temp table {name} as {query}")
        # Pairs of less weight than they may gain have neither: they are most of a large list.
        near: pl.DataFrame = own.sql(
            f"select index, free, alone from ({STANDING}) where match_weight >= least or match_weight >= 0"
        ).pl()
    flags = {name: np.zeros(pairs.height, bool) for name in ("free", "alone")}
    for name, of_all in flags.items():
        of_all[near["index"].to_numpy()] = near[name].to_numpy()
    return pl.DataFrame(flags)


def _groups(size: int, left: npt.NDArray[np.int32], right: npt.NDArray[np.int32]) -> pl.DataFrame:
    """Give (uid, label) of the records that pairs hold together: the label is the smallest uid."""
    ends = np.unique(np.r_[left, right]).astype(np.int32)
    group = connected(size, left, right)
    smallest = np.unique(group, return_index=True)[1].astype(np.int32)
    return pl.DataFrame({"uid": ends, "label": smallest[group[ends]]})
