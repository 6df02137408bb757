"""Components by SQL are those of a graph, and each is called by its smallest record."""

from __future__ import annotations

import polars as pl
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sot.engine.components import components
from sot.engine.embedded import Embedded

EDGES = st.lists(
    st.tuples(st.integers(0, 30), st.integers(0, 30)).filter(lambda e: e[0] != e[1]), max_size=30
)


def by_hand(edges: list[tuple[int, int]]) -> dict[int, int]:
    label = {node: node for edge in edges for node in edge}
    for _ in label:
        for a, b in edges:
            label[a] = label[b] = min(label[a], label[b])
    return label


@given(EDGES)
@example([(i, i + 1) for i in range(40)])
@example([(i, 50 - i) for i in range(20)] + [(i, i + 1) for i in range(30, 50)])
@settings(max_examples=6)
def test_components(edges: list[tuple[int, int]]) -> None:
    engine = Embedded()
    engine.give("edge", pl.DataFrame(edges, schema={"uid_l": pl.Int64, "uid_r": pl.Int64}, orient="row"))
    rounds = components(engine, "found", "select uid_l, uid_r from edge")
    assert dict(engine.small("select uid, label from found").iter_rows()) == by_hand(edges)
    assert rounds <= 8  # a chain of 40 would take 40 rounds if labels moved by one record in each
    engine.close()
