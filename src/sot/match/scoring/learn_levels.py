"""What a list teaches of its own evidence: how often pairs that are sure without it agree in it."""

from __future__ import annotations

from math import log2

import numpy as np
import numpy.typing as npt
import polars as pl

from sot.match.scoring.levels import numbered
from sot.match.scoring.namesakes import Namesakes
from sot.match.scoring.posterior import Doubles, Kinds
from sot.model.matching import Lesson, Lessons
from sot.rules.matching import Comparison, ComparisonRules, Learning

c = pl.col

Gammas = npt.NDArray[np.int8]


Counts = dict[str, dict[int, int]]
"""Sure pairs, by the name of the comparison and its level."""


def refine(
    scored: pl.DataFrame, kinds: Kinds, links: dict[str, float], comparisons: ComparisonRules, rules: Learning
) -> Lessons:
    """Learn m of the comparisons that may be learned: one step of expectation and maximisation, each from the others.

    A pair is sure if all evidence but that of the comparison makes it `certain` and nothing else speaks against it, so
    that no comparison confirms itself (Fellegi and Sunter 1969: evidence is independent, given a match). The share of
    sure pairs at a level is held against m, which counts as much as `worth` sure pairs. `links` are the links per
    record that the evidence makes expected as it is shipped.
    """
    counts = sure_counts(scored, kinds, links, comparisons, rules)
    return lessons(counts, comparisons, rules)


def lessons(counts: Counts, comparisons: ComparisonRules, rules: Learning) -> Lessons:
    """Give what the `counts` of sure pairs teach."""
    return {
        comparison.name: Lesson(
            sum(counts[comparison.name].values()), _levels(comparison, counts[comparison.name], rules)
        )
        for comparison in comparisons.comparisons
        if comparison.learned is not None
    }


def sure_counts(
    scored: pl.DataFrame, kinds: Kinds, links: dict[str, float], comparisons: ComparisonRules, rules: Learning
) -> Counts:
    """Count, by comparison and level, the `scored` pairs that are sure without it."""
    counts = {}
    for comparison in comparisons.comparisons:
        if comparison.learned is None:
            continue
        at = sure_without(comparison, scored, kinds, links, (comparisons, rules.certain))
        level, many = np.unique(scored[f"gamma_{comparison.name}"].to_numpy()[at], return_counts=True)
        counts[comparison.name] = dict(zip(level.tolist(), many.tolist(), strict=True))
    return counts


def sure_without(
    comparison: Comparison,
    scored: pl.DataFrame,
    kinds: Kinds,
    links: dict[str, float],
    rules: tuple[ComparisonRules, float],
) -> npt.NDArray[np.intp]:
    """Give the places of the `scored` pairs that are sure without a comparison that is known of them.

    `rules` are all comparisons, and the probability from which a pair is sure.
    """
    comparisons, certain = rules
    number = comparisons.names.index(comparison.name) + 1
    chance, relative = scored["chance"].to_numpy().astype(float), scored["relative"].to_numpy().astype(float)
    veto = scored["veto"].to_numpy()
    gamma = scored[f"gamma_{comparison.name}"].to_numpy()
    at = np.flatnonzero((gamma >= 0) & ((veto == 0) | (veto == number)))
    bits = scored[f"bits_{comparison.name}"].to_numpy()[at]
    against = _by_level(gamma[at], {level: log2(step.m / step.s) for level, step in numbered(comparison)})
    odds = kinds.some(at).odds(chance[at] - bits, relative[at] - against, links)
    return at[odds >= log2(certain / (1 - certain))]


def namesake_lessons(learned: Namesakes, comparisons: ComparisonRules) -> Lessons:
    """Give what the list tells of names that several customers bear as lessons."""
    return {
        comparison.name: Lesson(
            learned.names,
            {
                level.name: 0.0 if level.namesakes is None else learned.bits[level.namesakes]
                for level in comparison.levels
            },
        )
        for comparison in comparisons.comparisons
        if learned.names and any(level.namesakes is not None for level in comparison.levels)
    }


def refined(scored: pl.DataFrame, comparisons: ComparisonRules, lessons: Lessons) -> pl.DataFrame:
    """Give scored pairs with what the lessons add to chance, to relative and to the bits of each comparison."""
    more = {
        comparison.name: c(f"gamma_{comparison.name}").replace_strict(
            {
                gamma: lessons[comparison.name].bits.get(level.name, 0.0)
                for gamma, level in numbered(comparison)
            },
            default=0.0,
            return_dtype=pl.Float32,
        )
        for comparison in comparisons.comparisons
        if comparison.name in lessons
    }
    together = pl.sum_horizontal(pl.lit(0.0, pl.Float32), *more.values())
    return scored.with_columns(
        c("chance") + together,
        c("relative") + together,
        *(c(f"bits_{name}") + bits for name, bits in more.items()),
    )


def _levels(comparison: Comparison, counts: dict[int, int], rules: Learning) -> dict[str, float]:
    """Give the bits by which each level tells more; the levels that begin alike are one, in several surroundings."""
    levels = numbered(comparison)
    together = comparison.alike()
    alike = [level for level in levels if level[1] in together]
    groups = [alike, *([level] for level in levels if level not in alike)]
    m = [max(level.m for _, level in group) for group in groups]
    bits: dict[str, float] = {}
    for group, highest in zip(groups, m, strict=True):
        expected = rules.worth * highest / sum(m)
        seen = sum(counts.get(number, 0) for number, _ in group)
        more = log2((seen + expected) / (sum(counts.values()) + rules.worth) * sum(m) / highest)
        bits |= {level.name: round(min(max(more, -rules.most), rules.most), 4) for _, level in group}
    return bits


def _by_level(gamma: Gammas, values: dict[int, float]) -> Doubles:
    """Give the value of each pair's level, 0 where the comparison is missing (-1)."""
    table = np.zeros(max(values) + 2)
    for level, value in values.items():
        table[level] = value
    by_pair: Doubles = table[gamma]
    return by_pair
