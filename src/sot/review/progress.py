"""How far the queue is, and how many decisions settle what matters."""

from __future__ import annotations

from dataclasses import dataclass

from sot.model.counts import counted
from sot.review.cases import Case
from sot.review.run_reader import FinishedRun


@dataclass(frozen=True)
class Progress:
    """How far the queue is: cases by state; how many more settle 99 % of the exposure, or all cases."""

    open: int
    unsure: int
    settled: int
    to_go: int
    share_settled: float
    of: str

    @property
    def goal(self) -> str:
        """Say how many decisions are left to the goal."""
        what = "99 % of the money" if self.of else "all cases"
        if not self.to_go:
            return f"the customers of {what} are settled" if self.of else "all is settled"
        return f"{counted(self.to_go, 'more decision')} {'covers' if self.to_go == 1 else 'cover'} {what}"


def to_go(waiting: list[Case], run: FinishedRun) -> tuple[int, float, str]:
    """Count the first cases to settle so that customers in doubt hold at most 1 % of the exposure.

    Gives also the share that is settled already, and its currency ("" where no money is known: all cases).
    """
    identity = [case for case in waiting if case.field is None and not case.of_documents]
    exposure, total, currency = run.exposure
    if not currency:
        return len(identity), 0.0, ""
    left: set[str] = set()
    doubt, needed = 0.0, 0
    for at in range(len(identity) - 1, -1, -1):
        fresh = set(identity[at].golden_ids) - left
        left |= fresh
        doubt += sum(exposure.get(golden_id, 0.0) for golden_id in sorted(fresh))
        if not needed and doubt > 0.01 * total:
            needed = at + 1
    return needed, 1 - doubt / total, currency
