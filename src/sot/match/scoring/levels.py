"""The levels of a comparison, spelled out and numbered, and the views in which Splink writes what they tell."""

from __future__ import annotations

from dataclasses import dataclass

from sot.rules.matching import Comparison, Level


def levels(comparison: Comparison) -> list[Level]:
    """Give the levels of a comparison from the top, a graded one spelled out bit by bit."""
    if comparison.graded is None:
        return list(comparison.levels)
    graded = comparison.graded
    steps = range(graded.highest, graded.lowest - 1, -1)
    return [
        Level(
            name=graded.called(bits),
            when=f"{graded.column} >= {bits - 0.5}" if bits > graded.lowest else "true",
            m=min(1.0, 2.0**bits) * 0.5,
            u=min(1.0, 2.0**-bits) * 0.5,
            s=min(1.0, 2.0**bits) * 0.5,
        )
        for bits in steps
    ]


def numbered(comparison: Comparison) -> list[tuple[int, Level]]:
    """Give each level with its gamma: Splink counts them from the bottom, from 0."""
    listed = levels(comparison)
    return [(len(listed) - 1 - i, level) for i, level in enumerate(listed)]


@dataclass(frozen=True)
class View:
    """A view that Splink made: its name and the SQL that makes it."""

    name: str
    sql: str

    @property
    def query(self) -> str:
        """The query that the view stands for."""
        return self.sql.split(" as ", 1)[1]
