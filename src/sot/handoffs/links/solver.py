"""The documents of one customer that no reference links: the links that explain them best, step by step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np

from sot.graphs import best_assignment
from sot.handoffs.links.evidence import Evidence, Side, probability
from sot.handoffs.links.likeliest import chosen
from sot.handoffs.links.part_bills import COVERED, Billed, parts, runs
from sot.handoffs.links.recurring import recurring
from sot.handoffs.links.settled import SURE, settled
from sot.handoffs.links.sums import Sum, bases, best_sum

_EQUAL = frozenset({"exact", "equal"})
_CLOSE = frozenset({"exact", "equal", "near", "rough", "share", "part", "unknown"})
_ONLY = 1.5
"""The bits of being the only candidate for each other."""
_ALONE = 0.5
"""From so many bits on the only candidates for each other are linked."""
_ON_ITS_DAY, _OFF_ITS_DAY, _NEAR_DAYS = 0.85, 0.6, 15
"""How sure a payment of a recurring bill is, if it comes about when that is due, and if not."""
_TELLING = 2.0
"""Words that both share are telling from so many bits on."""
_UNNAMED = 4.0
"""A sum of documents that are called otherwise needs so many bits."""
_STRAY = -4.0
"""So many bits may speak against a project and a deal that have nothing else, and no words that differ."""
_IN_TIME = 0.75
"""A project that is called otherwise than its deal has begun about when projects of won deals do."""
_NOT_WON = -3.0
"""The bits against a deal that is not won."""
_PAID_TWICE = 2.0
"""The bits of a payment of exactly twice what is left of a bill: it was paid a second time."""


@dataclass(frozen=True)
class Proposal:
    """A link between two documents: how it came about and how sure it is."""

    l: int  # noqa: E741
    r: int
    step: str
    linked_by: str
    probability: float


def _twice(bill: Side, payment: Side) -> bool:
    return bool(payment.amounts) and abs(payment.amounts[0] - 2 * bill.left) < 0.02


@dataclass
class Customer:
    """The documents of one customer that wait for a link, and the links made so far."""

    left: list[Side]
    right: list[Side]
    evidence: Evidence
    apart: frozenset[tuple[int, int]] = frozenset()
    least: float = 0.5
    strict: bool = False
    """Only equal amounts and names count: for documents of different customers of one group."""
    tolerant: bool = True
    """Amounts that are not near may belong together: of a deal and its bill, not of a bill and a payment."""
    made: list[Proposal] = field(default_factory=list)
    _scores: dict[tuple[int, int, float], tuple[float, str, float] | None] = field(default_factory=dict)
    """What was weighed already: each step looks at most pairs again, and only what is left of a document changes."""
    _sums_tried: dict[tuple[float, ...], Sum | None] = field(default_factory=dict)

    def solve(self) -> list[Proposal]:
        """Give the links: equal amounts, sums, then what is near, and in the end the only candidates.

        Of payments those come first that equal no bill: a payment of several bills and the parts of one. Where a bill
        recurs, an equal payment is found for every one of them, and later ones would be shifted.
        """
        if not self.tolerant:
            self._recurring()
            self._odd_sums()
        self._assign("equal amount", "amount", 2.0, _EQUAL)
        self._sums()
        if self.tolerant and not self.strict:
            whole = runs(self.left, self._open_right(), self._score, self.evidence.near)
            self._part_bills(whole, "parts of one text")
        self._assign("near", "amount", 1.0, _CLOSE)
        if not self.strict:
            self._extra()
            if not self.tolerant:
                for bill, payment in settled(self.left, self._open_right(), self.evidence):
                    if (bill.doc, payment.doc) not in self.apart:
                        self._link(bill, payment, "only candidate", "only_candidate", SURE)
            if self.tolerant:
                self._rest()
        return self.made

    def _rest(self) -> None:
        """Link bills of parts, and what then makes up the rest of a deal to the cent, whatever it is called."""
        before = -1
        while before < len(self.made):
            before = len(self.made)
            self._part_bills(parts(self.left, self.right, self._score), "part")
            self._assign("equal amount", "amount", 2.0, _EQUAL)
            self._sums(worded=False)

    def _open_left(self) -> list[Side]:
        one_each = not any(side.amounts for side in self.right)
        return [side for side in self.left if (not side.links if one_each else self._has_room(side))]

    @staticmethod
    def _has_room(side: Side) -> bool:
        """Whether something of a document is left to link; a deal goes with one project unless names say more."""
        return not side.amounts or side.left > COVERED * side.amounts[0] or not side.links

    def _open_right(self) -> list[Side]:
        return [side for side in self.right if not side.links]

    def _score(self, left: Side, right: Side) -> tuple[float, str, float] | None:
        """Give (bits, how the amounts compare, bits of the names), or None where there can be no link."""
        key = (left.doc, right.doc, left.left)
        if key not in self._scores:
            self._scores[key] = self._weighed(left, right)
        return self._scores[key]

    def _weighed(self, left: Side, right: Side) -> tuple[float, str, float] | None:
        if (left.doc, right.doc) in self.apart:
            return None
        days = self.evidence.days(left, right)
        if days is None:
            return None
        bits, how = self.evidence.amount(left, right)
        if how == "far" and not self.tolerant and _twice(left, right):
            bits, how = _PAID_TWICE, "near"
        other = left.currency and right.currency and left.currency != right.currency
        if other:
            # The same figure in another currency is a slip; any other figure says nothing.
            bits, how = (bits - 2.5, how) if how == "exact" else (-2.0, "far")
        if self.evidence.unlikely(left, right, how):
            return None
        names = self.evidence.names(left, right)
        if self.evidence.hours and left.words == right.words and left.words:
            bits, how = max(bits, 0.0), "unknown" if how in ("far", "part") else how
        bits += left.bias + right.bias + (0.0 if left.sure else _NOT_WON)
        return bits + days + names, how, names

    def _assign(self, step: str, linked_by: str, least: float, allowed: frozenset[str]) -> None:
        """Link one to one, so that all links together are the likeliest; as long as there are more."""
        while True:
            left, right = self._open_left(), self._open_right()
            scores = {
                (i, j): score
                for i, earlier in enumerate(left)
                for j, later in enumerate(right)
                if (score := self._score(earlier, later)) is not None
            }
            if not scores:
                return
            rows, columns = Counter([i for i, _ in scores]), Counter([j for _, j in scores])
            gain: dict[tuple[int, int], float] = {}
            only: set[tuple[int, int]] = set()
            for (i, j), score in scores.items():
                alone = rows[i] == columns[j] == 1 and not self.strict
                if score[1] not in allowed or not self._possible(left[i], score, alone):
                    continue
                bits = score[0] + (_ONLY if alone and allowed is _CLOSE else 0.0)
                if bits >= (_ALONE if alone and allowed is _CLOSE else least):
                    gain[i, j] = bits
                if alone:
                    only.add((i, j))
            if not gain:
                return
            for (i, j), sure in chosen(gain, len(left), len(right)):
                _, how, names = scores[i, j]
                link = self._said(step, linked_by, how, names, (i, j) in only)
                self._link(left[i], right[j], *link, sure)

    def _possible(self, left: Side, score: tuple[float, str, float], alone: bool) -> bool:
        """Amounts that are far from each other need a name, where they can belong together at all."""
        _, how, names = score
        if self.strict and how not in _EQUAL:
            return names >= _TELLING
        if how in _EQUAL or how == "near":
            return True
        if not self.tolerant:
            return names > 0 if how == "unknown" else alone and how in ("rough", "part") and score[0] > 0
        if left.links and how != "share":
            return names > 0
        return names >= 0 if how in ("rough", "share", "unknown") else names > 0

    def _said(self, step: str, linked_by: str, how: str, names: float, only: bool) -> tuple[str, str]:
        if step == "equal amount":
            return step, linked_by
        if how in ("near", "share"):
            return ("near amount" if how == "near" else "instalment"), "amount"
        if names > 0:
            return "shared words", "name"
        return ("only candidate", "only_candidate") if only else ("nearest", "only_candidate")

    def _recurring(self) -> None:
        """Link the payments of bills that recur, where nothing but amounts and days tells one from the other."""
        for match in recurring(self._open_left(), self._open_right(), self.evidence, self.apart):
            single = len(match.bills) == len(match.payments) == 1
            sure = _ON_ITS_DAY if match.off <= _NEAR_DAYS else _OFF_ITS_DAY
            for left, right in product(match.bills, match.payments):
                self._link(left, right, "equal amount" if single else "sum", "amount", sure)

    def _odd_sums(self) -> None:
        """Link payments that equal no bill, where they make up bills or bills make them up."""
        bills = {round(100 * value) for side in self.left for value in side.amounts}
        odd = {side.doc for side in self.right if side.amounts and round(100 * side.amounts[0]) not in bills}
        if odd:
            self._sums(odd)

    def _sums(self, only: Collection[int] | None = None, *, worded: bool = True) -> None:
        """Link several documents of one side that make up one of the other, the likeliest first."""
        while True:
            lefts = self._open_left()
            rights = [side for side in self._open_right() if only is None or side.doc in only]
            options = [
                *self._sums_of(lefts, rights, True, worded),
                *self._sums_of(rights, lefts, False, worded),
            ]
            if not options:
                return
            bits, _, _, whole, parts, forward = max(
                options, key=lambda it: (it[0], -it[1], -it[2], -it[3].doc)
            )
            for part in parts:
                left, right = (whole, part) if forward else (part, whole)
                self._link(left, right, "sum", "amount", probability(bits))

    def _sums_of(
        self, wholes: Iterable[Side], parts: Sequence[Side], forward: bool, worded: bool
    ) -> list[tuple[float, int, int, Side, list[Side], bool]]:
        """Give (bits, days off, members, the whole, its parts, whether the whole is of the left)."""
        options: list[tuple[float, int, int, Side, list[Side], bool]] = []
        if len(parts) < 2:
            return options
        for whole in wholes:
            pool: list[tuple[float, Side, int]] = []
            for part in parts:
                left, right = (whole, part) if forward else (part, whole)
                score = self._score(left, right)
                if score is None or not part.amounts or not left.sure:
                    continue
                if left.currency and right.currency and left.currency != right.currency:
                    continue
                # A bill may name the first alone of the deals that it bills.
                if score[2] >= 0 or not (worded and (forward or self.strict)):
                    apart = abs((left.day or 0) - (right.day or 0))
                    off = apart if self.tolerant else self.evidence.off(left, right)
                    pool.append((score[2], part, off))
            if len(pool) < 2 or not whole.amounts:
                continue
            pool.sort(key=lambda item: (-item[0], item[2], item[1].doc))
            pool = pool[:14]
            for amounts in bases(whole, [side for _, side, _ in pool], forward):
                sums = self._best_sum(*amounts)
                if sums is not None:
                    names = [pool[i][0] for i in sums.items]
                    if worded and min(names) < 0 and max(names) < _TELLING:
                        break
                    named = sum(max(bits, 0.0) for bits in names) / len(names)
                    members = [pool[i][1] for i in sums.items]
                    bits = sums.bits + min(named, 4.0)
                    if bits >= (_TELLING if worded else _UNNAMED):
                        off = 0 if self.tolerant else sum(pool[i][2] for i in sums.items) // len(members)
                        options.append((bits, off, len(members), whole, members, forward))
                    break
        return options

    def _best_sum(self, target: float, values: Sequence[float]) -> Sum | None:
        """Give the sum of the values that makes up the target; while others are linked, it is asked for again."""
        key = (target, *values)
        if key not in self._sums_tried:
            self._sums_tried[key] = best_sum(target, values, self.evidence.instalments)
        return self._sums_tried[key]

    def _extra(self) -> None:
        """Link further bills to a deal that shares telling words with them and with no other deal as many."""
        if not self.tolerant:
            return
        for right in self._open_right():
            scored = []
            for left in self.left:
                score = self._score(left, right)
                if score is not None and score[2] > 2.0 and (left.left > 0 or not left.amounts):
                    if right.amounts and left.amounts and right.amounts[-1] > 1.6 * max(left.left, 0):
                        continue
                    scored.append((score[2] + min(score[0], 2.0), left))
            scored.sort(key=lambda item: (-item[0], item[1].doc))
            if scored and scored[0][0] >= 3.0:
                margin = scored[0][0] - (scored[1][0] if len(scored) > 1 else 0.0)
                self._link(scored[0][1], right, "shared words", "name", probability(margin))

    def _part_bills(self, bills: Iterable[Billed], step: str) -> None:
        """Link bills of parts of a deal that are no usual share of it."""
        for billed in list(bills):
            for bill in billed.bills:
                self._link(billed.deal, bill, step, "only_candidate", billed.sure)

    def leftovers(self) -> list[Proposal]:
        """Link projects that no deal explains to deals that have none: those that are won first, the nearest first.

        A project that has started for a deal which is not won is called like it, where deals and projects share words.
        """
        if any(side.amounts for side in self.right):
            return self.made
        for sure in (True, False):
            left = [side for side in self.left if side.sure is sure and not side.links]
            right = self._open_right()
            gain = np.zeros((len(left), len(right)))
            for i, deal in enumerate(left):
                for j, project in enumerate(right):
                    score = self._score(deal, project)
                    named = deal.words and not sure
                    if score is None or score[2] < 0 or (named and score[2] == 0):
                        continue
                    if score[0] >= _STRAY:
                        gain[i, j] = score[0] - _STRAY + 1.0
            for i, j in best_assignment(gain):
                self._link(left[i], right[j], "leftover", "only_candidate", self.least)
            if sure:
                self._renamed()
        return self.made

    def _renamed(self) -> None:
        """Link the only project that no deal explains to the only deal without one, whatever both are called."""
        left, right = [side for side in self.left if side.sure and not side.links], self._open_right()
        if len(left) != 1 or len(right) != 1:
            return
        score = self._score(left[0], right[0])
        if score is not None and score[0] - score[2] >= _IN_TIME:
            self._link(left[0], right[0], "leftover", "only_candidate", self.least)

    def _link(self, left: Side, right: Side, step: str, linked_by: str, sure: float) -> None:
        if sure < self.least:
            sure = self.least
        self.made.append(Proposal(left.doc, right.doc, step, linked_by, round(min(sure, 0.97), 6)))
        share = right.left if right.left > 0 else 0.0
        left.links.append(right.doc)
        right.links.append(left.doc)
        taken = min(left.left, share) if left.amounts and right.amounts else 0.0
        left.left = round(left.left - share, 2)
        right.left = round(right.left - taken, 2)
