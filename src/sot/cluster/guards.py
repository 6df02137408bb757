"""Automatic links never bring together two records that negative evidence keeps apart: one link on the way is asked.

Kruskal's algorithm over the automatic links, strongest first, with forbidden pairs: a link between two parts that hold
the two records of a vetoed pair joins nothing by itself. Decided links go first and are never taken back.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from sot.cluster.linkage import Ints

Bools = npt.NDArray[np.bool_]


class _Parts:
    """The parts that links have joined so far, and for each the parts that it must not meet."""

    def __init__(self, vetoed: list[tuple[int, int]]) -> None:
        self.part: dict[int, int] = {}
        self.members: dict[int, list[int]] = {}
        self.apart: dict[int, set[int]] = {}
        for a, b in vetoed:
            self.apart.setdefault(a, set()).add(b)
            self.apart.setdefault(b, set()).add(a)

    def of(self, node: int) -> int:
        return self.part.setdefault(node, node)

    def may_meet(self, one: int, other: int) -> bool:
        return other not in self.apart.get(one, ())

    def join(self, one: int, other: int) -> None:
        """Let part `one` take in part `other`."""
        moved = self.members.pop(other, [other])
        self.members.setdefault(one, [one]).extend(moved)
        self.part.update(dict.fromkeys(moved, one))
        for far in self.apart.pop(other, set()):
            self.apart[far].discard(other)
            if far != one:
                self.apart[far].add(one)
                self.apart.setdefault(one, set()).add(far)


def without_torn(pairs: pl.DataFrame, never: tuple[str, ...], margin: float) -> pl.DataFrame:
    """Give `pairs` in which a record that fits two records which are surely two customers is asked about.

    Two records are surely two if one of the comparisons `never` has a veto against them. A third record that is linked
    automatically to one and likely the other too, unless it is nearer to the one by `margin` bits, belongs to one
    of them, and nothing tells to which.
    """
    ends = pairs.select("uid_l", "uid_r", "match_weight", "band", "against")
    both = pl.concat([ends, ends.rename({"uid_l": "uid_r", "uid_r": "uid_l"}).select(ends.columns)])
    two = both.filter(pl.col("against").is_in(never)).select(one="uid_l", other="uid_r")
    likely = both.filter(pl.col("match_weight") >= 0).select(
        "band", third="uid_l", to="uid_r", weight="match_weight"
    )
    auto = likely.filter(pl.col("band") == "auto")
    torn = auto.join(two, left_on="to", right_on="one").join(
        likely, left_on=["third", "other"], right_on=["third", "to"], suffix="_other"
    )
    torn = torn.filter(pl.col("weight") < pl.col("weight_other") + margin)
    torn = torn.select(
        uid_l=pl.min_horizontal("third", "to"), uid_r=pl.max_horizontal("third", "to"), torn=True
    ).unique()
    found = pairs.join(torn, on=["uid_l", "uid_r"], how="left", maintain_order="left")
    asked = pl.when(pl.col("torn").fill_null(False)).then(pl.lit("doubt")).otherwise("band")
    return found.with_columns(band=asked).drop("torn")


def to_be_asked(
    a: Ints, b: Ints, order: npt.NDArray[np.intp], decided: Bools, vetoed: list[tuple[int, int]]
) -> list[int]:
    """Give the places of the links a[i], b[i] that would bring a vetoed pair together.

    `order` holds the places of the links that count (automatic and decided ones), in the order in which they join;
    `vetoed` the pairs of records that negative evidence keeps apart.
    """
    parts = _Parts(vetoed)
    found = []
    for place in order.tolist():
        one, other = parts.of(int(a[place])), parts.of(int(b[place]))
        if one == other:
            continue
        if decided[place] or parts.may_meet(one, other):
            parts.join(one, other)
        else:
            found.append(place)
    return found
