"""Customers that may be one, of which each lacks what the other has: deals without projects, projects without deals."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl


def aliases(
    near: pl.DataFrame,
    left: pl.DataFrame,
    right: pl.DataFrame,
    parties: tuple[frozenset[int], frozenset[int]],
) -> dict[int, int]:
    """Give the customers that are looked at as another one, and as which.

    `near` (l, r) are customers of one group, and those that may be one customer. `left` and `right` hold the documents
    that still wait, `parties` the customers that have any documents of either side. A customer without any of one side
    goes with the one near to it that waits for what it has; where there are several, with none.
    """
    open_left, open_right = (_parties(side) for side in (left, right))
    neighbours = _neighbours(near, (open_right - parties[0]) | (open_left - parties[1]))
    alias_of = _one_each(open_right - parties[0], open_left, neighbours)
    taken = frozenset(alias_of.values())
    return alias_of | _one_each(open_left - parties[1] - taken, open_right - alias_of.keys(), neighbours)


def _neighbours(near: pl.DataFrame, asked: frozenset[int]) -> dict[int, set[int]]:
    """Give the customers near to each of those that are asked for."""
    wanted = pl.DataFrame({"l": sorted(asked)}, schema={"l": near.schema["l"]})
    neighbours: dict[int, set[int]] = {}
    for table in (near.select("l", "r"), near.select(l="r", r="l")):
        for party, other in table.join(wanted, on="l", how="semi", maintain_order="left").iter_rows():
            neighbours.setdefault(party, set()).add(other)
    return neighbours


def _parties(side: pl.DataFrame) -> frozenset[int]:
    return frozenset(side["party"].drop_nulls().to_list())


def _one_each(
    lacking: Iterable[int], waiting: frozenset[int], neighbours: dict[int, set[int]]
) -> dict[int, int]:
    alias_of = {}
    for party in sorted(lacking):
        fits = neighbours.get(party, set()) & waiting
        if len(fits) == 1:
            alias_of[party] = min(fits)
    return alias_of
