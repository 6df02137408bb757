"""Average-linkage clustering inside components whose pairs disagree, with must-links and cannot-links built in.

Average linkage (UPGMA; Sokal and Michener 1958): two groups join while the mean match weight over all pairs between
them, absent pairs counted as weak evidence against, is not negative. A chain of good links between two camps that do
not match is cut that way, where connected components would keep it.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from sot.cluster.batched_linkage import agglomerate_together
from sot.graphs import connected

Ints = npt.NDArray[np.int64]
Doubles = npt.NDArray[np.float64]

MUST, CANNOT = 1e6, -1e6
"""Weights of decided pairs: no evidence outweighs them."""

APART = -1e5
"""The weight of pairs that no evidence brings together, but a decision."""

FEW = 100
"""Components of no more pairs are done together; in larger ones a round would look at too much that did not change."""


@dataclass(frozen=True)
class Edges:
    """Scored pairs a[i] < b[i] with their weight in bits, each pair once."""

    a: Ints
    b: Ints
    weight: Doubles

    def only(self, mask: npt.NDArray[np.bool_]) -> Edges:
        """Give the edges where mask holds."""
        return Edges(self.a[mask], self.b[mask], self.weight[mask])


@dataclass(frozen=True)
class Linkage:
    """How much an absent pair tells against a merge, and the bits beyond which a single pair counts no more."""

    absent: float
    most: float


def components(size: int, edges: Edges) -> Ints:
    """Give the component of each of `size` nodes as its smallest node."""
    label = connected(size, edges.a, edges.b)
    smallest = np.full(label.max(initial=-1) + 1, size, np.int64)
    np.minimum.at(smallest, label, np.arange(size))
    component: Ints = smallest[label]
    return component


def cluster_nodes(size: int, edges: Edges, linkage: Linkage) -> Ints:
    """Give the cluster of each node as its smallest member: components at weight 0, divided where they are unclear."""
    joined = edges.only(edges.weight >= 0)
    label = components(size, joined)
    inside = edges.only(label[edges.a] == label[edges.b])
    unclear = inside.only(_unclear(label, inside)[label[inside.a]])
    unclear = Edges(unclear.a, unclear.b, _counted(unclear.weight, linkage.most))
    owner = label[unclear.a]
    few = np.bincount(owner)[owner] <= FEW
    small = unclear.only(few)
    nodes, group = agglomerate_together(owner[few], small.a, small.b, small.weight, linkage.absent)
    result = label.copy()
    result[nodes] = group
    large = np.flatnonzero(~few)
    large = large[np.argsort(owner[large], kind="stable")]
    for part in np.split(large, np.flatnonzero(np.diff(owner[large])) + 1):
        pairs = (values[part].tolist() for values in (unclear.a, unclear.b, unclear.weight))
        for members in agglomerate(list(zip(*pairs, strict=True)), linkage.absent):
            result[members] = members[0]
    return result


def _counted(weight: Doubles, most: float) -> Doubles:
    """Give the weights as they count: that of one pair up to `most` bits, that of a decided or forbidden one whole."""
    return np.where(np.abs(weight) >= -APART, weight, np.clip(weight, -most, most))


def _unclear(label: Ints, edges: Edges) -> npt.NDArray[np.bool_]:
    """Tell, by component, which are of three or more nodes without a good pair for every two, or hold a cannot-link."""
    size = np.bincount(label, minlength=len(label))
    good = np.bincount(label[edges.a[edges.weight >= 0]], minlength=len(label))
    cannot = np.bincount(label[edges.a[edges.weight <= APART]], minlength=len(label))
    return ((size >= 3) & (good < size * (size - 1) // 2)) | (cannot > 0)


@dataclass
class _Groups:
    """The state of one agglomeration: members and, between groups, the sum and number of scored pairs."""

    members: dict[int, list[int]] = field(default_factory=dict)
    between: dict[int, dict[int, tuple[float, int]]] = field(default_factory=dict)

    def add(self, a: int, b: int, weight: float) -> None:
        for x, y in ((a, b), (b, a)):
            self.members.setdefault(x, [x])
            self.between.setdefault(x, {})[y] = (weight, 1)

    def mean(self, a: int, b: int, absent: float) -> float:
        total, scored = self.between[a][b]
        possible = len(self.members[a]) * len(self.members[b])
        return (total + absent * (possible - scored)) / possible

    def join(self, a: int, b: int) -> None:
        """Let group a take in group b."""
        for other, (weight, scored) in self.between.pop(b).items():
            del self.between[other][b]
            if other != a:
                have, count = self.between[a].get(other, (0.0, 0))
                self.between[a][other] = self.between[other][a] = (have + weight, count + scored)
        self.members[a] += self.members.pop(b)


def agglomerate(edges: list[tuple[int, int, float]], absent: float) -> list[list[int]]:
    """Join the nodes of `edges` (a, b, weight) into groups, best mean first; give each group's members, sorted."""
    groups = _Groups()
    for a, b, weight in edges:
        groups.add(a, b, weight)
    heap = [(-groups.mean(a, b, absent), a, b, 1, 1) for a, b, _ in edges]
    heapq.heapify(heap)
    while heap:
        against, a, b, size_a, size_b = heapq.heappop(heap)
        if against > 0:
            break
        if len(groups.members.get(a, ())) != size_a or len(groups.members.get(b, ())) != size_b:
            continue
        groups.join(a, b)
        for other in sorted(groups.between[a]):
            x, y = min(a, other), max(a, other)
            mean = groups.mean(x, y, absent)
            if mean >= 0:
                heapq.heappush(heap, (-mean, x, y, len(groups.members[x]), len(groups.members[y])))
    return sorted(sorted(members) for members in groups.members.values())
