"""Series that bill a deal: monthly parts that make up its amount, or will, and retainers of its name."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sot.handoffs.links.matching import Words
from sot.handoffs.links.solver import Proposal
from sot.rules.handoffs import LinkingRules, Tolerance

_TERMS = (*range(3, 13), 18, 24, 36, 48, 60)
_TELLING = 2.0
_EXACT, _RUNNING, _HOURS, _NAMED = 0.95, 0.85, 0.82, 0.8


def of_series(
    table: pl.DataFrame,
    links: pl.DataFrame,
    words_of: Words,
    weight: Mapping[str, float],
    rules: LinkingRules,
) -> list[Proposal]:
    """Give links of all invoices of a series with the one deal that they bill, where exactly one fits best.

    A deal of the customer itself comes before one of another customer of its group, which is billed to it.
    """
    linked = links.filter(pl.col("pair") == "deal_invoice")
    members = table.filter(pl.col("series").is_not_null() & pl.col("live"))
    free = members.filter(
        ~pl.col("series").is_in(members.join(linked, left_on="doc", right_on="r")["series"].implode())
    )
    billed = linked["l"].implode()
    deals = table.filter(
        (pl.col("kind") == "deal") & (pl.col("state") == "deal_won") & ~pl.col("doc").is_in(billed)
    )
    window = rules.window["deal_invoice"]
    grouped = free.group_by("series", "party", "family", maintain_order=True).agg(
        "doc",
        first=pl.col("day").min(),
        each=pl.coalesce("net", "total").median(),
        gross=pl.col("total").median(),
        whole=pl.coalesce("net", "total").sum(),
        amounts=pl.coalesce("net", "total").n_unique(),
    )
    pairs = grouped.join(
        deals.select("family", buyer="party", deal="doc", won="day", amount=pl.coalesce("net", "total")),
        on="family",
        maintain_order="left",
    )
    delay = (pl.col("first") - pl.col("won")).dt.total_days()
    pairs = pairs.filter(delay.is_between(-window.before, 150)).sort("series", "deal")
    words = words_of([*pairs["deal"], *(docs[0] for docs in pairs["doc"].to_list())])
    best: dict[int, list[tuple[bool, float, int, list[int]]]] = {}
    for row in pairs.iter_rows(named=True):
        sure = max(
            _fit(row["amount"], row["each"], len(row["doc"])),
            _fit(row["amount"], row["gross"], len(row["doc"])),
            _HOURS if row["amounts"] > 1 and _about(row["whole"], row["amount"], rules.near) else 0.0,
        )
        shared = words.get(row["deal"], frozenset()) & words.get(row["doc"][0], frozenset())
        named = sum(weight[word] for word in sorted(shared))
        if named > _TELLING:
            sure = max(sure + 0.02, _NAMED if row["amount"] is None or row["each"] <= row["amount"] else 0.0)
        own = row["buyer"] == row["party"]
        if sure and (own or sure >= _EXACT or named > _TELLING):
            best.setdefault(row["series"], []).append((own, sure, row["deal"], row["doc"]))
    made, used = [], set()
    for _, candidates in sorted(best.items()):
        candidates.sort(key=lambda it: (not it[0], -it[1], it[2]))
        own, sure, deal, docs = candidates[0]
        if deal in used or (len(candidates) > 1 and candidates[1][:2] == (own, sure)):
            continue
        used.add(deal)
        made += [Proposal(deal, doc, "series", "amount", min(sure, 0.97)) for doc in docs]
    return made


def _about(whole: float | None, amount: float | None, near: Tolerance) -> bool:
    """Whether bills of different amounts, such as those of hours, come to what a deal is worth."""
    if not whole or not amount:
        return False
    return abs(whole - amount) <= max(min(near.amount, 0.05 * amount), near.share * amount)


def _fit(amount: float | None, each: float | None, count: int) -> float:
    """Give how sure it is that parts of one size bill an amount: all of it, or so far."""
    if not amount or not each:
        return 0.0
    if abs(each * count - amount) <= max(1.0, 0.001 * amount):
        return _EXACT
    return (
        _RUNNING
        if any(abs(each * n - amount) <= max(1.0, 0.001 * amount) for n in _TERMS if n > count)
        else 0.0
    )
