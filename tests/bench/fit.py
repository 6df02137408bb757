"""What labelled sets say of the weights of matching: each level fitted to all sets but one, and tried on that one.

A level gains bits if its pairs are one customer more often than predicted, and all families of sets say so. What was
seen counts beside `WORTH` pairs that are as predicted, and every family counts the same, however many pairs it has. The
sets of one family (one source, with more or fewer columns) are left out together.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from tests.bench.measure import measured
from tests.bench.sets import LabelledSet, write_sets
from tests.bench.tools import SOT, row

c = pl.col
Doubles = npt.NDArray[np.float64]
Level = tuple[str, str]
"""A comparison and one of its levels."""

WORTH = 300.0
"""How many pairs that are as predicted stand beside those of a level: few pairs move a level little."""
MOST = 1.0
"""No level moves by more bits."""
PAIRS = 10_000.0
"""What each family counts as, in pairs."""
SWEEPS = 12
FEW = 30
"""A family of less pairs of a level says nothing of it."""
HEADER = ("left out", "pairs", "log loss, shipped", "fitted", "F1 of pairs, shipped", "fitted")


@dataclass(frozen=True)
class Evidence:
    """The compared pairs of one set: the weight of each in bits, whether it is one customer, and its levels."""

    family: str
    weight: Doubles
    same: Doubles
    levels: Mapping[Level, npt.NDArray[np.bool_]]


def family(name: str) -> str:
    """Give the source of a set: `customers_1000_names` and `customers_10000_all` are both `customers`."""
    return "customers" if name.startswith("customers_") else name


def evidence(name: str, run: Path, truth: Path) -> Evidence:
    """Give what a finished run knew of the pairs that it compared."""
    tables = run / "tables"
    known = pl.read_csv(truth, infer_schema=False)
    records = pl.read_parquet(tables / "records.parquet").select("uid", "system", "record_id")
    entity = records.join(known, on=["system", "record_id"]).select("uid", "entity_id")
    pairs = (
        pl.read_parquet(tables / "pairs.parquet")
        .join(entity.rename({"uid": "uid_l", "entity_id": "left"}), on="uid_l")
        .join(entity.rename({"uid": "uid_r", "entity_id": "right"}), on="uid_r")
    )
    comparisons = json.loads((tables / "matching.json").read_text(encoding="utf-8"))["parameters"][
        "comparisons"
    ]
    levels = {
        (one["name"], level["name"]): pairs[f"gamma_{one['name']}"].to_numpy() == level["gamma"]
        for one in comparisons
        for level in one["levels"]
        if one["name"] != "name"
    }
    return Evidence(
        family(name),
        pairs["match_weight"].to_numpy().astype(float),
        (pairs["left"] == pairs["right"]).to_numpy().astype(float),
        levels,
    )


def fitted(sets: list[Evidence]) -> dict[Level, float]:
    """Give the bits by which each level would weigh more, by `sets`: levels in turn, until they hardly move."""
    count = {one.family: sum(len(x.weight) for x in sets if x.family == one.family) for one in sets}
    each = [PAIRS / count[one.family] for one in sets]
    agreed = {level for level in dict.fromkeys(x for one in sets for x in one.levels) if _agreed(sets, level)}
    weight = [one.weight.copy() for one in sets]
    bits: dict[Level, float] = {level: 0.0 for one in sets for level in one.levels if level in agreed}
    for _ in range(SWEEPS):
        for level in bits:
            at = [one.levels.get(level, np.zeros(len(one.weight), bool)) for one in sets]
            seen = sum(x * one.same[i].sum() for x, one, i in zip(each, sets, at, strict=True))
            expected = sum(x * _p(w[i]).sum() for x, w, i in zip(each, weight, at, strict=True))
            pairs = sum(x * i.sum() for x, i in zip(each, at, strict=True))
            if not pairs:
                continue
            share = min(max(expected / pairs, 0.001), 0.999)
            odds = _odds(seen + WORTH * share, pairs + WORTH) - _odds(expected + WORTH * share, pairs + WORTH)
            step = min(max(bits[level] + odds, -MOST), MOST) - bits[level]
            bits[level] += step
            for w, i in zip(weight, at, strict=True):
                w[i] += step
    return bits


def _agreed(sets: list[Evidence], level: Level) -> bool:
    """Tell whether all families that have `FEW` pairs or more of a level say that it should weigh more, or all less."""
    more: dict[str, float] = {}
    pairs: dict[str, int] = {}
    for one in sets:
        at = one.levels.get(level, np.zeros(len(one.weight), bool))
        more[one.family] = more.get(one.family, 0.0) + float(one.same[at].sum() - _p(one.weight[at]).sum())
        pairs[one.family] = pairs.get(one.family, 0) + int(at.sum())
    signs = {more[name] > 0 for name in more if pairs[name] >= FEW}
    return len(signs) == 1


def _p(weight: Doubles) -> Doubles:
    found: Doubles = 1 / (1 + np.exp2(-np.clip(weight, -60, 60)))
    return found


def _odds(seen: float, of: float) -> float:
    return float(np.log2(seen / (of - seen)))


def moved(one: Evidence, bits: Mapping[Level, float]) -> Doubles:
    """Give the weights of the pairs of a set with `bits` more by level."""
    return one.weight + sum(
        (np.where(at, bits.get(level, 0.0), 0.0) for level, at in one.levels.items()),
        np.zeros(len(one.weight)),
    )


def quality(sets: list[Evidence], bits: Mapping[Level, float]) -> tuple[float, float]:
    """Give the mean log loss in bits and the F1 of pairs from an even chance, of all pairs of `sets` together."""
    weight = np.concatenate([moved(one, bits) for one in sets])
    same = np.concatenate([one.same for one in sets])
    p = np.clip(_p(weight), 1e-6, 1 - 1e-6)
    loss = -np.mean(same * np.log2(p) + (1 - same) * np.log2(1 - p))
    joined = weight >= 0
    return float(loss), float(2 * (joined * same).sum() / max(joined.sum() + same.sum(), 1))


def held_out(sets: list[Evidence]) -> Iterator[tuple[str, int, tuple[float, float], tuple[float, float]]]:
    """Give for each family what the shipped weights come to on it, and those fitted to all others."""
    for name in dict.fromkeys(one.family for one in sets):
        own, others = [x for x in sets if x.family == name], [x for x in sets if x.family != name]
        yield name, sum(len(x.weight) for x in own), quality(own, {}), quality(own, fitted(others))


def table(work: Path, only: str, weights: Path | None, more: Path | None = None) -> Iterator[str]:
    """Give the lines of a table of held-out sets; `weights` is written with what all sets together would move.

    `more` holds further sets, as tests.bench.sets writes them.
    """
    labelled = [one for one in write_sets(work / "sets") if only in one.name and one.truth]
    if more is not None:
        labelled += [LabelledSet(p.name, p) for p in sorted(more.iterdir()) if (p / "truth.csv").is_file()]
    sets = [_run(one, work) for one in labelled]
    yield row(HEADER)
    yield row("---" for _ in HEADER)
    for name, pairs, shipped, found in held_out(sets):
        cells = (f"{one:.4f}" for both in zip(shipped, found, strict=True) for one in both)
        yield row((name, f"{pairs:,}", *cells))
    if weights is not None:
        write(sets, weights)


def _run(labelled: LabelledSet, work: Path) -> Evidence:
    folder = work / "runs" / labelled.name
    folder.mkdir(parents=True)
    measured([SOT, "dedupe", labelled.exports, "--out", folder / "out", "--quiet"], folder)
    assert labelled.truth is not None
    return evidence(labelled.name, folder / "out", labelled.truth)


def write(sets: list[Evidence], path: Path) -> None:
    """Write what all sets together say of each level: the bits that it would weigh more, its pairs, its families."""
    bits = fitted(sets)
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(("comparison", "level", "bits_more", "pairs", "families"))
        for level, more in bits.items():
            held = [one for one in sets if one.levels.get(level, np.zeros(1, bool)).any()]
            pairs = sum(int(one.levels[level].sum()) for one in held)
            out.writerow((*level, f"{more:.2f}", pairs, len({one.family for one in held})))
