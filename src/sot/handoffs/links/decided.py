"""What stewards decided about links, as documents of this run."""

from __future__ import annotations

import polars as pl

PAIR = ["doc", "doc_right", "decision_id"]


def decided(pairs: pl.DataFrame, table: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give (doc, doc_right, decision_id) of pairs that belong together, and of pairs that do not.

    `pairs` is DOCUMENT_PAIRS. Documents that are in no export of this run are left out: they may come again.
    """
    known = table.select("doc", "system", key=pl.concat_str("object", pl.lit(":"), "record_id"))
    ends = pairs.join(known, left_on=["system_l", "key_l"], right_on=["system", "key"], maintain_order="left")
    ends = ends.join(
        known.rename({"doc": "doc_right"}),
        left_on=["system_r", "key_r"], right_on=["system", "key"], maintain_order="left",
    )  # fmt: skip
    low, high = pl.min_horizontal("doc", "doc_right"), pl.max_horizontal("doc", "doc_right")
    ends = ends.with_columns(doc=low, doc_right=high).sort("doc", "doc_right", "decision_id")
    return ends.filter("linked").select(PAIR), ends.filter(~pl.col("linked")).select(PAIR)


def without(links: pl.DataFrame, apart: pl.DataFrame) -> pl.DataFrame:
    """Give the links less those that a steward rejected; links that follow from others are rejected, too."""
    if apart.is_empty():
        return links
    both = pl.concat([apart.select("doc", "doc_right"), apart.select(doc="doc_right", doc_right="doc")])
    return links.join(
        both, left_on=["l", "r"], right_on=["doc", "doc_right"], how="anti", maintain_order="left"
    )


def both_ways(apart: pl.DataFrame) -> frozenset[tuple[int, int]]:
    """Give the pairs of documents that are no links, each in both orders."""
    return frozenset(pair for a, b, _ in apart.iter_rows() for pair in ((a, b), (b, a)))
