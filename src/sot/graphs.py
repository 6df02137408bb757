"""Graphs: what hangs together, what holds it together, who goes with whom; small ones without SciPy and its import."""

from __future__ import annotations

from itertools import count

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int32]
Edges = npt.NDArray[np.integer]
Doubles = npt.NDArray[np.float64]

LARGE = 100_000
"""From so many nodes or edges on SciPy is worth its import, a third of a second."""
_work = count()
_MANY, _WIDE = 3_000, 400
"""From so many assignments in a process, or so many cells of one, SciPy is worth its import."""


def connected(size: int, a: Edges, b: Edges, large: int = LARGE) -> Ints:
    """Give the component of each of `size` nodes, numbered by their smallest nodes, of edges between `a` and `b`."""
    if max(size, len(a)) >= large:
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        graph = coo_array((np.ones(len(a), np.int8), (a, b)), shape=(size, size))
        labels: Ints = connected_components(graph, directed=False)[1]
        return labels
    label = np.arange(size)
    while True:
        # Each edge draws both ends, and what these belong to, to the smaller label.
        low = np.minimum(label[a], label[b])
        new = label.copy()
        for end in (a, b, label[a], label[b]):
            np.minimum.at(new, end, low)
        new = new[new]
        if np.array_equal(new, label):
            return np.unique(label, return_inverse=True)[1].astype(np.int32)
        label = new


def spanning_forest(size: int, a: Edges, b: Edges, large: int = LARGE) -> npt.NDArray[np.intp]:
    """Give the places of the edges, the best first, that hold together what all of them hold together."""
    if max(size, len(a)) >= large:
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import minimum_spanning_tree

        rank = np.arange(1, len(a) + 1, dtype=np.float64)
        tree = minimum_spanning_tree(coo_array((rank, (a, b)), shape=(size, size)).tocsr())
        return np.sort(tree.data.astype(np.intp) - 1)
    above = list(range(size))

    def root(node: int) -> int:
        while above[node] != node:
            above[node] = node = above[above[node]]
        return node

    kept = []
    for place, (start, other) in enumerate(zip(a.tolist(), b.tolist(), strict=True)):
        left, right = root(start), root(other)
        if left != right:
            above[right] = left
            kept.append(place)
    return np.array(kept, np.intp)


def best_assignment(gain: Doubles) -> list[tuple[int, int]]:
    """Give the pairs (row, column), each row and column once, that gain most together; in the order of the rows.

    No gain is below 0, and pairs that gain nothing are left out. What SciPy's linear_sum_assignment gives, also of
    equal gains, by the same algorithm (Crouse 2016).
    """
    at = [(int(row), int(column)) for row, column in zip(*np.nonzero(gain), strict=True)]
    if len({row for row, _ in at}) == len({column for _, column in at}) == len(at):
        return at
    if gain.size > _WIDE or next(_work) > _MANY:
        from scipy.optimize import linear_sum_assignment

        rows, columns = linear_sum_assignment(gain, maximize=True)
    else:
        rows, columns = shortest_paths(gain)
    return [(row, column) for row, column in zip(rows, columns, strict=True) if gain[row, column] > 0]


def shortest_paths(gain: Doubles) -> tuple[list[int], list[int]]:
    """Assign by shortest augmenting paths: each row in turn takes its column, and others make room for it."""
    tall = gain.shape[0] > gain.shape[1]
    cost = (-(gain.T if tall else gain)).tolist()
    rows, columns = len(cost), len(cost[0]) if cost else 0
    paid, price = [0.0] * rows, [0.0] * columns
    column_of, row_of = [-1] * rows, [-1] * columns
    for row in range(rows):
        reached, taken, before, sink, least = _path(cost, paid, price, row_of, row)
        paid[row] += least
        for earlier in {row_of[column] for column in taken} - {-1}:
            paid[earlier] += least - reached[column_of[earlier]]
        for column in taken:
            price[column] -= least - reached[column]
        column = sink
        while True:
            earlier = before[column]
            row_of[column] = earlier
            column_of[earlier], column = column, column_of[earlier]
            if earlier == row:
                break
    if not tall:
        return list(range(rows)), column_of
    order = sorted(range(rows), key=column_of.__getitem__)
    return [column_of[earlier] for earlier in order], order


def _path(
    cost: list[list[float]], paid: list[float], price: list[float], row_of: list[int], row: int
) -> tuple[list[float], list[int], list[int], int, float]:
    """Give the way of least cost from `row` to a free column: costs reached, columns on it, rows before, end, cost."""
    columns = len(price)
    # Backwards, so that equal costs give the diagonal.
    left = list(range(columns - 1, -1, -1))
    reached, before, taken = [float("inf")] * columns, [-1] * columns, list[int]()
    least = 0.0
    while True:
        at, lowest = -1, float("inf")
        own, mine = cost[row], paid[row]
        for place, column in enumerate(left):
            through = least + own[column] - mine - price[column]
            if through < reached[column]:
                before[column], reached[column] = row, through
            current = reached[column]
            if current < lowest or (current == lowest and row_of[column] < 0):
                at, lowest = place, current
        least, column = lowest, left[at]
        taken.append(column)
        if row_of[column] < 0:
            return reached, taken, before, column, least
        row = row_of[column]
        left[at] = left[-1]
        left.pop()
