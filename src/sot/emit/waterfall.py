"""Why a pair was scored as it was: the match weight of one pair, comparison by comparison."""

from __future__ import annotations

from math import log2
from typing import Any

import polars as pl

from sot.model.matching import UsedComparison
from sot.model.run import Run

Plain = dict[str, Any]

PRIOR = "prior"

SMALL = 0.05
"""Fewer bits than this are not worth a line."""


def waterfall(run: Run, uid_l: int, uid_r: int) -> list[Plain]:
    """Give the steps from nothing to the match weight of a pair, each with its bits and where it starts.

    Each step has the bits of its level on average; the last one is what only the whole run tells: how rare
    duplicates are at all, how common these very values are in it, and how many customers look alike.
    """
    pair = run.matching.pairs.filter(
        (pl.col("uid_l") == min(uid_l, uid_r)) & (pl.col("uid_r") == max(uid_l, uid_r))
    )
    if not pair.height:
        return []
    row = pair.row(0, named=True)
    steps = [step for comparison in run.matching.model.comparisons if (step := _told(comparison, row))]
    rest = row["match_weight"] - sum(step["bits"] for step in steps)
    steps.sort(key=lambda step: -abs(step["bits"]))
    steps.append(
        {
            "comparison": PRIOR,
            "level": "how rare duplicates are, how common these values, how many look alike",
            "bits": rest,
        }
    )
    return _placed(steps)


def _told(comparison: UsedComparison, row: Plain) -> Plain | None:
    name = comparison.name
    gamma = row.get(f"gamma_{name}")
    level = next((level for level in comparison.levels if level.gamma == gamma), None)
    if level is None:
        return None
    bits = row.get(f"bits_{name}")
    bits = log2(level.m / level.u) if bits is None else bits
    if abs(bits) < SMALL:
        return None
    return {"comparison": name, "level": level.name, "bits": bits}


def _placed(steps: list[Plain]) -> list[Plain]:
    at = 0.0
    for step in steps:
        step["bits"] = round(float(step["bits"]), 2)
        step["start"] = round(at, 2)
        at += step["bits"]
    return steps
