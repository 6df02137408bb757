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
    """Give bills of one text (but for months and numbers) that together come to what is left of one deal."""
    by_text: dict[str, list[Side]] = {}
    for bill in bills:
        if bill.run and bill.amounts:
            by_text.setdefault(bill.run, []).append(bill)
    whole_runs: list[tuple[bool, Side, list[Side]]] = []
    for run in by_text.values():
        if len(run) < 2:
            continue
        whole = sum(bill.amounts[0] for bill in run)
        fits = [
            (off <= 0.01 * len(run) + 0.011, deal)
            for deal in _open(deals)
            if (off := abs(whole - deal.left))
            <= max(min(near.amount, 0.05 * deal.left), near.share * deal.left)
            and _possible(deal, run, score)
        ]
        best = [fit for fit in fits if fit[0]] or fits
        if len(best) == 1:
            whole_runs.append((*best[0], run))
    wanted = Counter(deal.doc for _, deal, _ in whole_runs)
    for exact, deal, run in whole_runs:
        if wanted[deal.doc] == 1:
            yield Billed(deal, tuple(run), _RUN_SURE if exact else _RUN_NEAR)


def _possible(deal: Side, run: Sequence[Side], score: Score) -> bool:
    scores = [score(deal, bill) for bill in run]
    return all(each is not None and each[2] >= 0 for each in scores)


def parts(deals: Sequence[Side], bills: Sequence[Side], score: Score) -> Iterator[Billed]:
    """Give bills that say to be a part of something, of the one deal of which something is left to bill."""
    of_deal: dict[int, list[Side]] = {}
    by_doc = {deal.doc: deal for deal in deals}
    for bill in bills:
        if not (bill.parts or bill.part) or not bill.amounts:
            continue
        fits = [deal for deal in _open(deals) if _may_be_part(deal, bill, score)]
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
