"""Links that would bring a vetoed pair together, against a slow oracle."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sot.cluster.forbidden_pairs import links_to_demote

NODES = 7
PAIR = st.tuples(st.integers(0, NODES - 1), st.integers(0, NODES - 1)).filter(lambda pair: pair[0] < pair[1])


def asked(
    links: list[tuple[int, int]], vetoed: list[tuple[int, int]], decided: set[int] = frozenset()
) -> list[int]:
    """Let the links join in the order in which they are given."""
    a, b = (np.array([link[side] for link in links], np.int64) for side in (0, 1))
    marks = np.array([i in decided for i in range(len(links))], bool)
    return links_to_demote(a, b, np.arange(len(links)), marks, vetoed)


def reached(start: int, links: list[tuple[int, int]]) -> set[int]:
    """Give everything that links connect with `start`."""
    found, more = {start}, True
    while more:
        grown = found | {x for link in links if set(link) & found for x in link}
        more, found = grown != found, grown
    return found


def oracle(links: list[tuple[int, int]], vetoed: list[tuple[int, int]], decided: set[int]) -> list[int]:
    kept: list[tuple[int, int]] = []
    found = []
    for place, (a, b) in enumerate(links):
        one, other = reached(a, kept), reached(b, kept)
        meeting = any((x in one and y in other) or (x in other and y in one) for x, y in vetoed)
        if b in one:
            continue
        if place in decided or not meeting:
            kept.append((a, b))
        else:
            found.append(place)
    return found


def test_the_weakest_link_of_a_chain_is_asked() -> None:
    assert asked([(0, 1), (1, 2)], [(0, 2)]) == [1]


def test_a_decided_link_is_never_asked() -> None:
    assert asked([(0, 1), (1, 2)], [(0, 2)], {0, 1}) == []


def test_without_vetoes_nothing_is_asked() -> None:
    assert asked([(0, 1), (1, 2), (0, 2)], []) == []


@given(
    st.lists(PAIR, max_size=15, unique=True),
    st.lists(PAIR, max_size=5, unique=True),
    st.sets(st.integers(0, 14), max_size=3),
)
def test_it_is_what_the_oracle_says(
    links: list[tuple[int, int]], vetoed: list[tuple[int, int]], decided: set[int]
) -> None:
    assert asked(links, vetoed, decided) == oracle(links, vetoed, decided)
