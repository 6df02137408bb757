"""Bills that another customer was sent: the parent, or whoever pays, that no list names as near to the buyer.

Only names and amounts can show it: a won deal without any bill, and bills without a deal that have its words and come
to its amount, or are usual shares of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from sot.handoffs.links.solver import Proposal
from sot.rules.handoffs import LinkingRules

_EXACT, _SHARES = 0.85, 0.76
"""How sure such a link is: by the whole amount, or by shares of it."""
_CENTS = 1.0
_WORDS, _TOO_MANY = 2, 200
"""A deal of fewer telling words, or of those of so many bills, is called like too many others."""


def billed_elsewhere(
    deals: pl.DataFrame,
    bills: pl.DataFrame,
    words: Mapping[int, frozenset[str]],
    rules: LinkingRules,
) -> list[Proposal]:
    """Give links of deals that have no bill with the bills of one other customer that have no deal.

    `deals` and `bills` are tables of the columns of a side. A deal that two customers could have been billed for, or a
    bill that could be for two deals, is left alone.
    """
    asked = deals.filter((pl.col("links") == 0) & pl.col("sure")).drop_nulls("party")
    open_bills = bills.filter(pl.col("links") == 0).drop_nulls("party")
    by_words: dict[frozenset[str], list[dict[str, Any]]] = {}
    for bill in open_bills.sort("doc").to_dicts():
        by_words.setdefault(words.get(bill["doc"], frozenset()), []).append(bill)
    own: dict[int, list[frozenset[str]]] = {}
    for doc, party in deals.drop_nulls("party").select("doc", "party").iter_rows():
        own.setdefault(party, []).append(words.get(doc, frozenset()))
    fits: dict[int, list[tuple[list[int], float]]] = {}
    for deal in asked.sort("doc").to_dicts():
        named = words.get(deal["doc"], frozenset())
        called_so = by_words.get(named, [])
        if len(named) < _WORDS or not deal["left"] or len(called_so) > _TOO_MANY:
            continue
        near = [bill for bill in called_so if _may_bill(deal, bill, named, own, rules)]
        for party in sorted({bill["party"] for bill in near}):
            theirs = [bill for bill in near if bill["party"] == party]
            sure = _sure(deal["left"], theirs, rules)
            if sure:
                fits.setdefault(deal["doc"], []).append(([bill["doc"] for bill in theirs], sure))
    alone = {doc: sets[0] for doc, sets in fits.items() if len(sets) == 1}
    taken = Counter(bill for listed, _ in alone.values() for bill in listed)
    return [
        Proposal(doc, bill, "shared words", "name", sure)
        for doc, (listed, sure) in sorted(alone.items())
        for bill in listed
        if taken[bill] == 1
    ]


def _may_bill(
    deal: dict[str, Any],
    bill: dict[str, Any],
    named: frozenset[str],
    own: Mapping[int, Sequence[frozenset[str]]],
    rules: LinkingRules,
) -> bool:
    """Whether a bill is another customer's, who has no deal of such words, and fits by its currency and day."""
    theirs = own.get(bill["party"], ())
    if bill["party"] == deal["party"] or any(mine and (mine <= named or named <= mine) for mine in theirs):
        return False
    if deal["currency"] and bill["currency"] and deal["currency"] != bill["currency"]:
        return False
    return _in_window(deal["day"], bill["day"], rules)


def _in_window(won: date | None, billed: date | None, rules: LinkingRules) -> bool:
    window = rules.window["deal_invoice"]
    return won is None or billed is None or -window.before <= (billed - won).days <= window.after


def _sure(worth: float, bills: Sequence[dict[str, Any]], rules: LinkingRules) -> float:
    """Give how sure bills are of a deal of that worth: 0 where their amounts say nothing."""
    amounts = [list(bill["amounts"]) for bill in bills]
    for place in range(max(map(len, amounts), default=0)):
        listed = [each[min(place, len(each) - 1)] for each in amounts if each]
        if len(listed) < len(amounts):
            return 0.0
        if abs(sum(listed) - worth) <= _CENTS:
            return _EXACT
        parts = [
            any(abs(amount - share * worth) <= _CENTS for share in rules.instalments.shares)
            for amount in listed
        ]
        if len(listed) > 1 and all(parts) and sum(listed) <= worth + _CENTS:
            return _SHARES
    return 0.0
