"""Which documents a worker needs together: those of a group of customers, and all that is linked to them."""

from __future__ import annotations

import numpy as np
import polars as pl

from sot.graphs import connected
from sot.handoffs.links.stage import Begun

GROUP = "grp"
"""The column with the number of the group; GROUP is a word of SQL."""


def grouped(begun: Begun, alike: pl.DataFrame) -> pl.DataFrame:
    """Give (doc, grp): the documents by groups of which each holds all that tells how they are linked.

    Customers of one family, or near to each other, or `alike` (l, r), are of one group, as are documents that
    references, decisions and credit notes connect. A document without a customer is a group by itself.
    """
    table = begun.table.select("doc", "party", "family")
    families = max(table["family"].drop_nulls().to_list(), default=-1) + 1
    nodes = table.with_columns(node=pl.coalesce("family", families + pl.col("doc")).cast(pl.Int64))
    links = pl.concat([begun.certain.select("l", "r"), begun.credits.select(l="invoice", r="credit")])
    of_party = nodes.drop_nulls("party").unique("party").select("party", "node")
    customers = pl.concat([begun.near.select("l", "r"), alike.select("l", "r")])
    edges = pl.concat([_ends(links, nodes, "doc"), _ends(customers, of_party, "party")])
    edges = edges.filter(pl.col("a") != pl.col("b"))
    size = families + max(table["doc"].to_list(), default=-1) + 1
    labels = connected(size, edges["a"].to_numpy(), edges["b"].to_numpy())
    return nodes.select("doc", pl.Series(GROUP, labels[nodes["node"].to_numpy()].astype(np.int64)))


def _ends(pairs: pl.DataFrame, nodes: pl.DataFrame, of: str) -> pl.DataFrame:
    left = nodes.select(pl.col(of).alias("l"), a="node")
    right = nodes.select(pl.col(of).alias("r"), b="node")
    return pairs.join(left, on="l").join(right, on="r").select("a", "b")


def merged(links: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    """Give (grp, into): the groups that `links` (l, r) between documents of several connect, and what they become."""
    of = groups.rename({GROUP: "node"})
    edges = _ends(links, of, "doc").filter(pl.col("a") != pl.col("b"))
    known = pl.concat([edges["a"], edges["b"]]).unique().sort()
    a, b = (known.search_sorted(edges[end]).to_numpy() for end in ("a", "b"))
    labels = connected(len(known), a, b)
    first = pl.DataFrame({GROUP: known, "label": labels}).with_columns(into=pl.col(GROUP).min().over("label"))
    return first.select(GROUP, "into")
