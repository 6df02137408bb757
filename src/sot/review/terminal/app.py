"""`sot review` in the terminal: one case at a time, one key per verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar, TypeVar

from textual.binding import Binding, BindingType

from sot.errors import SotError
from sot.model.decisions import Decision
from sot.model.kinds import Verdict
from sot.model.safe import clean
from sot.review.answers import Answer
from sot.review.cases import Case
from sot.review.filters import parse
from sot.review.session import Session
from sot.review.terminal.case_screen import CaseScreen
from sot.review.terminal.dialogs import Ask, Help
from sot.review.terminal.merge_screen import merge_grid
from sot.review.terminal.questions import alike, choose_filter, link, named, put_off, related

T = TypeVar("T")


class ReviewApp(CaseScreen):
    """The queue of one session, case by case."""

    TITLE = "sot review"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "say('same')"),
        Binding("d", "say('different')"),
        Binding("u", "say('unsure')"),
        Binding("r", "related"),
        Binding("x", "member_out"),
        Binding("k", "skip"),
        Binding("p", "put_off"),
        Binding("plus", "link"),
        Binding("a", "alike"),
        Binding("m", "merge"),
        Binding("space", "select", priority=False),
        Binding("escape", "clear"),
        Binding("n", "note"),
        Binding("l", "lock"),
        Binding("z", "undo"),
        Binding("y", "redo"),
        Binding("b", "before"),
        Binding("f,slash", "filter"),
        Binding("g", "go"),
        Binding("question_mark", "help"),
        Binding("q", "quit"),
    ]

    def __init__(self, session: Session, wanted: str = "") -> None:
        super().__init__(session, wanted)
        self.before: list[Case] = []

    def on_mount(self) -> None:
        """Show the first case that is open."""
        self.table.focus()
        self._next(None)

    def _next(self, after: Case | None) -> None:
        """Show the case after `after` in what is left to do, or the first one."""
        self.todo = self.session.todo(self.wanted)
        self.selected.clear()
        self.note = ""
        place = {case.id: i for i, case in enumerate(self.session.board.cases)}
        behind = [c for c in self.todo if after and place[c.id] > place.get(after.id, -1)]
        waiting = [c for c in (behind or self.todo) if c.id not in self.session.skipped] or self.todo
        self.show(waiting[0] if waiting else None)

    # What the steward does

    def action_say(self, verdict: str) -> None:
        """Give a verdict on the case, or on the selected records."""
        self.answer(Answer(Verdict(verdict), frozenset(self.selected), reason=self.note or None))

    def action_member_out(self) -> None:
        """Say that the record under the cursor does not belong to the others."""
        if place := self.under_cursor():
            self.answer(Answer(Verdict.DIFFERENT, frozenset({place[1]}), reason=self.note or None))

    def action_related(self) -> None:
        """Ask for the kind of relation, then say so."""
        if self.shown is not None:
            related(self)

    def answer(self, answer: Answer) -> None:
        """Write an answer down and go on to the next case."""
        shown = self.shown
        if shown is None:
            return
        if made := self._try(lambda: self.session.answer(shown, answer)):
            self.before.append(shown.case)
            self._say_what(made)
            self._next(shown.case)

    def _try(self, work: Callable[[], list[Decision]]) -> list[Decision]:
        return self.attempt(work) or []

    def _say_what(self, made: Iterable[Decision]) -> None:
        counts = [d for d in made if not d.revokes]
        self.notify(f"saved: {counts[0].verdict}" if counts else "saved", timeout=2, markup=False)

    def action_lock(self) -> None:
        """Lock the golden value to the one under the cursor."""
        place, shown = self.under_cursor(), self.shown
        if not place or shown is None:
            return
        row, key = place
        if made := self._try(lambda: self.session.lock(shown, key, row.field)):
            self.notify(f"locked: {made[-1].field} = {made[-1].value}", markup=False)
            if shown.case.field:
                self.before.append(shown.case)
                self._next(shown.case)

    def action_select(self) -> None:
        """Select the record under the cursor, or take it out of the selection."""
        if place := self.under_cursor():
            self.selected ^= {place[1]}
            self.draw_grid()

    def action_clear(self) -> None:
        """Select nothing."""
        self.selected.clear()
        self.draw_grid()

    def action_skip(self) -> None:
        """Put the case at the end of the queue."""
        if self.shown:
            self.session.skip(self.shown.case)
            self.before.append(self.shown.case)
            self._next(self.shown.case)

    def action_put_off(self) -> None:
        """Put the case off until a day, for everybody."""
        put_off(self)

    def action_link(self) -> None:
        """Link another record of the run with the selected records, or with all of the case."""
        link(self)

    def action_alike(self) -> None:
        """Give one answer for this case and all open ones like it; one undo takes all of them back."""
        alike(self)

    def action_merge(self) -> None:
        """Open the merge grid of the case."""
        merge_grid(self)

    def move_on(self, case: Case) -> None:
        """Go to the next case; `b` comes back to this one."""
        self.before.append(case)
        self._next(case)

    def attempt(self, work: Callable[[], T]) -> T | None:
        """Do `work` and give what it gives; what can't be done is told, and nothing is lost."""
        try:
            return work()
        except SotError as error:
            self.notify(clean(f"{error.message}. {error.hint or ''}"), severity="error", markup=False)
            return None

    def action_before(self) -> None:
        """Show the case before."""
        if self.before:
            self.show(self.before.pop())

    def action_undo(self) -> None:
        """Take the last answer back and show its case again."""
        self._back_to(self._try(self.session.undo), "taken back")

    def action_redo(self) -> None:
        """Give the answer again that was taken back."""
        self._back_to(self._try(self.session.redo), "said again")

    def _back_to(self, batch: list[Decision], what: str) -> None:
        if not batch:
            return
        self.notify(what, timeout=2)
        self.todo = self.session.todo(self.wanted)
        self.show(self.session.returned)

    def action_note(self) -> None:
        """Write a note for the next verdict."""

        def said(text: str | None) -> None:
            self.note = text if text is not None else self.note
            self.draw_head()

        self.push_screen(Ask("Note for the next verdict", self.note), said)

    def action_filter(self) -> None:
        """Choose what to show of the queue."""
        choose_filter(self)

    def show_only(self, text: str) -> None:
        """Show the cases that a filter admits; UsageError if it is none."""
        self.wanted = parse(text)
        self.wanted_text = text
        self._next(None)

    def action_go(self) -> None:
        """Go to a case by its number in the list or by its id."""

        def said(text: str | None) -> None:
            if text and (case := named(self, text)):
                self.show(case)
            elif text:
                self.notify(f"there is no case {text}", severity="error", markup=False)

        self.push_screen(Ask(f"Go to case: 1 to {len(self.todo)}, or its id"), said)

    def action_help(self) -> None:
        """Explain the keys."""
        self.push_screen(Help())


def run(session: Session, wanted: str) -> None:
    """Run the review until the steward quits."""
    ReviewApp(session, wanted).run()
