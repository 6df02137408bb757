"""`sot review` in the terminal: one case at a time, one key per verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar, TypeVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.coordinate import Coordinate
from textual.widgets import DataTable, Static

from sot.errors import SotError
from sot.model.decisions import Decision, RecordKey
from sot.model.kinds import Verdict
from sot.model.safe import clean
from sot.review.answers import Answer
from sot.review.case_detail import Detail
from sot.review.case_grid import Row
from sot.review.cases import Case
from sot.review.filters import parse
from sot.review.locks import columns_of
from sot.review.session import Session
from sot.review.terminal import panes
from sot.review.terminal.dialogs import Ask, Help
from sot.review.terminal.merge_screen import merge_grid
from sot.review.terminal.questions import alike, choose_filter, link, named, put_off, related

T = TypeVar("T")

LABEL_WIDTH = 11
LEAST, MOST = 14, 40
NOTHING_LEFT = "Nothing is left to decide here. Run sot dedupe again: it applies the decisions."


class ReviewApp(App[None]):
    """The queue of one session, case by case."""

    TITLE = "sot review"
    ENABLE_COMMAND_PALETTE = False
    CSS = """
    Screen { layout: vertical; }
    #progress, #title, #value { height: 1; }
    #why { height: auto; max-height: 3; }
    DataTable { height: 1fr; }
    #evidence { height: auto; max-height: 3; }
    #value { background: $boost; }
    #keys { height: auto; max-height: 3; background: $panel; }
    ModalScreen { align: center middle; }
    .merge { width: 95%; height: 90%; }
    .dialog { width: 74; max-width: 95%; height: auto; max-height: 90%; border: round $accent;
              background: $surface; padding: 0 1; }
    """
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
        super().__init__()
        self.session = session
        self.wanted_text, self.wanted = wanted, parse(wanted)
        self.todo: list[Case] = []
        self.shown: Detail | None = None
        self.selected: set[RecordKey] = set()
        self.note = ""
        self.before: list[Case] = []
        self.rows: list[Row] = []

    def compose(self) -> ComposeResult:
        """Lay out the screen: 80 by 24 is enough."""
        yield Static(id="progress")
        yield Static(id="title")
        yield Static(id="why", markup=False)
        yield DataTable(zebra_stripes=True, cursor_type="cell", header_height=2)
        yield Static(id="evidence")
        yield Static(id="value", markup=False)
        yield Static(panes.keys_line(), id="keys")

    def on_mount(self) -> None:
        """Show the first case that is open."""
        self.table.focus()
        self._next(None)

    def on_resize(self) -> None:
        """Lay the columns out anew for the new width."""
        if self.shown:
            self._draw_grid()

    @property
    def table(self) -> DataTable[object]:
        """The grid."""
        return self.screen_stack[0].query_one(DataTable)

    def _line(self, name: str) -> Static:
        """Give a line of the main screen, also while a dialog lies over it."""
        return self.screen_stack[0].query_one(f"#{name}", Static)

    def _next(self, after: Case | None) -> None:
        """Show the case after `after` in what is left to do, or the first one."""
        self.todo = self.session.todo(self.wanted)
        self.selected.clear()
        self.note = ""
        place = {case.id: i for i, case in enumerate(self.session.board.cases)}
        behind = [c for c in self.todo if after and place[c.id] > place.get(after.id, -1)]
        waiting = [c for c in (behind or self.todo) if c.id not in self.session.skipped] or self.todo
        self._show(waiting[0] if waiting else None)

    def _show(self, case: Case | None) -> None:
        self.shown = self.session.detail(case) if case else None
        rows = [row for row in self.shown.rows if row.kind != "empty"] if self.shown else []
        asked = columns_of(case.field) if case and case.field else ()
        self.rows = sorted(rows, key=lambda row: row.field not in asked)
        self._draw_head()
        self.table.cursor_coordinate = Coordinate(0, 1)
        self._draw_grid()
        self._line("evidence").update(panes.evidence(self.shown, self.session.blind) if self.shown else "")
        self._line("keys").update(panes.keys_line(case))

    def _draw_head(self) -> None:
        progress = panes.progress_line(self.session.steward, self.session.progress(), self.session.blind)
        self._line("progress").update(progress)
        title, why = self._line("title"), self._line("why")
        if self.shown is None:
            title.update(
                NOTHING_LEFT if not self.wanted_text else f"No case fits the filter: {self.wanted_text}"
            )
            why.update("")
            return
        case = self.shown.case
        place = {c.id: i for i, c in enumerate(self.todo, 1)}.get(case.id, 0)
        title.update(panes.title(case, place, len(self.todo), self.session.state(case), self.session.blind))
        why.update(panes.asks(case, self.session.blind, self.note))

    def _draw_grid(self) -> None:
        table = self.table
        at = table.cursor_coordinate
        table.clear(columns=True)
        if self.shown is None:
            return
        count = len(self.shown.keys)
        width = max(LEAST, min(MOST, (self.size.width - LABEL_WIDTH - 3) // count - 2))
        table.fixed_columns = 1
        table.add_column("", width=LABEL_WIDTH)
        for i, key in enumerate(self.shown.keys):
            table.add_column(panes.heading(self.shown, i, key in self.selected, width), width=width)
        for row in self.rows:
            beside = self.shown.case.field is not None and row.field not in columns_of(self.shown.case.field)
            cells = (panes.cell(row, i, beside) for i in range(count))
            table.add_row(row.label, *cells, height=panes.height(row, width))
        table.cursor_coordinate = Coordinate(
            min(at.row, max(len(self.rows) - 1, 0)), min(max(at.column, 1), count)
        )

    def on_data_table_cell_highlighted(self, event: DataTable.CellHighlighted) -> None:
        """Show the value under the cursor in full."""
        place = self._under_cursor()
        text = ""
        if place:
            row, key = place
            assert self.shown is not None
            value = row.values[self.shown.keys.index(key)] or "-"
            text = f"{row.label} of {self.session.board.run.called(key)}: {value}"
        self._line("value").update(clean(text))

    def _under_cursor(self) -> tuple[Row, RecordKey] | None:
        at = self.table.cursor_coordinate
        if (
            self.shown is None
            or at.column < 1
            or at.row >= len(self.rows)
            or at.column > len(self.shown.keys)
        ):
            return None
        return self.rows[at.row], self.shown.keys[at.column - 1]

    # What the steward does

    def action_say(self, verdict: str) -> None:
        """Give a verdict on the case, or on the selected records."""
        self.answer(Answer(Verdict(verdict), frozenset(self.selected), reason=self.note or None))

    def action_member_out(self) -> None:
        """Say that the record under the cursor does not belong to the others."""
        if place := self._under_cursor():
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
        place, shown = self._under_cursor(), self.shown
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
        if place := self._under_cursor():
            self.selected ^= {place[1]}
            self._draw_grid()

    def action_clear(self) -> None:
        """Select nothing."""
        self.selected.clear()
        self._draw_grid()

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
            self._show(self.before.pop())

    def action_undo(self) -> None:
        """Take the last answer back and show its case again."""
        self._back_to(self._try(self.session.undo), "taken back")

    def action_redo(self) -> None:
        """Give the answer again that was taken back."""
        self._back_to(self._try(self.session.redo), "said again")

    def _back_to(self, batch: list[Decision], what: str) -> None:
        if not batch:
            return
        keys = set(batch[0].records)
        self.notify(what, timeout=2)
        self.todo = self.session.todo(self.wanted)
        matching = [case for case in self.session.board.cases if keys & set(case.keys)]
        last = next(
            (case for case in reversed(self.before) if case in matching), matching[0] if matching else None
        )
        self._show(last)

    def action_note(self) -> None:
        """Write a note for the next verdict."""

        def said(text: str | None) -> None:
            self.note = text if text is not None else self.note
            self._draw_head()

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
                self._show(case)
            elif text:
                self.notify(f"there is no case {text}", severity="error", markup=False)

        self.push_screen(Ask(f"Go to case: 1 to {len(self.todo)}, or its id"), said)

    def action_help(self) -> None:
        """Explain the keys."""
        self.push_screen(Help())


def run(session: Session, wanted: str) -> None:
    """Run the review until the steward quits."""
    ReviewApp(session, wanted).run()
