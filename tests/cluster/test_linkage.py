"""Average linkage against a plain, slow one; components; decided pairs."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sot.cluster import linkage
from sot.cluster.batched_linkage import agglomerate_together
from sot.cluster.linkage import CANNOT, MUST, Edges, Linkage, agglomerate, cluster_nodes, components

RULE = Linkage(absent=-1.0, most=8.0)


def edges(pairs: dict[tuple[int, int], float]) -> Edges:
    keys = sorted(pairs)
    a, b = np.array([x for x, _ in keys], np.int64), np.array([y for _, y in keys], np.int64)
    return Edges(a, b, np.array([pairs[k] for k in keys], np.float64))


def plain(size: int, pairs: dict[tuple[int, int], float]) -> list[list[int]]:
    """Join the two groups with the best mean until no mean is left that is not negative."""
    groups = [[i] for i in range(size)]

    def mean(x: list[int], y: list[int]) -> float:
        weights = [pairs.get((min(i, j), max(i, j))) for i in x for j in y]
        if all(w is None for w in weights):
            return -np.inf
        return sum(RULE.absent if w is None else max(min(w, 8.0), -8.0) for w in weights) / len(weights)

    while True:
        options = [(-mean(x, y), x[0], y[0], x, y) for x, y in combinations(groups, 2)]
        best = min(options, default=None, key=lambda o: o[:3])
        if best is None or best[0] > 0:
            return sorted(sorted(g) for g in groups)
        groups = [g for g in groups if g not in (best[3], best[4])] + [sorted(best[3] + best[4])]
        groups.sort()


def counted(weight: float) -> float:
    return max(min(weight, RULE.most), -RULE.most)


weights = st.integers(-40, 80).map(lambda n: n / 8)
graphs = st.dictionaries(
    st.tuples(st.integers(0, 6), st.integers(0, 6)).filter(lambda p: p[0] < p[1]),
    weights,
    min_size=1,
    max_size=16,
)


@given(graphs)
def test_agglomeration_is_average_linkage(pairs: dict[tuple[int, int], float]) -> None:
    nodes = sorted({i for pair in pairs for i in pair})
    got = agglomerate([(*pair, counted(pairs[pair])) for pair in sorted(pairs)], RULE.absent)
    assert got == [g for g in plain(7, pairs) if g[0] in nodes]


@given(st.lists(graphs, min_size=1, max_size=4))
def test_components_side_by_side_divide_as_each_alone(parts: list[dict[tuple[int, int], float]]) -> None:
    # The nodes of one component lie between those of the others.
    rows = [
        (owner, a * len(parts) + owner, b * len(parts) + owner, counted(weight))
        for owner, pairs in enumerate(parts)
        for (a, b), weight in pairs.items()
    ]
    owner, a, b, weight = (np.array(values) for values in zip(*rows, strict=True))
    nodes, group = agglomerate_together(owner, a, b, weight, RULE.absent)
    alone = [
        members
        for one in range(len(parts))
        for members in agglomerate([row[1:] for row in rows if row[0] == one], RULE.absent)
    ]
    expected = {node: members[0] for members in alone for node in members}
    assert dict(zip(nodes.tolist(), group.tolist(), strict=True)) == expected


@given(graphs)
def test_large_components_divide_as_small_ones(pairs: dict[tuple[int, int], float]) -> None:
    together = cluster_nodes(7, edges(pairs), RULE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(linkage, "FEW", 0)
        assert cluster_nodes(7, edges(pairs), RULE).tolist() == together.tolist()


@given(graphs, st.permutations(range(16)))
def test_the_order_of_the_edges_does_not_matter(
    pairs: dict[tuple[int, int], float], order: list[int]
) -> None:
    one = edges(pairs)
    shuffled = [i for i in order if i < len(one.a)]
    other = Edges(one.a[shuffled], one.b[shuffled], one.weight[shuffled])
    assert cluster_nodes(7, one, RULE).tolist() == cluster_nodes(7, other, RULE).tolist()


@given(graphs)
def test_clusters_are_a_partition_named_by_its_smallest_member(pairs: dict[tuple[int, int], float]) -> None:
    label = cluster_nodes(7, edges(pairs), RULE)
    assert all(label[label[i]] == label[i] <= i for i in range(7))


def test_a_chain_between_two_camps_is_cut() -> None:
    camp = {(a, b): 9.0 for group in ((0, 1, 2), (3, 4, 5)) for a, b in combinations(group, 2)}
    label = cluster_nodes(6, edges(camp | {(2, 3): 3.0}), RULE)
    assert label.tolist() == [0, 0, 0, 3, 3, 3]
    assert components(6, edges(camp | {(2, 3): 3.0})).tolist() == [0] * 6


def test_decided_pairs_hold_whatever_the_evidence_says() -> None:
    label = cluster_nodes(
        4, edges({(0, 1): CANNOT, (0, 2): 9.0, (1, 2): 9.0, (2, 3): MUST, (0, 3): -9.0}), RULE
    )
    assert label[0] != label[1] and label[2] == label[3]
