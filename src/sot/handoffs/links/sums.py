"""Several documents that make up one amount: subset sums, with a guard against sums that come about by chance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, islice

from sot.handoffs.links.evidence import Side
from sot.rules.handoffs import Instalments

_REGULAR_AT_MOST = 4
_DISCOUNT = 0.03
"""Parts in usual shares may make up so much less, or more, than the whole."""
_GRIDS = (1000.0, 500.0, 250.0, 100.0, 50.0, 10.0, 1.0)


@dataclass(frozen=True)
class Sum:
    """Places of the items that make up the amount, and the bits that this is no chance."""

    items: tuple[int, ...]
    bits: float


def best_sum(target: float, values: Sequence[float], rules: Instalments, places: int = 2) -> Sum | None:
    """Give the one set of at least two values that makes up `target`, or None.

    Small sets come first, and of one size those of the first values. Where two sets of one size make it up, neither is
    given. The guard: with so many sets tried and so fine a grid of amounts, how many hits would chance give?
    """
    tolerance = max(0.011 * places, min(1.0, 0.00005 * target))
    tried = 0
    for size in range(2, min(rules.sum_of_at_most, len(values)) + 1):
        hits = []
        room = rules.sums_tried - tried
        if math.comb(len(values), size) > max(room, 0):
            return None
        for chosen in islice(combinations(range(len(values)), size), room):
            tried += 1
            if abs(math.fsum(values[i] for i in chosen) - target) <= tolerance:
                hits.append(chosen)
        if hits:
            return _judged(hits, target, values, tolerance, tried, rules)
    return _regular(target, values, rules)


def _regular(target: float, values: Sequence[float], rules: Instalments) -> Sum | None:
    """Give the one set of values in usual shares of their own sum, which is the amount less a usual discount or so."""
    tried, hits = 0, []
    for size in range(2, min(_REGULAR_AT_MOST, len(values)) + 1):
        if math.comb(len(values), size) > rules.sums_tried - tried:
            break
        for chosen in combinations(range(len(values)), size):
            tried += 1
            parts = [values[i] for i in chosen]
            total = math.fsum(parts)
            if abs(total - target) <= _DISCOUNT * target and all(
                _usual(part / total, rules) for part in parts
            ):
                hits.append(chosen)
    if len(hits) != 1:
        return None
    return Sum(hits[0], 2.5 if len(hits[0]) > 2 else 2.0)


def _judged(
    hits: list[tuple[int, ...]],
    target: float,
    values: Sequence[float],
    tolerance: float,
    tried: int,
    rules: Instalments,
) -> Sum | None:
    best = hits[0]
    if any({values[i] for i in hit} != {values[i] for i in best} for hit in hits):
        return None
    parts = [values[i] for i in best]
    expected = tried * max(2 * tolerance, _grid([*values, target])) / max(math.fsum(values), 1.0)
    regular = max(parts) - min(parts) <= 0.02 or all(_usual(part / target, rules) for part in parts)
    if expected > rules.chance and not regular and len(values) > len(best):
        return None
    return Sum(best, min(9.0, max(1.0, -math.log2(max(expected, 1e-6))) + (2.0 if regular else 0.0)))


def _usual(share: float, rules: Instalments) -> bool:
    return any(abs(share - usual) <= 0.0005 for usual in rules.shares)


def _grid(values: Sequence[float]) -> float:
    """Give the step that all amounts are multiples of; round amounts meet by chance more often."""
    for grid in _GRIDS:
        if all(abs(value / grid - round(value / grid)) < 1e-6 for value in values):
            return grid
    return 0.01


def bases(whole: Side, parts: Sequence[Side], forward: bool) -> list[tuple[float, list[float]]]:
    """Give the figures by which a whole and its parts can be compared: net with net, gross with net, …"""
    most = max(len(part.amounts) for part in parts)
    if forward:
        return [
            (whole.left, [part.amounts[min(basis, len(part.amounts) - 1)] for part in parts])
            for basis in range(most)
        ]
    return [(value, [part.left for part in parts]) for value in whole.amounts]
