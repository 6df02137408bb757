"""Bills that name one deal and bill two: what is left of the amount is, to the cent, another deal that has no bill."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import polars as pl

from sot.handoffs.links.evidence import Evidence
from sot.handoffs.links.solver import Proposal

_CENTS = 0.021
_OTHERS = 2
"""So many further deals are looked for in one bill."""
_MOST = 12
"""Of more deals without a bill than this, sums come about by chance."""
_SURE = 0.9


def shared_bills(
    deals: pl.DataFrame, bills: pl.DataFrame, known: pl.DataFrame, evidence: Evidence
) -> list[Proposal]:
    """Give links of bills with the deals that the rest of their amounts bills, where only one set of deals fits.

    `deals` and `bills` are tables of the columns of a side, `known` are the links between them.
    """
    alone = known.filter((pl.len().over("l") == 1) & (pl.len().over("r") == 1))
    named = deals.select(l="doc", worth=pl.col("amounts").list.first(), money="currency")
    whole = bills.select("party", "day", "currency", "amounts", "guessed", r="doc").drop_nulls("party")
    pairs = (
        alone.join(named, on="l").join(whole, on="r").filter(pl.col("amounts").list.max() > pl.col("worth"))
    )
    free = deals.filter((pl.col("links") == 0) & pl.col("sure")).drop_nulls("party")
    free = free.join(pairs.select("party").unique(), on="party", how="semi")
    waiting: dict[int, list[dict[str, Any]]] = {}
    for row in (
        free.select("doc", "party", "day", "currency", worth=pl.col("amounts").list.first())
        .sort("doc")
        .to_dicts()
    ):
        if row["worth"]:
            waiting.setdefault(row["party"], []).append(row)
    wanted: dict[int, list[tuple[int, ...]]] = {}
    for row in pairs.sort("r").to_dicts():
        near = [deal for deal in waiting.get(row["party"], ()) if _near(deal, row, evidence)]
        sets = set(_fitting(row, near)) if len(near) <= _MOST else set()
        if len(sets) == 1:
            wanted[row["r"]] = list(sets)
    used = [doc for sets in wanted.values() for doc in sets[0]]
    return [
        Proposal(doc, bill, "sum", "amount", _SURE)
        for bill, sets in wanted.items()
        for doc in sets[0]
        if used.count(doc) == 1
    ]


def _near(deal: dict[str, Any], bill: dict[str, Any], evidence: Evidence) -> bool:
    if deal["currency"] and bill["currency"] and deal["currency"] != bill["currency"]:
        return False
    if deal["day"] is None or bill["day"] is None:
        return True
    delay: int = (bill["day"] - deal["day"]).days
    return -evidence.window.before <= delay <= evidence.window.after


def _fitting(bill: dict[str, Any], deals: list[dict[str, Any]]) -> Iterator[tuple[int, ...]]:
    """Give the sets of deals that make up what the named deal leaves of a bill."""
    for amount in bill["amounts"]:
        rest = amount - bill["worth"]
        for size in range(1, _OTHERS + 1):
            for chosen in combinations(deals, size):
                if rest > 0 and abs(sum(deal["worth"] for deal in chosen) - rest) <= _CENTS:
                    yield tuple(deal["doc"] for deal in chosen)
