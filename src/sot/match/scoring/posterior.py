"""From bits to probability: the prior learned from the data, and relatives as the third class."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from sot.match.names.vocabulary import Bools
from sot.rules.matching import Prior

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Group:
    """Pairs that have one prior (inside a system, or across systems).

    chance and relative are their bits against chance and against relatives; possible is the number of all pairs
    of that kind, candidates or not. Where alike pairs were counted together, `many` tells how many each stands for.
    """

    chance: Doubles
    relative: Doubles
    possible: float
    many: Doubles | None = None


def possible_pairs(systems: npt.NDArray[np.int64]) -> tuple[float, float]:
    """Give how many pairs of records there are inside the systems and across them; `systems` codes each record's."""
    sizes = np.bincount(systems).astype(np.float64)
    inside = float((sizes * (sizes - 1) / 2).sum())
    return inside, len(systems) * (len(systems) - 1) / 2 - inside


@dataclass(frozen=True)
class Kinds:
    """The two kinds of pairs of a run, each with a prior of its own: inside a system, and across systems.

    inside tells of each scored pair which it is; possible are the numbers of all pairs inside and across. Where alike
    pairs were counted together, `many` tells how many each stands for.
    """

    inside: Bools
    possible: tuple[float, float]
    records: int
    prior: Prior
    many: Doubles | None = None

    def learn(
        self, chance: Doubles, relative: Doubles, before: dict[str, float] | None = None
    ) -> dict[str, float]:
        """Learn the expected number of links per record of each kind, beginning at what was learned `before`."""
        return {
            name: learn_links(group, self.records, self.prior, (before or {}).get(name))
            for name, _, group in self._groups(chance, relative)
        }

    def some(self, at: npt.NDArray[np.intp]) -> Kinds:
        """Give this for some of the pairs alone; the priors stay those of all."""
        return replace(self, inside=self.inside[at])

    def odds(self, chance: Doubles, relative: Doubles, links: dict[str, float]) -> Doubles:
        """Give the log2 posterior odds of each pair for one customer."""
        odds = np.zeros(len(chance))
        for name, mask, group in self._groups(chance, relative):
            odds[mask] = log_odds(group, links[name], self.records, self.prior)
        return odds

    def relation(self, chance: Doubles, relative: Doubles, links: dict[str, float]) -> Doubles:
        """Give the log2 odds of each pair that is not one customer for belonging to one group."""
        odds = np.zeros(len(chance))
        for name, mask, group in self._groups(chance, relative):
            odds[mask] = relation_odds(group, links[name], self.records)
        return odds

    def _groups(self, chance: Doubles, relative: Doubles) -> Iterator[tuple[str, Bools, Group]]:
        for name, mask, possible in zip(
            ("inside", "across"), (self.inside, ~self.inside), self.possible, strict=True
        ):
            many = None if self.many is None else self.many[mask]
            yield name, mask, Group(chance[mask], relative[mask], possible, many)


def prior_odds(group: Group, links: float, records: int) -> float:
    """Give the log2 odds that any pair of the group is one customer, before its evidence is seen."""
    rate = min(links * records / max(group.possible, 1.0), 0.5)
    return float(np.log2(rate / (1 - rate)))


def learn_links(group: Group, records: int, prior: Prior, begin: float | None = None) -> float:
    """Learn the expected number of links per record: EM on this one number, with the evidence fixed.

    The estimate is pulled towards `prior.start` by `prior.belief` records in a hundred, so that ten records and a
    column that says nothing do not run away with it.
    """
    links = prior.start if begin is None else begin
    for _ in range(60):
        each = probability(log_odds(group, links, records, prior))
        expected = float((each if group.many is None else each * group.many).sum())
        update = (expected + prior.belief * records * prior.start) / (records * (1 + prior.belief))
        update = min(max(update, prior.least), prior.most)
        if abs(update - links) < 1e-4:
            break
        links = update
    return links


def log_odds(group: Group, links: float, records: int, prior: Prior) -> Doubles:
    """Give the log2 posterior odds of each pair for one customer, against chance and relatives together."""
    against_chance = np.clip(group.chance, -40, 60) + prior_odds(group, links, records)
    richness = np.clip(np.log2(links / 0.5), -4, 1.5)
    against_relatives = prior.relatives + prior.relatives_by_duplicates * richness + group.relative
    odds: Doubles = -np.logaddexp2(-against_chance, -against_relatives)
    return odds


def relation_odds(group: Group, links: float, records: int) -> Doubles:
    """Give the log2 odds that a pair that is not one customer belongs to one group rather than meeting by chance."""
    odds: Doubles = np.clip(group.chance - group.relative, -40, 60) + prior_odds(group, links, records)
    return odds


def probability(odds: Doubles) -> Doubles:
    """Give the probability of log2 odds."""
    return 1.0 / (1.0 + np.exp2(-np.clip(odds, -60, 60)))
