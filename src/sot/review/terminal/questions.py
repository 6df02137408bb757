"""What the terminal asks the steward before a case is put off or another record is linked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sot.model.kinds import Relation, Verdict
from sot.review.answers import Answer
from sot.review.terminal.dialogs import Ask, AskRelation

if TYPE_CHECKING:
    from sot.review.case_detail import Detail
    from sot.review.cases import Case
    from sot.review.terminal.app import ReviewApp


def related(app: ReviewApp) -> None:
    """Ask for the kind of relation, and answer with it."""

    def asked(relation: Relation | None) -> None:
        if relation:
            app.answer(Answer(Verdict.RELATED, frozenset(app.selected), relation, app.note or None))

    app.push_screen(AskRelation("the selected one" if app.selected else "A, the first one,"), asked)


def put_off(app: ReviewApp, shown: Detail) -> None:
    """Ask for the day until which the case waits."""

    def asked(day: str | None) -> None:
        def put() -> bool:
            app.session.put_off(shown.case, (day or "").strip())
            return True

        if day and app.attempt(put):
            app.move_on(shown.case)

    app.push_screen(Ask("Put off until which day? Write it as 2026-01-31"), asked)


def link(app: ReviewApp, shown: Detail) -> None:
    """Ask for another record that is one customer with the selected ones."""

    def asked(text: str | None) -> None:
        made = app.attempt(lambda: app.session.link(shown, frozenset(app.selected), text)) if text else None
        if made:
            app.notify(f"linked with {':'.join(made[-1].records[-1])}; the next run joins them", markup=False)

    app.push_screen(Ask("Another record belongs here: SYSTEM:ID or a name"), asked)


def named(app: ReviewApp, text: str) -> Case | None:
    """Give a case by its number in the list, or by its id."""
    if text.isdigit() and 0 < int(text) <= len(app.todo):
        return app.todo[int(text) - 1]
    return next((case for case in app.session.board.cases if case.id.casefold() == text.casefold()), None)
