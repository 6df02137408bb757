"""Payments of bills that recur: both in the order of their days, so that one without a counterpart shifts no other."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sot.handoffs.links.evidence import Evidence, Side
from sot.rules.handoffs import Recurring

_MOST = 400
"""Of so many bills or payments at most an alignment is looked for: the work grows with their product."""
_POWER = 1.3


@dataclass(frozen=True)
class Match:
    """Bills and payments that belong together, and by how many days, on average, the payments are off."""

    bills: tuple[Side, ...]
    payments: tuple[Side, ...]
    off: float


@dataclass(frozen=True)
class _Item:
    """A payment, or two that are taken for one: of how many bills it is, and what taking it costs."""

    day: int
    bills: int
    payments: tuple[Side, ...]
    cost: float = 0.0


def recurring(
    bills: Sequence[Side],
    payments: Sequence[Side],
    evidence: Evidence,
    apart: frozenset[tuple[int, int]],
) -> Iterator[Match]:
    """Give the payments of the bills of one amount each, as the cheapest alignment of both in time has them.

    A payment may be of several bills, two payments of one, and either may have no counterpart. The last bill of a
    payment and the last part of a bill are the ones that come on the day.
    """
    known = {_cents(bill.amounts[0]) for bill in bills if bill.amounts}
    waiting = {side.doc: side for side in payments if side.amounts and side.day is not None}
    groups: dict[tuple[int, str | None], list[Side]] = {}
    for bill in bills:
        if bill.amounts and bill.day is not None:
            groups.setdefault((_cents(bill.amounts[0]), bill.currency), []).append(bill)
    for (amount, currency), mine in sorted(
        groups.items(), key=lambda group: (-group[0][0], group[0][1] or "")
    ):
        if not evidence.recurring.bills <= len(mine) <= _MOST:
            continue
        free = [
            side
            for side in waiting.values()
            if not (side.currency and currency and side.currency != currency)
        ]
        items = _items(amount, free, known, evidence.recurring)
        if not 1 < len(items) <= _MOST:
            continue
        mine.sort(key=lambda side: (side.day or 0, side.doc))
        for match in _aligned(mine, items, evidence, apart):
            for side in match.payments:
                del waiting[side.doc]
            yield match


def _cents(amount: float) -> int:
    return round(100 * amount)


def _items(amount: int, payments: Sequence[Side], known: set[int], rules: Recurring) -> list[_Item]:
    """Give what may pay bills of one amount: equal payments, multiples, those less a fee, and pairs of parts."""
    items, parts = [], []
    for side in payments:
        cents, day = _cents(side.amounts[0]), side.day or 0
        if (
            cents % amount == 0
            and 1 <= cents // amount <= rules.payment_of
            and (cents == amount or cents not in known)
        ):
            items.append(_Item(day, cents // amount, (side,)))
        elif cents not in known and (1 - rules.fee_share) * amount <= cents < amount:
            items.append(_Item(day, 1, (side,), rules.costs.fee))
        elif cents not in known and 0 < cents < amount:
            parts.append(side)
    parts.sort(key=lambda side: (side.day or 0, side.doc))
    taken: set[int] = set()
    for place, first in enumerate(parts):
        for second in parts[place + 1 :]:
            days = (second.day or 0) - (first.day or 0)
            if days > rules.parts_apart_days or first.doc in taken:
                break
            if (
                second.doc not in taken
                and abs(_cents(first.amounts[0]) + _cents(second.amounts[0]) - amount) <= 1
            ):
                items.append(_Item(second.day or 0, 1, (first, second)))
                taken |= {first.doc, second.doc}
    return sorted(items, key=lambda item: (item.day, item.payments[0].doc))


def _aligned(
    bills: Sequence[Side], items: Sequence[_Item], evidence: Evidence, apart: frozenset[tuple[int, int]]
) -> Iterator[Match]:
    """Give the cheapest alignment, by dynamic programming over both in the order of their days."""
    costs = evidence.recurring.costs
    unpaid = [costs.open_bill_alone if bill.bias < 0 else costs.paid_bill_alone for bill in bills]
    best = [[0.0] * (len(items) + 1) for _ in range(len(bills) + 1)]
    step = [[0] * (len(items) + 1) for _ in range(len(bills) + 1)]
    for i in range(len(bills) + 1):
        for j in range(len(items) + 1):
            options = []
            if i:
                options.append((best[i - 1][j] + unpaid[i - 1], -1))
            if j:
                options.append((best[i][j - 1] + costs.payment_alone * items[j - 1].bills, -2))
                count = items[j - 1].bills
                if (
                    count <= i
                    and (cost := _cost(bills[i - count : i], items[j - 1], evidence, apart)) is not None
                ):
                    options.append((best[i - count][j - 1] + cost, count))
            if options:
                best[i][j], step[i][j] = min(options, key=lambda option: (round(option[0], 9), -option[1]))
    i, j, matches = len(bills), len(items), []
    while i and j:
        if step[i][j] == -1:
            i -= 1
        elif step[i][j] == -2:
            j -= 1
        else:
            count, j = step[i][j], j - 1
            i -= count
            mine = tuple(bills[i : i + count])
            off = _off(mine[0 if count > 1 else -1], items[j], evidence)
            matches.append(Match(mine, items[j].payments, off))
    return iter(reversed(matches))


def _off(bill: Side, item: _Item, evidence: Evidence) -> float:
    usual = evidence.usual_delay if bill.terms is None else bill.terms
    return abs(item.day - (bill.day or 0) - usual)


def _cost(
    bills: Sequence[Side], item: _Item, evidence: Evidence, apart: frozenset[tuple[int, int]]
) -> float | None:
    """Give what it costs to take an item for these bills; None where it cannot be theirs."""
    total = item.cost
    for bill in bills:
        delay = item.day - (bill.day or 0)
        if not -evidence.window.before <= delay <= evidence.window.after:
            return None
        if any((bill.doc, side.doc) in apart for side in item.payments):
            return None
        total += _days(bill, item, evidence) - min(bill.bias, 0.0)
    return total


def _days(bill: Side, item: _Item, evidence: Evidence) -> float:
    return float(math.pow(_off(bill, item, evidence) / evidence.recurring.costs.days, _POWER))
