"""Bills of a part of a deal whose amount is no usual share: hours of a month, milestones, deposits, the last part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sot.handoffs.links.evidence import Side
from sot.rules.handoffs import Tolerance

COVERED = 0.03
"""Of a deal of which less than this is left, nothing is left to bill."""
_TOO_MUCH = 2.5
"""A last part may bill so many times what is left: a deal can be overbilled."""
_FULL = 1.02
"""Several parts, or the first one, bill what is left at most."""
_TELLING = 2.0
"""Words that both share are telling from so many bits on."""
_CENTS = 0.021
_LEAST, _MOST = 0.25, 1.4
"""Bills that belong together bill at least and at most so much of a deal that has no other bill."""
_PART_SURE, _RUN_SURE, _RUN_NEAR = 0.7, 0.9, 0.8

Score = Callable[[Side, Side], tuple[float, str, float] | None]
"""Gives (bits, how the amounts compare, bits of the names) of a deal and a bill, or None where there can be no link."""


@dataclass(frozen=True)
class Billed:
    """A deal, and the bills of parts of it."""

    deal: Side
    bills: tuple[Side, ...]
    sure: float


def runs(deals: Sequence[Side], bills: Sequence[Side], score: Score, near: Tolerance) -> Iterator[Billed]:
    """Give bills that belong together, and the one deal of which they come to what is left.

    Together belong bills of one text (but for months and numbers), and those that say to be shares of one amount
    ("30 % on order" and "40 % on delivery" of what is the same whole). They may bill a deal that has no other bill
    too little or too much.
    """
    whole_runs: list[tuple[float, Side, list[Side]]] = []
    for run, whole in (*_of_one_text(bills), *_of_one_whole(bills)):
        free = [deal for deal in _open(deals) if _possible(deal, run, score)]
        off = {deal.doc: abs(whole - deal.left) for deal in free}
        exact = [deal for deal in free if off[deal.doc] <= 0.01 * len(run) + 0.011]
        close = [
            deal
            for deal in free
            if off[deal.doc] <= max(min(near.amount, 0.05 * deal.left), near.share * deal.left)
        ]
        unbilled = [deal for deal in free if not deal.links]
        rough = [deal for deal in unbilled if _LEAST * deal.left <= whole <= _MOST * deal.left]
        fits, sure = (exact, _RUN_SURE) if exact else (close, _RUN_NEAR) if close else (rough, _PART_SURE)
        if len(fits) == 1:
            whole_runs.append((sure, fits[0], run))
    wanted = Counter(deal.doc for _, deal, _ in whole_runs)
    linked: set[int] = set()
    for sure, deal, run in whole_runs:
        if wanted[deal.doc] == 1 and linked.isdisjoint(bill.doc for bill in run):
            linked |= {bill.doc for bill in run}
            yield Billed(deal, tuple(run), sure)


def _of_one_text(bills: Sequence[Side]) -> list[tuple[list[Side], float]]:
    by_text: dict[str, list[Side]] = {}
    for bill in bills:
        if bill.run and bill.amounts:
            by_text.setdefault(bill.run, []).append(bill)
    return [(run, sum(bill.amounts[0] for bill in run)) for run in by_text.values() if len(run) > 1]


def _of_one_whole(bills: Sequence[Side]) -> list[tuple[list[Side], float]]:
    """Give bills of which each is the share that it names of one amount, and that amount."""
    named = [
        (bill.amounts[0] / bill.parts[0], bill) for bill in bills if len(bill.parts) == 1 and bill.amounts
    ]
    groups: list[list[tuple[float, Side]]] = []
    for whole, bill in sorted(named, key=lambda each: (each[0], each[1].doc)):
        if groups and whole - groups[-1][0][0] <= _CENTS / min(bill.parts[0], groups[-1][0][1].parts[0]):
            groups[-1].append((whole, bill))
        else:
            groups.append([(whole, bill)])
    return [
        ([bill for _, bill in group], group[0][0])
        for group in groups
        if len(group) > 1 and sum(bill.parts[0] for _, bill in group) <= 1.01
    ]


def _possible(deal: Side, run: Sequence[Side], score: Score) -> bool:
    scores = [score(deal, bill) for bill in run]
    return all(each is not None and each[2] >= 0 for each in scores)


def parts(deals: Sequence[Side], bills: Sequence[Side], score: Score) -> Iterator[Billed]:
    """Give bills that say to be a part of something, of the one deal of which something is left to bill.

    Of several deals that which shares telling words with the bill, or has a bill of the same amount or text already.
    """
    of_deal: dict[int, list[Side]] = {}
    linked = {bill.doc: bill for bill in bills if bill.links}
    by_doc = {deal.doc: deal for deal in deals}
    for bill in bills:
        if bill.links or not (bill.parts or bill.part) or not bill.amounts:
            continue
        fits = [deal for deal in _open(deals) if _may_be_part(deal, bill, score)]
        fits = _named(fits, bill, score) or _of_its_kind(fits, bill, linked) or fits
        for deal in fits:
            of_deal.setdefault(deal.doc, []).append(bill)
    several = Counter(bill.doc for listed in of_deal.values() for bill in listed)
    for doc, listed in sorted(of_deal.items()):
        deal = by_doc[doc]
        if any(several[bill.doc] > 1 for bill in listed):
            continue
        whole = sum(bill.amounts[0] for bill in listed)
        if whole <= _FULL * deal.left or (len(listed) == 1 and deal.links):
            yield Billed(deal, tuple(listed), _PART_SURE)


def _open(deals: Sequence[Side]) -> list[Side]:
    """Leave out deals that are not won, and those of which nothing is left."""
    return [deal for deal in deals if deal.sure and deal.amounts and deal.left > COVERED * deal.amounts[0]]


def _may_be_part(deal: Side, bill: Side, score: Score) -> bool:
    most = _TOO_MUCH if deal.links else _FULL
    if bill.amounts[0] > most * deal.left:
        return False
    weighed = score(deal, bill)
    return weighed is not None and (bool(deal.links) or weighed[2] >= 0)


def _named(deals: Sequence[Side], bill: Side, score: Score) -> list[Side]:
    return [deal for deal in deals if (weighed := score(deal, bill)) is not None and weighed[2] >= _TELLING]


def _of_its_kind(deals: Sequence[Side], bill: Side, linked: dict[int, Side]) -> list[Side]:
    """Leave the deals that have a bill of the same amount, or of the same text but for months and numbers."""

    def alike(doc: int) -> bool:
        other = linked.get(doc)
        if other is None:
            return False
        same_text = bool(bill.run) and other.run == bill.run
        return same_text or abs(other.amounts[0] - bill.amounts[0]) <= _CENTS

    return [deal for deal in deals if any(alike(doc) for doc in deal.links)]
