"""Small graphs without SciPy: the same components, forests and assignments as SciPy's, also where there is a choice."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from sot.graphs import best_assignment, connected, shortest_paths, spanning_forest

gains = st.integers(1, 6).flatmap(
    lambda columns: st.lists(
        st.lists(st.sampled_from([0.0, 1.0, 1.5, 2.0, 7.25]), min_size=columns, max_size=columns),
        min_size=1,
        max_size=6,
    )
)
edges = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=24)


@given(gains)
def test_the_best_assignment_is_that_of_scipy(rows: list[list[float]]) -> None:
    gain = np.array(rows)
    wanted = [tuple(map(int, pair)) for pair in zip(*linear_sum_assignment(gain, maximize=True), strict=True)]
    assert list(zip(*shortest_paths(gain), strict=True)) == wanted
    assert best_assignment(gain) == [pair for pair in wanted if gain[pair] > 0]


def test_a_large_assignment_is_solved_too() -> None:
    gain = np.random.default_rng(1).random((40, 30))
    assert {row for row, _ in best_assignment(gain)} == set(
        linear_sum_assignment(gain, maximize=True)[0].tolist()
    )


@given(edges)
def test_components_are_those_of_scipy(pairs: list[tuple[int, int]]) -> None:
    a, b = np.array([*pairs, (0, 0)]).T
    assert connected(12, a, b).tolist() == connected(12, a, b, large=0).tolist()


def test_a_long_chain_is_one_component() -> None:
    order = np.random.default_rng(1).permutation(5_000)
    assert set(connected(5_000, order[:-1], order[1:]).tolist()) == {0}


@given(edges)
def test_the_forest_is_that_of_scipy(pairs: list[tuple[int, int]]) -> None:
    once = sorted({(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]}, key=hash)
    a, b = np.array(once, int).reshape(-1, 2).T
    assert spanning_forest(12, a, b).tolist() == spanning_forest(12, a, b, large=0).tolist()
