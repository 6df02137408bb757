"""The merge grid in the terminal: choose what survives, see the golden record before and after, save all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.coordinate import Coordinate
from textual.screen import ModalScreen
from textual.widgets import DataTable, Static

from sot.model.decisions import RecordKey
from sot.model.safe import clean, clean_lines
from sot.review.case_detail import Detail
from sot.review.case_grid import part_name
from sot.review.merging import Golden, GridRow, Merge, after, now, preview, rows, save

if TYPE_CHECKING:
    from sot.review.terminal.app import ReviewApp

_KEYS = "space choose, again: left to the rules · x record in or out · s save · escape back"
_WIDTH = 24
_FIRST = 2
"""The number of the first column of a record: before it are the fields and the golden values of now."""


class MergeScreen(ModalScreen[Merge | None]):
    """Fields by records, with the golden value now and after; gives what was chosen, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)"),
        Binding("space", "choose", priority=True),
        Binding("x", "in_or_out"),
        Binding("s", "save"),
    ]

    def __init__(self, review: ReviewApp, shown: Detail) -> None:
        super().__init__()
        self._review, self._shown = review, shown
        self._rows = rows(shown)
        self._chosen: dict[str, RecordKey] = {}
        self._out: set[RecordKey] = set()
        self._last: Golden = {}
        golden_ids = [golden_id for golden_id in shown.case.golden_ids if golden_id]
        self._golden = review.session.board.run.golden(golden_ids).to_dicts()

    def compose(self) -> ComposeResult:
        """Show the grid over the keys."""
        with Vertical(classes="dialog merge"):
            yield Static("Merge grid: the golden record before and after", markup=False)
            yield DataTable(zebra_stripes=True, cursor_type="cell", header_height=2, id="merge")
            yield Static("", id="row", markup=False)
            yield Static(_KEYS, markup=False)

    def on_mount(self) -> None:
        """Fill the grid."""
        self._draw()
        self.table.cursor_coordinate = Coordinate(0, _FIRST)
        self.table.focus()

    @property
    def table(self) -> DataTable[object]:
        """The grid."""
        return self.query_one(DataTable)

    def _merge(self) -> Merge:
        left = frozenset(key for key in self._shown.keys if key not in self._out)
        return Merge(left if self._out else frozenset(), dict(self._chosen), self._review.note or None)

    def _draw(self) -> None:
        table, at = self.table, self.table.cursor_coordinate
        golden = self._review.attempt(lambda: preview(self._review.session, self._shown, self._merge())) or {}
        table.clear(columns=True)
        table.fixed_columns = 1
        table.add_column("", width=14)
        table.add_column("golden now", width=_WIDTH)
        for i, key in enumerate(self._shown.keys):
            out = " (left out)" if key in self._out else ""
            head = f"{part_name(self._shown.parts[i])} {self._shown.title(i)}\n{key[1]}{out}"
            table.add_column(Text(clean_lines(head)), width=_WIDTH)
        table.add_column("golden after", width=_WIDTH)
        for row in self._rows:
            cells = (self._cell(row, i) for i in range(len(self._shown.keys)))
            before = " | ".join(text for text in now(self._golden, row) if text)
            table.add_row(_label(row), _shown(before), *cells, self._after(row, golden), height=2)
        table.cursor_coordinate = at
        self._last = golden
        self._say()

    def on_data_table_cell_highlighted(self, event: DataTable.CellHighlighted) -> None:
        """Say what the row under the cursor is now, and what it will be: on a narrow screen the last column is far."""
        del event
        self._say()

    def _say(self) -> None:
        at = self.table.cursor_coordinate
        if at.row < len(self._rows):
            row = self._rows[at.row]
            before = " | ".join(text for text in now(self._golden, row) if text)
            then = " ".join(self._after(row, self._last).plain.split("\n"))
            self.query_one("#row", Static).update(f"{row.label}: {clean(before) or 'nothing'} → {then}")

    def _cell(self, row: GridRow, index: int) -> Text:
        value, key = row.values[index], self._shown.keys[index]
        if value is None:
            return Text("")
        if key in self._out:
            return Text(clean(value), "dim strike")
        return (
            Text(f"✓ {clean(value)}", "bold green")
            if self._chosen.get(row.name) == key
            else Text(clean(value))
        )

    def _after(self, row: GridRow, golden: Golden) -> Text:
        key = self._chosen.get(row.name)
        if row.system is not None:
            return Text(clean(key[1]) if key else "by the rules", "bold" if key else "dim")
        value, rule = after(golden, row)
        text = Text(clean(value), "bold")
        return text.append(f"\n{clean(rule)}", "dim")

    def _at(self) -> tuple[GridRow, RecordKey] | None:
        at = self.table.cursor_coordinate
        place = at.column - _FIRST
        if at.row >= len(self._rows) or not 0 <= place < len(self._shown.keys):
            return None
        return self._rows[at.row], self._shown.keys[place]

    def action_choose(self) -> None:
        """Choose the value under the cursor; a second time leaves the row to the rules."""
        cell = self._at()
        if cell is None:
            return
        row, key = cell
        if self._chosen.get(row.name) == key:
            del self._chosen[row.name]
        elif row.values[self._shown.keys.index(key)] is not None:
            self._chosen[row.name] = key
        self._draw()

    def action_in_or_out(self) -> None:
        """Leave the record under the cursor out of the merge, or take it in again."""
        cell = self._at()
        if cell is None or self._shown.case.field is not None:
            return
        self._out ^= {cell[1]}
        self._draw()

    def action_save(self) -> None:
        """Give what was chosen."""
        self.dismiss(self._merge())


def merge_grid(review: ReviewApp) -> None:
    """Open the grid of the case that is shown, and save what is chosen there."""
    shown = review.shown
    if shown is None or shown.case.of_documents:
        return

    def given(merge: Merge | None) -> None:
        if merge is None:
            return
        if made := review.attempt(lambda: save(review.session, shown, merge)):
            count = sum(decision.field is not None and not decision.revokes for decision in made)
            review.notify(f"saved, with {count} chosen values; z takes all back", markup=False)
            review.move_on(shown.case)

    review.push_screen(MergeScreen(review, shown), given)


def _label(row: GridRow) -> str:
    return f"stays in {row.label.removeprefix('account that stays in ')}" if row.system else row.label


def _shown(text: str) -> Text:
    return Text(clean(text) or "·")
