"""Every guard against over-merging that clustering has. docs/matching.md lists them beside those of matching.

settled_pairs                 what stewards decided, and what a system declares as parent and child, beats all evidence
pair_weight                   the policy, and pairs that are never one customer through others (linkage.never)
without_torn                  a record that fits two certain customers is asked about
without_vetoed_connections    automatic links never bring records together that evidence keeps apart
linkage (linkage.py)          a pair that was never a candidate counts against joining, one pair has a cap
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from sot.cluster.forbidden_pairs import links_to_demote
from sot.cluster.link_confidence import Links
from sot.cluster.linkage import APART, CANNOT, MUST, Edges, components
from sot.model.decisions import Constraints
from sot.rules.matching_policy import Policy

c = pl.col


@dataclass(frozen=True)
class Scored:
    """Edges with what is known of each."""

    links: Links
    probability: npt.NDArray[np.float32]

    @property
    def edges(self) -> Edges:
        """The edges themselves."""
        return self.links.edges


def settled_pairs(constraints: Constraints, parents: pl.DataFrame) -> pl.DataFrame:
    """Give the pairs on which no evidence counts: decisions of stewards, and parents that a system declares.

    Where several speak of one pair, the order is: apart by decision, one by decision, parent and child. Columns: uid_l,
    uid_r, weight, probability, auto, exact, decided.
    """
    family = parents.select(
        uid_l=pl.min_horizontal("uid_l", "uid_r"), uid_r=pl.max_horizontal("uid_l", "uid_r")
    )
    decided = pl.concat(
        [
            constraints.must.select(
                "uid_l", "uid_r", weight=pl.lit(MUST), decided=pl.lit(True), rank=pl.lit(1)
            ),
            constraints.cannot.select(
                "uid_l", "uid_r", weight=pl.lit(CANNOT), decided=pl.lit(True), rank=pl.lit(0)
            ),
            constraints.related.select(
                "uid_l", "uid_r", weight=pl.lit(CANNOT), decided=pl.lit(True), rank=pl.lit(0)
            ),
            family.select("uid_l", "uid_r", weight=pl.lit(CANNOT), decided=pl.lit(False), rank=pl.lit(2)),
        ]
    ).sort("uid_l", "uid_r", "rank")
    return decided.unique(["uid_l", "uid_r"], keep="first", maintain_order=True).select(
        "uid_l",
        "uid_r",
        "weight",
        probability=pl.lit(1.0, pl.Float32),
        auto=pl.lit(False),
        exact=pl.lit(False),
        decided="decided",
    )


def pair_weight(policy: Policy, never: tuple[str, ...]) -> pl.Expr:
    """Give the weight of a scored pair by the policy.

    Pairs that do not match and have a veto of one of the comparisons `never` are not brought together by others.
    """
    weight = c("match_weight").cast(pl.Float64)
    if policy.merge == "auto":
        weight = pl.when(c("band") != "auto").then(pl.min_horizontal(weight, -0.01)).otherwise(weight)
    apart = c("against").is_in(never) & (c("match_weight") < 0)
    return pl.when(apart).then(APART).otherwise(weight)


def without_torn(pairs: pl.DataFrame, never: tuple[str, ...], margin: float) -> pl.DataFrame:
    """Give `pairs` in which a record that fits two records which are surely two customers is asked about.

    Two records are surely two if one of the comparisons `never` has a veto against them. A third record that is linked
    automatically to one and likely the other too, unless it is nearer to the one by `margin` bits, belongs to one
    of them, and nothing tells to which.
    """
    ends = pairs.select("uid_l", "uid_r", "match_weight", "band", "against")
    both = pl.concat([ends, ends.rename({"uid_l": "uid_r", "uid_r": "uid_l"}).select(ends.columns)])
    two = both.filter(pl.col("against").is_in(never)).select(one="uid_l", other="uid_r")
    likely = both.filter(pl.col("match_weight") >= 0).select(
        "band", third="uid_l", to="uid_r", weight="match_weight"
    )
    auto = likely.filter(pl.col("band") == "auto")
    torn = auto.join(two, left_on="to", right_on="one").join(
        likely, left_on=["third", "other"], right_on=["third", "to"], suffix="_other"
    )
    torn = torn.filter(pl.col("weight") < pl.col("weight_other") + margin)
    torn = torn.select(
        uid_l=pl.min_horizontal("third", "to"), uid_r=pl.max_horizontal("third", "to"), torn=True
    ).unique()
    marked = pairs.join(torn, on=["uid_l", "uid_r"], how="left", maintain_order="left")
    asked = pl.when(pl.col("torn").fill_null(False)).then(pl.lit("doubt")).otherwise("band")
    return marked.with_columns(band=asked).drop("torn")


def without_vetoed_connections(scored: Scored, pairs: pl.DataFrame, ask: float, size: int) -> Scored:
    """Take links back that are automatic by themselves, but with others bring together a pair of records that has a
    veto, or that by itself is so unlikely that nobody would be asked: a short name may fit two sister companies.
    """
    links, edges = scored.links, scored.edges
    apart = c("against").is_not_null() | (c("match_probability") < ask)
    against = pairs.filter(apart).select("uid_l", "uid_r")
    low, high = against["uid_l"].to_numpy(), against["uid_r"].to_numpy()
    joins = links.auto | links.decided
    part = components(size, edges.only(joins))
    together = part[low] == part[high]
    low, high = low[together], high[together]
    joining = np.flatnonzero(joins & np.isin(part[edges.a], part[low]))
    order = joining[np.lexsort((edges.b[joining], edges.a[joining], -edges.weight[joining]))]
    demoted = links_to_demote(
        edges.a, edges.b, order, links.decided, list(zip(low.tolist(), high.tolist(), strict=True))
    )
    auto = links.auto.copy()
    auto[demoted] = False
    return Scored(Links(edges, auto, links.decided, links.exact), scored.probability)
