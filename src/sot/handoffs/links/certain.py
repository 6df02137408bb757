"""Links that need no weighing: those that stewards made, and those that a reference names."""

from __future__ import annotations

import polars as pl

from sot.handoffs.links.decided import without
from sot.handoffs.links.follow import LINKS
from sot.handoffs.links.references import PAIRS, by_reference
from sot.model.tables import conform
from sot.rules.handoffs import LinkingRules


def certain_links(
    table: pl.DataFrame, own: pl.DataFrame, together: pl.DataFrame, apart: pl.DataFrame, rules: LinkingRules
) -> pl.DataFrame:
    """Give the links of decisions and references."""
    references = by_reference(table, own, rules.reference).select(
        "l", "r", "pair", pl.lit("reference").alias("step"), pl.lit("reference").alias("linked_by"),
        "probability", "key",
    )  # fmt: skip
    kinds = table.select("doc", "kind")
    sides = together.join(kinds, on="doc", maintain_order="left").join(
        kinds, left_on="doc_right", right_on="doc", maintain_order="left"
    )
    rank = {pair: place for place, pair in enumerate(PAIRS)}
    rows = []
    for doc, other, by, kind, kind_other in sides.iter_rows():
        turned = (kind, kind_other) not in rank
        pair = (kind_other, kind) if turned else (kind, kind_other)
        if pair in rank:
            ends = (other, doc) if turned else (doc, other)
            rows.append((*ends, "_".join(pair), "decision", "decision", 1.0, by))
    decisions = pl.DataFrame(rows, schema=dict(LINKS), orient="row")
    kept = conform(without(references, apart), LINKS)
    return pl.concat([decisions, kept]).unique(["l", "r"], keep="first", maintain_order=True)
