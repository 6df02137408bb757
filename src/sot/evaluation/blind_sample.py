"""Precision and recall of a run's customers from the answers to its blind sample, with 95 % intervals.

Point estimates weigh each stratum by its size (stratified ratio estimates: Cochran, Sampling Techniques, 3rd
ed. 1977, 5A and 6.11). Intervals come from the Jeffreys posterior of each stratum's share (Brown, Cai,
DasGupta, Interval Estimation for a Binomial Proportion, Statistical Science 16, 2001); pairs that were not
drawn count by their posterior predictive distribution. They hold where the normal approximation breaks: few
pairs, few errors.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from sot.decision_log import Findings
from sot.errors import RulesError
from sot.model.kinds import Verdict
from sot.workspace.project import SAMPLE

PLAN = {
    "run": pl.String, "stratum": pl.String, "population": pl.Int64, "linked": pl.Boolean,
    "system_l": pl.String, "record_id_l": pl.String, "system_r": pl.String, "record_id_r": pl.String,
}  # fmt: skip
"""The sample of a project: the pairs that were drawn, of which run (see `fingerprint`) and stratum."""

DRAWS = 4000


@dataclass(frozen=True)
class Stratum:
    """Pairs of one kind: how many there are, how many were judged, and how many of these are one customer."""

    name: str
    linked: bool
    population: int
    judged: int
    same: int


@dataclass(frozen=True)
class Estimate:
    """A share with its 95 % interval; None where nothing was judged that could tell."""

    value: float | None
    low: float
    high: float


@dataclass(frozen=True)
class Accuracy:
    """What the sample says of a run."""

    precision: Estimate
    recall: Estimate
    strata: tuple[Stratum, ...]
    waiting: int
    unsure: int


def read_plan(folder: Path) -> pl.DataFrame | None:
    """Read the sample of a project; None if none was drawn."""
    path = folder / SAMPLE
    if not path.is_file():
        return None
    try:
        plan = pl.read_csv(path, schema=PLAN)
    except pl.exceptions.PolarsError as error:
        raise RulesError(
            f"{path}: this is not a sample of sot review: {error}", "delete it and draw a new one"
        ) from error
    return plan if plan.height else None


def fingerprint(run: Path) -> str:
    """Give a short hash of the golden map of the run in a folder."""
    return hashlib.sha256((run / "crosswalk.csv").read_bytes()).hexdigest()[:16]


def judge(
    plan: pl.DataFrame, answers: Findings, unsure: Iterable[frozenset[tuple[str, str]]] = ()
) -> Accuracy:
    """Estimate from a sample plan and what stewards decided; pairs nobody judged yet count as waiting."""
    strata, waiting, doubtful, asked = [], 0, 0, set(unsure)
    for (name,), part in plan.group_by("stratum", maintain_order=True):
        judged = same = 0
        for row in part.iter_rows(named=True):
            pair = ((row["system_l"], row["record_id_l"]), (row["system_r"], row["record_id_r"]))
            verdict = answers.verdict(*pair)
            judged += verdict is not None
            same += verdict is Verdict.SAME
            doubtful += verdict is None and frozenset(pair) in asked
            waiting += verdict is None and frozenset(pair) not in asked
        strata.append(Stratum(str(name), bool(part["linked"][0]), int(part["population"][0]), judged, same))
    strata.sort(key=lambda stratum: stratum.name)
    precision, recall = estimate(strata)
    return Accuracy(precision, recall, tuple(strata), waiting, doubtful)


def estimate(strata: Sequence[Stratum]) -> tuple[Estimate, Estimate]:
    """Give precision and recall: of what is joined how much is right, of what is one how much is joined."""
    linked = [stratum for stratum in strata if stratum.linked]
    if any(stratum.judged == 0 for stratum in strata) or not linked:
        return Estimate(None, 0.0, 1.0), Estimate(None, 0.0, 1.0)
    random = np.random.default_rng(0)
    draws = {stratum.name: _matches(stratum, random) for stratum in strata}
    points = {stratum.name: stratum.population * stratum.same / stratum.judged for stratum in strata}
    joined = float(sum(stratum.population for stratum in linked))
    right = sum((draws[stratum.name] for stratum in linked), np.zeros(DRAWS))
    every = sum((draws[stratum.name] for stratum in strata), np.zeros(DRAWS))
    right_point, every_point = sum(points[s.name] for s in linked), sum(points.values())
    precision = Estimate(right_point / joined, *_interval(right / joined))
    if every_point == 0:
        return precision, Estimate(None, 0.0, 1.0)
    return precision, Estimate(right_point / every_point, *_interval(right / np.maximum(every, 1)))


def _matches(stratum: Stratum, random: np.random.Generator) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Draw how many pairs of the stratum are one customer, given those that were judged."""
    share = random.beta(stratum.same + 0.5, stratum.judged - stratum.same + 0.5, DRAWS)
    return stratum.same + random.binomial(stratum.population - stratum.judged, share).astype(np.float64)


def _interval(draws: np.ndarray[tuple[int], np.dtype[np.float64]]) -> tuple[float, float]:
    low, high = np.quantile(draws, (0.025, 0.975))
    return float(low), float(high)
