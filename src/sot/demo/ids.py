"""Record ids as the systems give them."""

from __future__ import annotations

import numpy as np
import polars as pl

_BASE62 = np.frombuffer(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", dtype=np.uint8)
_CHECK = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345", dtype=np.uint8)


def salesforce_ids(prefix: str, count: int) -> pl.Series:
    """Give `count` ids of 18 characters: prefix of the object, organisation, a growing number, check."""
    number = 2_000_000 + np.arange(count) * 13
    body = np.stack([_BASE62[number // 62**power % 62] for power in (4, 3, 2, 1, 0)], axis=1)
    start = np.tile(np.frombuffer(f"{prefix}5g00000".encode(), dtype=np.uint8), (count, 1))
    short = np.hstack([start, body])
    capital = ((short >= ord("A")) & (short <= ord("Z"))).reshape(count, 3, 5)
    check = _CHECK[(capital * (1 << np.arange(5))).sum(axis=2)]
    whole = np.ascontiguousarray(np.hstack([short, check]))
    return pl.Series(whole.view("S18").ravel().astype(str), dtype=pl.String)


def numbered(prefix: str, first: int, count: int, digits: int) -> pl.Series:
    """Give ids that count up, with leading zeros."""
    return prefix + pl.Series(np.arange(first, first + count)).cast(pl.String).str.zfill(digits)
