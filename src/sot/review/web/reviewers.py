"""What several reviewers share while they work: sessions by name, and claims on cases."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from sot.model.decisions import Decision
from sot.review.cases import Case
from sot.review.filters import Filter
from sot.review.session import Board, Session

CLAIM_SECONDS = 300.0
"""So long a case that somebody looks at is not given to others."""


@dataclass
class Reviewer:
    """One person at the page: the session, what to tell next, the filter, and the forms that were taken."""

    session: Session
    notices: list[str] = field(default_factory=list)
    filter_text: str = ""
    order: str = "queue"
    taken: set[str] = field(default_factory=set)


class ReviewerPool:
    """All reviewers over one board; call it with the board's lock held."""

    def __init__(
        self, board: Board, names: list[str], blind: bool, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.board = board
        self.reviewers = {name: Reviewer(Session(board, name, blind)) for name in names}
        self._claims: dict[str, tuple[str, float]] = {}
        self._clock = clock

    def claim(self, case: Case, name: str) -> None:
        """Note that `name` looks at `case`, unless somebody else does."""
        if self.claimed_by_other(case, name) is None:
            self._claims = {id_: held for id_, held in self._claims.items() if held[0] != name}
            self._claims[case.id] = (name, self._clock())

    def release(self, name: str) -> None:
        """Give back what `name` looks at."""
        self._claims = {id_: held for id_, held in self._claims.items() if held[0] != name}

    def claimed_by_other(self, case: Case, name: str) -> str | None:
        """Give who else looks at `case` right now."""
        holder, since = self._claims.get(case.id, (name, 0.0))
        return holder if holder != name and self._clock() - since < CLAIM_SECONDS else None

    def next_case(self, name: str, wanted: Filter, after: Case | None = None) -> Case | None:
        """Give the next case for `name` that nobody else looks at."""
        session = self.reviewers[name].session
        blind = session.blind
        todo = [c for c in session.todo(wanted) if blind or self.claimed_by_other(c, name) is None]
        if after is not None:
            place = {case.id: i for i, case in enumerate(self.board.cases)}
            behind = [
                c for c in todo if place[c.id] > place.get(after.id, -1) and c.id not in session.skipped
            ]
            todo = behind or todo
        return todo[0] if todo else None

    def mark(self, case: Case, name: str) -> str:
        """Give a mark of what is decided about `case`; it changes when somebody decides on its records."""
        keys = set(case.keys)
        blind = self.reviewers[name].session.blind
        active_ids = [d.id for d in self.board.decision_state().active if keys & set(d.records)]
        return "-".join(sorted(active_ids if not blind else [])) or "none"

    def said_meanwhile(self, case: Case, mark: str) -> list[Decision]:
        """Give the decisions in force on the records of `case` that are not in `mark`."""
        keys = set(case.keys)
        return [d for d in self.board.decision_state().active if keys & set(d.records) and d.id not in mark]
