"""Equal amounts with one candidate on either side, for all customers at once; the solver sees what is left."""

from __future__ import annotations

import polars as pl

from sot.handoffs.links.evidence import Evidence, probability
from sot.handoffs.links.solver import Proposal

_CLEAR = 4.0
"""An amount must be so rare, in bits, and the days so usual, that no other evidence would outweigh it."""
_AROUND = 60


def by_unique_amount(
    left: pl.DataFrame, right: pl.DataFrame, apart: frozenset[tuple[int, int]], evidence: Evidence
) -> list[Proposal]:
    """Link two documents of one customer whose amounts are equal to the cent, and whose amount no other one has.

    Both are tables of the columns of a side. Amounts are held against each other where nothing is linked yet, and
    within the usual days alone: everything else is weighed, not looked up.
    """
    mine = _amounts(left.filter((pl.col("links") == 0) & pl.col("sure")))
    theirs = _amounts(right)
    everyone = _amounts(left)
    crowded = everyone.group_by("party", "cents").agg(left=pl.col("doc").n_unique())
    others = theirs.group_by("party", "cents").agg(right=pl.col("doc").n_unique())
    same = (pl.col("currency") == pl.col("currency_right")).fill_null(True)
    delay = (pl.col("day_right") - pl.col("day")).dt.total_days()
    pairs = (
        mine.filter("first")
        .join(theirs.filter("first"), on=["party", "cents"], maintain_order="left")
        .join(crowded, on=["party", "cents"], maintain_order="left")
        .join(others, on=["party", "cents"], maintain_order="left")
        .filter(
            (pl.col("left") == 1)
            & (pl.col("right") == 1)
            & same
            & (delay - evidence.usual_delay).abs().le(_AROUND)
            & (delay >= -evidence.window.before)
            & (delay <= evidence.window.after)
        )
        .select("doc", "doc_right", "cents", days=delay)
        .sort("doc", "doc_right")
    )
    made = []
    for doc, doc_right, cents, days in pairs.iter_rows():
        bits = evidence.rarity.get(cents / 100, evidence.usual_bits)
        if bits < _CLEAR or (doc, doc_right) in apart:
            continue
        sure = probability(bits + evidence.delay_bits(days))
        made.append(Proposal(doc, doc_right, "equal amount", "amount", round(min(sure, 0.97), 6)))
    return made


def _amounts(side: pl.DataFrame) -> pl.DataFrame:
    """Give one row for each figure of a document, in cents; `first` marks the one that counts most."""
    rows = side.drop_nulls("party").select("doc", "party", "day", "currency", "amounts")
    rows = rows.explode("amounts", empty_as_null=True).drop_nulls("amounts").filter(pl.col("amounts") > 0)
    return rows.select(
        "doc", "party", "day", "currency", first=pl.col("doc").is_first_distinct(),
        cents=(pl.col("amounts") * 100).round().cast(pl.Int64),
    )  # fmt: skip
