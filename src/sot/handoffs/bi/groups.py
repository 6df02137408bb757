"""Figures of a group that agree together: a row of the parent holds what its subsidiaries were billed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from sot.handoffs.bi.reasons import Figure

Fits = Callable[[int, float], bool]
"""Says whether a figure of the table is an amount of the ledger."""
_ONE_SIDED = frozenset(("not_in_bi", "not_in_ledger"))
_OPEN = _ONE_SIDED | {"unexplained"}
_MOST = 200
"""Of a group of more customers only pairs are looked at with their neighbours."""


def neighbours(related: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Give the related customers of each customer."""
    near: dict[str, set[str]] = defaultdict(set)
    for left, right in related:
        near[left].add(right)
        near[right].add(left)
    return near


def together(figures: Sequence[Figure], near: Mapping[str, set[str]], fits: Fits) -> list[Figure]:
    """Let figures of related customers agree that differ alone and make up one sum: one is missing on either side."""
    waiting = {
        (each.golden_id, each.currency): each
        for each in figures
        if each.reason in _OPEN and each.currency == each.ledger_currency and each.golden_id in near
    }
    agreed: set[tuple[str, str]] = set()
    for (golden, currency), each in sorted(waiting.items()):
        if (golden, currency) in agreed or each.reason == "not_in_bi":
            continue
        beside = [
            (other, currency)
            for other in sorted(near[golden])[:_MOST]
            if (other, currency) in waiting and (other, currency) not in agreed
        ]
        missing = [key for key in beside if waiting[key].reason in _ONE_SIDED]
        for members in (beside, missing, *([key] for key in missing)):
            group = [(golden, currency), *members]
            if len(group) > 1 and _is_one(group, waiting, fits):
                agreed |= set(group)
                break
    return [
        replace(each, reason="agrees") if (each.golden_id, each.currency) in agreed else each
        for each in figures
    ]


def _is_one(group: Sequence[tuple[str, str]], waiting: Mapping[tuple[str, str], Figure], fits: Fits) -> bool:
    mine = [waiting[key] for key in group]
    shown, billed = sum(each.bi or 0 for each in mine), sum(each.ledger or 0 for each in mine)
    return any(each.reason in _ONE_SIDED for each in mine) and bool(billed) and fits(shown, billed)
