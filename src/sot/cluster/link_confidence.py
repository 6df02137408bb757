"""How well a cluster hangs together: its weakest link, what joined each record to it, which links are in doubt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from sot.cluster.linkage import Edges, Ints, components
from sot.graphs import spanning_forest
from sot.model.kinds import CustomerStatus, LinkedBy

Doubles = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Links:
    """The links inside the clusters: edges with, for each, whether it is automatic, decided, or of equal records."""

    edges: Edges
    auto: Bools
    decided: Bools
    exact: Bools


def backbone(size: int, edges: Edges) -> npt.NDArray[np.intp]:
    """Give the places in `edges` of the links that hold the clusters together: a maximum spanning forest."""
    if not len(edges.a):
        return np.zeros(0, np.intp)
    # By their ends where weights are equal: the forest must not depend on the order of the edges.
    order = np.lexsort((edges.b, edges.a, -edges.weight))
    return np.sort(order[spanning_forest(size, edges.a[order], edges.b[order])])


def memberships(label: Ints, links: Links, probability: npt.NDArray[np.float32]) -> pl.DataFrame:
    """Give uid, cluster, match_probability of the best link and linked_by of every record.

    In a cluster that hangs together by links in doubt, the largest part that automatic and decided links hold is
    its core (of equal ones that with the smallest uid); the records outside it are linked by doubt.
    """
    size = len(label)
    a, b = links.edges.a, links.edges.b
    best = np.zeros(size, np.float32)
    np.maximum.at(best, a, probability)
    np.maximum.at(best, b, probability)
    single = np.bincount(label, minlength=size)[label] == 1
    part = components(size, links.edges.only(links.auto | links.decided))
    core = _core(label, part)
    order = (LinkedBy.MODEL, LinkedBy.EXACT, LinkedBy.DECISION, LinkedBy.DOUBT, LinkedBy.SINGLE)
    by = np.full(size, order.index(LinkedBy.MODEL))
    for mask, name in ((links.exact, LinkedBy.EXACT), (links.decided, LinkedBy.DECISION)):
        by[np.r_[a[mask], b[mask]]] = order.index(name)
    by[part != core[label]] = order.index(LinkedBy.DOUBT)
    by[single] = order.index(LinkedBy.SINGLE)
    return pl.DataFrame(
        {
            "uid": np.arange(size, dtype=np.int32),
            "cluster": label.astype(np.int32),
            "match_probability": np.where(single, np.float32(1), best),
            "linked_by": pl.Series([str(name) for name in order], dtype=pl.String).gather(by),
        }
    )


def _core(label: Ints, part: Ints) -> Ints:
    """Give, by cluster, the part that is its core."""
    parts = np.flatnonzero(part == np.arange(len(part)))
    size = np.bincount(part, minlength=len(part))[parts]
    core = np.full(len(label), -1, np.int64)
    # Of several parts of one cluster the last one written stands.
    parts = parts[np.lexsort((-parts, size))]
    core[label[parts]] = parts
    return core


def clusters(members: pl.DataFrame, weakest: pl.DataFrame, decided: pl.Series) -> pl.DataFrame:
    """Give cluster, size, match_probability of the weakest link, status; `decided` lists clusters with a decision."""
    doubt = (pl.col("linked_by") == LinkedBy.DOUBT).any()
    table = members.group_by("cluster").agg(size=pl.len().cast(pl.Int32), doubt=doubt)
    table = table.join(weakest, on="cluster", how="left").sort("cluster")
    status = (
        pl.when(pl.col("doubt")).then(pl.lit(str(CustomerStatus.NEEDS_REVIEW)))
        .when(pl.col("cluster").is_in(decided.implode())).then(pl.lit(str(CustomerStatus.REVIEWED)))
        .when(pl.col("size") == 1).then(pl.lit(str(CustomerStatus.SINGLE)))
        .otherwise(pl.lit(str(CustomerStatus.AUTO)))
    )  # fmt: skip
    return table.select("cluster", "size", pl.col("match_probability").fill_null(1.0), status=status)
