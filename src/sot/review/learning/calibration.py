"""Calibration from the answers: what a match weight is worth here, and the thresholds that follow.

Platt scaling (logistic regression of the answers on the match weight; Platt 1999), held to the model's own
line by a normal prior, so that few answers move it little and one-sided answers can't break it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log

import numpy as np
import polars as pl

from sot.model.kinds import Verdict

Floats = np.ndarray[tuple[int], np.dtype[np.float64]]
STEPS = 100
EDGES = (0.15, 0.5, 0.7, 0.85, 0.93, 0.98)


@dataclass(frozen=True)
class Bin:
    """Answers whose match probability lies between two marks, and what became of them."""

    low: float
    high: float
    answers: int
    predicted: float
    was: float


@dataclass(frozen=True)
class Calibration:
    """log-odds of one customer = shift + slope × match weight (in natural units)."""

    shift: float
    slope: float
    answers: int
    highest: float
    """The highest match probability that was answered: nothing is known of what lies above."""
    bins: tuple[Bin, ...]

    def calibrated(self, probability: float) -> float:
        """Give what a match probability of the model is worth by the answers."""
        weight = log(probability / (1 - probability))
        return 1 / (1 + exp(-(self.shift + self.slope * weight)))

    def threshold(self, probability: float) -> float:
        """Give the model's match probability from which `probability` is really reached."""
        odds = (log(probability / (1 - probability)) - self.shift) / self.slope
        return 1 / (1 + exp(-odds))


def calibrate(answered: pl.DataFrame, least: int, beliefs: float) -> Calibration | None:
    """Learn from pairs with match_weight, verdict and how many pairs each stands for (`stands`).

    Pairs that something speaks against are left out: however likely, they are never joined unasked. None
    where there are too few others.
    """
    answered = answered.filter(pl.col("against").is_null())
    if answered.height < least:
        return None
    weight = answered["match_weight"].cast(pl.Float64).to_numpy() * log(2)
    same = (answered["verdict"] == Verdict.SAME).cast(pl.Float64).to_numpy()
    stands = answered["stands"].cast(pl.Float64).to_numpy()
    shift, slope = _fit(np.clip(weight, -30, 30), same, stands / stands.mean(), beliefs)
    highest = float(answered.select(pl.col("match_probability").max()).item())
    return Calibration(shift, slope, answered.height, highest, _bins(answered))


def _fit(weight: Floats, same: Floats, stands: Floats, beliefs: float) -> tuple[float, float]:
    """Newton's method on the posterior; the prior is the model itself: shift 0, slope 1."""
    shift, slope = 0.0, 1.0
    precision = 1 / beliefs**2
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-(shift + slope * weight)))
        rest, spread = stands * (same - p), stands * np.maximum(p * (1 - p), 1e-9)
        gradient = np.array(
            [rest.sum() - precision * shift, (rest * weight).sum() - precision * 25 * (slope - 1)]
        )
        hessian = np.array([
            [spread.sum() + precision, (spread * weight).sum()],
            [(spread * weight).sum(), (spread * weight**2).sum() + precision * 25],
        ])  # fmt: skip
        step = np.linalg.solve(hessian, gradient)
        step *= min(1.0, 2.0 / max(float(np.abs(step).max()), 1e-12))
        shift, slope = shift + float(step[0]), max(0.05, slope + float(step[1]))
        if float(np.abs(step).max()) < 1e-9:
            break
    return shift, slope


def _bins(answered: pl.DataFrame) -> tuple[Bin, ...]:
    p, was = pl.col("match_probability").cast(pl.Float64), (pl.col("verdict") == Verdict.SAME)
    bins = []
    for low, high in zip((0.0, *EDGES), (*EDGES, 1.0), strict=True):
        part = answered.filter((p >= low) & ((p < high) | (high == 1.0))).select(predicted=p, was=was)
        if part.height:
            predicted, share = part.select(pl.col("predicted").mean(), pl.col("was").mean()).row(0)
            bins.append(Bin(low, high, part.height, predicted, share))
    return tuple(bins)
