"""What the terminal asks the steward before a case is put off or another record is linked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sot.model.counts import counted
from sot.model.kinds import Relation, Verdict
from sot.model.shares import percent
from sot.review.answers import Answer
from sot.review.terminal.dialogs import Ask, AskRelation

if TYPE_CHECKING:
    from sot.review.cases import Case
    from sot.review.terminal.app import ReviewApp


def related(app: ReviewApp) -> None:
    """Ask for the kind of relation, and answer with it."""

    def asked(relation: Relation | None) -> None:
        if relation:
            app.answer(Answer(Verdict.RELATED, frozenset(app.selected), relation, app.note or None))

    app.push_screen(AskRelation("the selected one" if app.selected else "A, the first one,"), asked)


def put_off(app: ReviewApp) -> None:
    """Ask for the day until which the case waits."""
    shown = app.shown
    if shown is None:
        return

    def asked(day: str | None) -> None:
        def put() -> bool:
            app.session.put_off(shown.case, (day or "").strip())
            return True

        if day and app.attempt(put):
            app.move_on(shown.case)

    app.push_screen(Ask("Put off until which day? Write it as 2026-01-31"), asked)


def link(app: ReviewApp) -> None:
    """Ask for another record that is one customer with the selected ones."""
    shown = app.shown
    if shown is None or shown.case.field is not None:
        return

    def asked(text: str | None) -> None:
        made = app.attempt(lambda: app.session.link(shown, frozenset(app.selected), text)) if text else None
        if made:
            app.notify(
                f"linked with {app.session.board.run.called(made[-1].records[-1])}; the next run joins them",
                markup=False,
            )

    app.push_screen(Ask("Another record belongs here: SYSTEM:ID or a name"), asked)


def alike(app: ReviewApp) -> None:
    """Ask for one answer to all cases like this one: of its kind, and at least as likely one customer."""
    if app.shown is None or app.shown.case.field is not None:
        return
    case = app.shown.case
    cases = app.session.alike(case, app.wanted)
    likely = (
        f", {percent(case.probability, 0)} likely one or more"
        if case.probability and not app.session.blind
        else ""
    )

    def asked(text: str | None) -> None:
        if not text:
            return
        if text not in (Verdict.SAME, Verdict.DIFFERENT, Verdict.UNSURE):
            app.notify(f"'{text}' is not an answer for several cases", severity="error", markup=False)
            return
        answers = [
            (app.session.detail(open_case), Answer(Verdict(text), reason=app.note or None))
            for open_case in cases
        ]
        if app.attempt(lambda: app.session.answer_all(answers)):
            app.notify(f"saved: {text} for {counted(len(cases), 'case')}; z takes all back", markup=False)
            app.move_on(case)

    app.push_screen(
        Ask(f"{counted(len(cases), 'case')} like this{likely}: same, different or unsure?"), asked
    )


def choose_filter(app: ReviewApp) -> None:
    """Ask what to show of the queue."""

    def asked(text: str | None) -> None:
        if text is not None:
            app.attempt(lambda: app.show_only(text))

    app.push_screen(
        Ask("Filter: words, system:… kind:… band:auto|doubt|apart state:…", app.wanted_text), asked
    )


def named(app: ReviewApp, text: str) -> Case | None:
    """Give a case by its number in the list, or by its id."""
    if text.isdigit() and 0 < int(text) <= len(app.todo):
        return app.todo[int(text) - 1]
    return next((case for case in app.session.board.cases if case.id.casefold() == text.casefold()), None)
