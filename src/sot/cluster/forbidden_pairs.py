"""Which links must be taken back so that the others never bring a forbidden pair of records together.

Kruskal's algorithm over the links, strongest first, with forbidden pairs: a link between two parts that hold the two
records of a forbidden pair joins nothing. Decided links go first and are never taken back.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

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

    def may_meet(self, part: int, other: int) -> bool:
        return other not in self.apart.get(part, ())

    def join(self, part: int, other: int) -> None:
        """Let `part` take in part `other`."""
        moved = self.members.pop(other, [other])
        self.members.setdefault(part, [part]).extend(moved)
        self.part.update(dict.fromkeys(moved, part))
        for far in self.apart.pop(other, set()):
            self.apart[far].discard(other)
            if far != part:
                self.apart[far].add(part)
                self.apart.setdefault(part, set()).add(far)


def links_to_demote(
    a: Ints, b: Ints, order: npt.NDArray[np.intp], decided: Bools, vetoed: list[tuple[int, int]]
) -> list[int]:
    """Give the places of the links a[i], b[i] that would bring a vetoed pair together.

    `order` holds the places of the links that count (automatic and decided ones), in the order in which they join;
    `vetoed` the pairs of records that negative evidence keeps apart.
    """
    parts = _Parts(vetoed)
    demoted = []
    for place in order.tolist():
        part_a, part_b = parts.of(int(a[place])), parts.of(int(b[place]))
        if part_a == part_b:
            continue
        if decided[place] or parts.may_meet(part_a, part_b):
            parts.join(part_a, part_b)
        else:
            demoted.append(place)
    return demoted
