"""The main screen of the terminal review: the head of the case, the grid of its records, the keys."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.coordinate import Coordinate
from textual.widgets import DataTable, Static

from sot.model.decisions import RecordKey
from sot.model.safe import clean
from sot.review.case_detail import Detail
from sot.review.case_grid import Row
from sot.review.cases import Case
from sot.review.filters import parse
from sot.review.locks import columns_of
from sot.review.session import Session
from sot.review.terminal import panes

LABEL_WIDTH = 11
LEAST, MOST = 14, 40
NOTHING_LEFT = "Nothing is left to decide here. Run sot dedupe again: it applies the decisions."


class CaseScreen(App[None]):
    """Shows one case of a session at a time."""

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

    def __init__(self, session: Session, wanted: str = "") -> None:
        super().__init__()
        self.session = session
        self.wanted_text, self.wanted = wanted, parse(wanted)
        self.todo: list[Case] = []
        self.shown: Detail | None = None
        self.selected: set[RecordKey] = set()
        self.note = ""
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

    def on_resize(self) -> None:
        """Lay the columns out anew for the new width."""
        if self.shown:
            self.draw_grid()

    @property
    def table(self) -> DataTable[object]:
        """The grid."""
        return self.screen_stack[0].query_one(DataTable)

    def _line(self, name: str) -> Static:
        """Give a line of the main screen, also while a dialog lies over it."""
        return self.screen_stack[0].query_one(f"#{name}", Static)

    def show(self, case: Case | None) -> None:
        """Show a case, or that none is left."""
        self.shown = self.session.detail(case) if case else None
        rows = [row for row in self.shown.rows if row.kind != "empty"] if self.shown else []
        asked = columns_of(case.field) if case and case.field else ()
        self.rows = sorted(rows, key=lambda row: row.field not in asked)
        self.draw_head()
        self.table.cursor_coordinate = Coordinate(0, 1)
        self.draw_grid()
        self._line("evidence").update(panes.evidence(self.shown, self.session.blind) if self.shown else "")
        self._line("keys").update(panes.keys_line(case))

    def draw_head(self) -> None:
        """Draw what stands above the grid: the progress, the case, the question, the note."""
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

    def draw_grid(self) -> None:
        """Draw the records side by side."""
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
        place = self.under_cursor()
        text = ""
        if place:
            row, key = place
            assert self.shown is not None
            value = row.values[self.shown.keys.index(key)] or "-"
            text = f"{row.label} of {self.session.board.run.called(key)}: {value}"
        self._line("value").update(clean(text))

    def under_cursor(self) -> tuple[Row, RecordKey] | None:
        """Give the row and the record under the cursor."""
        at = self.table.cursor_coordinate
        if (
            self.shown is None
            or at.column < 1
            or at.row >= len(self.rows)
            or at.column > len(self.shown.keys)
        ):
            return None
        return self.rows[at.row], self.shown.keys[at.column - 1]
