"""What speaks for a link without a reference: amounts, names and days, in bits (log2 of odds)."""

from __future__ import annotations

import math
from bisect import bisect
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from sot.rules.handoffs import Instalments, Recurring, Tolerance, Window

_CENTS = 0.021
"""Amounts that differ by no more are equal to the cent, rounding of tax included."""
_MOST_BITS, _LEAST_BITS = 9.0, 3.0
"""A rare amount proves so much, a usual one so little."""
_NAMES_AT_MOST = 8.0
_NO_WORD_SHARED = -3.0
_NEAR = 2.8
_SAID = 5.0
"""The bits of an amount that is, to the cent, the share of the whole that its text names."""
_EARLY = -7
_AFTER_DELIVERY, _WHILE_IT_RUNS = 10, 0.5
"""The last bill comes so many days after the end of the project; the bits of one that comes before that."""
_PARTS = (2, 3, 4, 6, 12, 24, 36)


@dataclass
class Side:
    """One document that waits for its counterpart.

    `amounts` are the figures that it can be compared by: net, then gross where that may be meant; `left` is how much
    of the first of them no link explains yet. `sure` is false for deals that are not won. `parts` are the shares of a
    whole that its text names ("30 % on order"), `guessed` the place from which on amounts are guesses about tax, and
    `bias` what the document says itself about waiting for a counterpart, in bits. `terms` are the days in which a bill
    is to be paid, where it says so. `part` is whether its words say that it is a part ("milestone 2"), and
    `run` its text without months and numbers. `until` are the days from a win to the end of its project.
    """

    doc: int
    day: int | None
    amounts: tuple[float, ...]
    left: float
    words: frozenset[str]
    currency: str | None
    sure: bool = True
    links: list[int] = field(default_factory=list)
    parts: tuple[float, ...] = ()
    guessed: int = 99
    bias: float = 0.0
    terms: int | None = None
    part: bool = False
    run: str = ""
    until: int | None = None


@dataclass(frozen=True)
class Evidence:
    """How amounts, names and days of two documents are weighed, for one pair of kinds."""

    window: Window
    equal: Tolerance
    near: Tolerance
    instalments: Instalments
    recurring: Recurring
    weight: Mapping[str, float]
    """The bits of each word: how rare it is."""
    rarity: Mapping[float, float]
    """The bits of each amount of the later documents that comes more than once."""
    usual_bits: float
    """The bits of an amount that comes once."""
    usual_delay: int
    """The days that usually lie between both documents."""
    hours: bool = False
    """Whether amounts of the later documents may be of hours worked so far, which says little beside an equal name."""
    billed: bool = False
    """Whether the later documents are bills, which a deal that is not won has by its amount or its whole name alone."""

    def amount(self, left: Side, right: Side) -> tuple[float, str]:
        """Give the bits of both amounts, and how they compare: exact, equal, near, share, rough, far or unknown."""
        target = left.left
        if target <= 0 or not right.amounts or right.amounts[0] <= 0:
            return 0.0, "unknown"
        best, name = -8.0, "far"
        for place, value in enumerate(right.amounts):
            bits, how = self._compare(target, value, left.amounts[0])
            share_bits = self._said(value, left.amounts[0], right.parts) if value < target else 0.0
            bits, how = max((bits, how), (share_bits, "share")) if share_bits else (bits, how)
            if place >= right.guessed and how != "exact":
                continue
            bits -= 1.0 if place else 0.0
            if bits > best:
                best, name = bits, how
        for other in left.amounts[1:]:
            if left.left == left.amounts[0] and abs(other - right.amounts[0]) <= _CENTS:
                best, name = max((best, name), (self._rarity(right.amounts[0]) - 1.0, "exact"))
        return best, name

    def _compare(self, target: float, value: float, whole: float) -> tuple[float, str]:
        off = abs(target - value)
        if off <= _CENTS:
            return self._rarity(value), "exact"
        if off <= max(min(self.equal.amount, 0.01 * target), self.equal.share * target):
            return self._rarity(value) - 1.5, "equal"
        if off <= max(min(self.near.amount, 0.05 * target), self.near.share * target):
            return _NEAR, "near"
        if value < whole and self.is_share(value, whole):
            return _NEAR, "share"
        return _rough(value / target)

    def is_share(self, value: float, whole: float) -> bool:
        """Give whether a value is a usual share of a whole, to the cent or to one unit."""
        if whole <= 0 or value >= whole:
            return False
        near = max(_CENTS, 0.0001 * whole)
        # If any share is near enough, one of the two beside it is.
        at = bisect(self._usual_parts, value / whole)
        return any(abs(value - whole * part) <= near for part in self._usual_parts[max(at - 1, 0) : at + 1])

    @cached_property
    def _usual_parts(self) -> tuple[float, ...]:
        return tuple(sorted((*self.instalments.shares, *(1 / n for n in _PARTS))))

    def _said(self, value: float, whole: float, parts: tuple[float, ...]) -> float:
        """Give the bits of an amount that is the share of a whole that its text names; 0 if it is none."""
        off = min((abs(value / part - whole) for part in parts), default=math.inf)
        if off <= max(0.05, 0.0005 * whole):
            return _SAID
        return _NEAR if off <= max(min(self.near.amount, 0.05 * whole), self.near.share * whole) else 0.0

    def _rarity(self, value: float) -> float:
        return self.rarity.get(round(value, 2), self.usual_bits)

    def unlikely(self, left: Side, right: Side, how: str) -> bool:
        """Give whether a bill is of another matter than a deal that is not won."""
        apart = how not in ("exact", "equal", "near", "share")
        return self.billed and not left.sure and apart and bool(left.words) and left.words != right.words

    def names(self, left: Side, right: Side) -> float:
        """Give the bits of the words that both share, or that they share none."""
        if not left.words or not right.words:
            return 0.0
        shared = left.words & right.words
        if not shared:
            return _NO_WORD_SHARED
        bits = math.fsum(sorted(self.weight[word] for word in shared))
        least = min(
            math.fsum(sorted(self.weight[word] for word in words)) for words in (left.words, right.words)
        )
        return min(_NAMES_AT_MOST, bits) * (0.4 + 0.6 * bits / max(least, bits, 0.1))

    def days(self, left: Side, right: Side) -> float | None:
        """Give the bits of the days between both, or None where they lie too far apart for a link."""
        if left.day is None or right.day is None:
            return 0.0
        delay = right.day - left.day
        before = self.window.before if left.sure else self.window.after
        if not -before <= delay <= self.window.after:
            return None
        bits = self.delay_bits(delay, left.terms)
        if left.until is not None:
            # What is delivered late is billed late: about when the project ends, or while it runs.
            bits = max(bits, self.delay_bits(delay - left.until + self.usual_delay - _AFTER_DELIVERY))
            bits = max(bits, _WHILE_IT_RUNS) if 0 <= delay <= left.until else bits
        return bits + (0.0 if left.sure or delay >= _EARLY else 1.0)

    def off(self, left: Side, right: Side) -> int:
        """Give how many days lie between the day on which the later document is expected, and its own."""
        usual = self.usual_delay if left.terms is None else left.terms
        return abs((right.day or 0) - (left.day or 0) - usual)

    def delay_bits(self, delay: int, terms: int | None = None) -> float:
        """Give the bits of a delay; convex, so that equal amounts are linked in the order of their days."""
        off = abs(delay - (self.usual_delay if terms is None else terms))
        return max(1.5 - float((off / 60) ** 1.3), -3.0) - (1.0 if delay < _EARLY else 0.0)


def _rough(ratio: float) -> tuple[float, str]:
    """Give the bits of amounts that are not near to each other."""
    if 0.9 <= ratio <= 1.1:
        return 2.0, "rough"
    if 0.6 <= ratio <= 1.4:
        return 1.0, "rough"
    if ratio < 0.6:
        return (-0.5, "part") if ratio >= 0.1 else (-2.0, "part")
    return (-2.0, "far") if ratio <= 2 else (-7.0, "far")


def probability(bits: float) -> float:
    """Give the probability that bits imply."""
    return 1 / (1 + 2 ** -max(min(bits, 12.0), -12.0))


def rarity(counts: Mapping[float, int], total: int) -> tuple[dict[float, float], float]:
    """Give the bits of each amount that comes more than once, and those of one that comes once."""

    def bits(count: int) -> float:
        return min(_MOST_BITS, max(_LEAST_BITS, math.log2(max(total, 1) / count)))

    return {amount: bits(count) for amount, count in counts.items() if count > 1}, bits(1)
