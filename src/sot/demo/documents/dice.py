"""Chance, one throw at a time, for stories in which one thing follows from another."""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import accumulate
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """A stream of chance that depends on the seed and the purpose alone."""

    def __init__(self, seed: int, purpose: str) -> None:
        self._random = random.Random(f"{seed} {purpose}")

    def chance(self, share: float) -> bool:
        """Say yes in that share of the throws."""
        return self._random.random() < share

    def whole(self, low: int, high: int) -> int:
        """Give a whole number from `low` to `high`, both possible."""
        return low + int(self._random.random() * (high - low + 1))

    def share(self, low: float, high: float) -> float:
        """Give a number between the two."""
        return low + self._random.random() * (high - low)

    def of(self, values: Sequence[T]) -> T:
        """Give one of the values, all as likely."""
        return values[int(self._random.random() * len(values))]

    def pick(self, shares: Mapping[str, float]) -> str | None:
        """Give one of the keys as often as its share says, or None where the shares leave room."""
        sums = list(accumulate(shares.values()))
        at = bisect(sums, self._random.random() * max(1.0, sums[-1] if sums else 1.0))
        return list(shares)[at] if at < len(sums) else None

    def amount(self, usual: float, spread: float) -> float:
        """Give an amount as in life: many small ones, few large ones."""
        return float(self._random.lognormvariate(0.0, spread)) * usual

    def after(self, day: date, low: int, high: int) -> date:
        """Give a day from `low` to `high` days after `day`."""
        return day + timedelta(days=self.whole(low, high))
