"""Chance, column-wise: everything that the demo draws comes from one seeded stream per purpose."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl


@dataclass(frozen=True)
class Pool:
    """Values to draw from, each with its share."""

    values: pl.Series
    cumulative: npt.NDArray[np.float64]

    @classmethod
    def of(
        cls,
        values: pl.Series | Sequence[str],
        weights: pl.Series | Sequence[float] | npt.NDArray[np.float64] | None = None,
    ) -> Pool:
        """Make a pool of `values`; without weights all are as likely."""
        series = values if isinstance(values, pl.Series) else pl.Series(values, dtype=pl.String)
        shares = np.ones(series.len()) if weights is None else np.asarray(weights, dtype=np.float64)
        cumulative = np.cumsum(shares)
        return cls(series, cumulative / cumulative[-1])

    @classmethod
    def weighted(cls, shares: Mapping[str, float]) -> Pool:
        """Make a pool of the keys of `shares`."""
        return cls.of(list(shares), list(shares.values()))

    def crowded(self, power: float) -> Pool:
        """Give a pool of the same values, the shares raised to `power`: common ones become more common."""
        return Pool.of(self.values, np.diff(self.cumulative, prepend=0.0) ** power)


class Draw:
    """A stream of chance that depends on the seed and the purpose alone."""

    def __init__(self, seed: int, purpose: str) -> None:
        self._chance = np.random.default_rng([seed, zlib.crc32(purpose.encode())])

    def uniform(self, rows: int) -> npt.NDArray[np.float64]:
        """Give numbers from 0 up to 1."""
        return self._chance.random(rows)

    def whole(self, rows: int, low: int, high: int) -> npt.NDArray[np.int64]:
        """Give whole numbers from `low` up to, without, `high`."""
        return self._chance.integers(low, high, rows)

    def numbers(self, rows: int, low: int, high: int) -> pl.Series:
        """Give whole numbers as text."""
        return pl.Series(self.whole(rows, low, high)).cast(pl.String)

    def chance(self, rows: int, share: float) -> pl.Series:
        """Say yes for about `share` of the rows."""
        return pl.Series(self._chance.random(rows) < share)

    def exactly(self, rows: int, count: int) -> npt.NDArray[np.int64]:
        """Choose `count` different row numbers, in order."""
        return np.sort(self._chance.permutation(rows)[:count])

    def pick(self, rows: int, pool: Pool) -> pl.Series:
        """Draw one value of the pool for each row."""
        return pool.values.gather(np.searchsorted(pool.cumulative, self._chance.random(rows)))

    def one_of(self, rows: int, values: Sequence[str | None]) -> pl.Series:
        """Draw one of a few values, all as likely, for each row."""
        return pl.Series(list(values), dtype=pl.String).gather(self._chance.integers(0, len(values), rows))

    def some(self, values: pl.Series, share: float, change: Callable[[pl.Series], pl.Series]) -> pl.Series:
        """Apply `change` to about `share` of the values."""
        return where(values, self.chance(values.len(), share), change)


def where(values: pl.Series, mask: pl.Series, change: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """Apply `change` to the values that `mask` marks, and to no others."""
    chosen = mask.to_numpy()
    if not chosen.any():
        return values
    order = np.concatenate([np.flatnonzero(~chosen), np.flatnonzero(chosen)])
    changed = change(values.filter(mask)).cast(values.dtype)
    back = np.empty_like(order)
    back[order] = np.arange(order.size)
    return pl.concat([values.filter(~mask), changed.alias(values.name)]).gather(back)


_MARKS = {"N": "23456789", "x": "0123456789", "#": "0123456789", "@": "ABDEFGHJLNPQRSTUWXYZ"}


def digits(draw: Draw, pattern: pl.Series) -> pl.Series:
    """Fill patterns: `N` with a digit from 2 to 9, `x` or `#` with any digit, `@` with a letter of postcodes.

    Each pattern is filled independently; patterns are few, values are many.
    """
    result = pattern
    longest = int(pattern.str.len_chars().max() or 0)  # type: ignore[arg-type]
    for _ in range(longest):
        for mark, choices in _MARKS.items():
            open_ = result.str.contains(mark, literal=True)
            if open_.any():
                fresh = draw.one_of(result.len(), choices)
                result = pl.select(
                    pl.when(open_).then(_replace_first(result, mark, fresh)).otherwise(result)
                ).to_series()
    return result


def _replace_first(values: pl.Series, mark: str, fresh: pl.Series) -> pl.Expr:
    at = pl.lit(values).str.find(mark, literal=True)
    head = pl.lit(values).str.slice(0, at)
    return pl.concat_str(head, pl.lit(fresh), pl.lit(values).str.slice(at + 1))
