"""Average linkage in many small components at once: in every round each of them takes its best step.

The steps are those of `linkage.agglomerate`, in their order and to the last bit, for all components side by side.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True)
class _Pairs:
    """Pairs of groups x[i] < y[i] of component `owner`; sum and number of the scored pairs between them."""

    owner: Ints
    x: Ints
    y: Ints
    total: Doubles
    scored: Doubles

    def at(self, places: npt.NDArray[np.generic]) -> _Pairs:
        return _Pairs(*(values[places] for values in vars(self).values()))


def agglomerate_together(owner: Ints, a: Ints, b: Ints, weight: Doubles, absent: float) -> tuple[Ints, Ints]:
    """Give the nodes of the pairs a[i] < b[i], and for each node the smallest one of its group.

    `owner` is the component of each pair, `weight` what it tells, `absent` what a pair tells that is not there.
    """
    nodes, x, y = _numbered(owner, a, b)
    group, members = np.arange(len(nodes)), np.ones(len(nodes))
    pairs = _Pairs(owner, x, y, weight, np.ones(len(x)))
    while len(pairs.x):
        pairs = _sorted(pairs)
        possible = members[pairs.x] * members[pairs.y]
        mean = (pairs.total + absent * (possible - pairs.scored)) / possible
        best, going = _best(pairs.owner, mean)
        low, high = pairs.x[best], pairs.y[best]
        group[high] = low
        members[low] += members[high]
        pairs = _joined(pairs.at(going), group)
    while (group != group[group]).any():
        group = group[group]
    return nodes, nodes[group]


def _numbered(owner: Ints, a: Ints, b: Ints) -> tuple[Ints, Ints, Ints]:
    """Number the nodes, those of one component in a row: give them, and the pairs by their numbers."""
    nodes, first = np.unique(np.r_[a, b], return_index=True)
    nodes = nodes[np.argsort(np.r_[owner, owner][first], kind="stable")]
    number = np.zeros(nodes.max(initial=-1) + 1, np.int64)
    number[nodes] = np.arange(len(nodes))
    return nodes, number[a], number[b]


def _sorted(pairs: _Pairs) -> _Pairs:
    """Sort by component, x and y, and make one of two pairs of the same groups."""
    key = pairs.x * (pairs.y.max() + 1) + pairs.y
    order = np.argsort(key, kind="stable")
    pairs, key = pairs.at(order), key[order]
    again = key[1:] == key[:-1]
    twice = np.flatnonzero(again)
    pairs.total[twice] += pairs.total[twice + 1]
    pairs.scored[twice] += pairs.scored[twice + 1]
    return pairs.at(np.r_[True, ~again])


def _best(owner: Ints, mean: Doubles) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.bool_]]:
    """Give the place of the first best pair of every component that still joins, and which pairs are of these."""
    starts = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]])
    top = np.repeat(np.maximum.reduceat(mean, starts), np.diff(np.r_[starts, len(owner)]))
    going = top >= 0
    places = np.flatnonzero((mean == top) & going)
    return places[np.unique(owner[places], return_index=True)[1]], going


def _joined(pairs: _Pairs, group: Ints) -> _Pairs:
    x, y = group[pairs.x], group[pairs.y]
    joined = _Pairs(pairs.owner, np.minimum(x, y), np.maximum(x, y), pairs.total, pairs.scored)
    return joined.at(x != y)
