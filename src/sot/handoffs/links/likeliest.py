"""Links one to one: those that gain most together, each as sure as it is better than the best other link."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sot.graphs import best_assignment
from sot.handoffs.links.evidence import probability


def chosen(
    gain: Mapping[tuple[int, int], float], rows: int, columns: int
) -> list[tuple[tuple[int, int], float]]:
    """Give the pairs that gain most together, each with how sure it is."""
    if len({i for i, _ in gain}) == len({j for _, j in gain}) == len(gain):
        return [(at, probability(bits)) for at, bits in gain.items()]
    table = np.zeros((rows, columns))
    for at, bits in gain.items():
        table[at] = bits
    return [(at, _sure(table, *at)) for at in best_assignment(table)]


def _sure(gain: np.ndarray, i: int, j: int) -> float:
    """Give how sure a link is: by its bits, less those of the best other link of either document."""
    row, column = gain[i].copy(), gain[:, j].copy()
    row[j] = column[i] = 0.0
    return probability(float(gain[i, j] - max(row.max(initial=0.0), column.max(initial=0.0))))
