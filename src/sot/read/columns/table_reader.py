"""From a grid to understood tables: header found, system told, rows cleaned, columns mapped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import PurePath

import polars as pl

from sot.addresses.whole_cells import WholeCells
from sot.model.sources import Source
from sot.read.columns.boards import take_board
from sot.read.columns.companions import Companions
from sot.read.columns.date_ranges import split_spans
from sot.read.columns.dated_header import dated_header, with_year
from sot.read.columns.derived_figures import sums_up_customers
from sot.read.columns.fill_groups import fill_groups, take_heads
from sot.read.columns.group_headings import is_ledger_account, take_headings
from sot.read.columns.header_row import HeaderFinder, blocks
from sot.read.columns.headers import ROW, unique_names, without_signs
from sot.read.columns.infer_documents import Documents
from sot.read.columns.infer_fields import Guesser
from sot.read.columns.known_systems import Recognition, catalogue
from sot.read.columns.labelled_headings import take_labelled
from sot.read.columns.map_columns import map_columns
from sot.read.columns.movements_without_header import kind_without_header
from sot.read.columns.odd_rows import drop_titles_above, is_notes, reject_odd_rows
from sot.read.columns.other_parties import leave_out_others, leave_out_things
from sot.read.columns.payments_without_money import drop_failed
from sot.read.columns.postings import take_postings
from sot.read.columns.purchases import why_nobodys
from sot.read.columns.rows_below_header import joined_at, label_rows
from sot.read.columns.rows_of_sums import drop_heads, drop_sums
from sot.read.columns.side_by_side import one_record_each
from sot.read.columns.skip_rows import clean_rows, drop_nobodys, drop_titles
from sot.read.columns.table import Table
from sot.read.columns.two_row_header import names_below, two_row_header
from sot.read.columns.without_customers import leave_out, require_customers
from sot.read.columns.without_header import is_headless
from sot.read.columns.written_marks import without_marks
from sot.read.formats.bank_statements import MOVEMENTS
from sot.read.formats.grid import Body, Grid, cell_grid
from sot.rules.project import SourceSettings
from sot.rules.systems import SystemRules, UnknownRules

_DEPARTMENT = {
    "project": "project",
    "deal": "crm",
    "contact": "crm",
    "invoice": "finance",
    "payment": "finance",
    "bi_table": "bi",
}
_WHOSE = ("d.account_name", "d.account_id")
_NAMES = ("a.name", *_WHOSE)
_CALLED = ("a.name", "d.account_name")
_TRACE_ROWS = 200
_LABELLED = 80


class Reader:
    """Understands grids by the rules of all systems; one for a whole run."""

    def __init__(
        self,
        systems: Sequence[SystemRules],
        unknown: UnknownRules,
        addresses: Callable[[], WholeCells],
        countries: Callable[[], frozenset[str]],
    ) -> None:
        self.unknown = unknown
        self._countries = countries
        self._addresses = addresses
        self._made: WholeCells | None = None
        self.companions = Companions()
        """What the other tables of the run hold, once they are understood."""
        self.catalogue = catalogue(systems)
        self.guesser = Guesser(unknown)
        self.finder = HeaderFinder(self.catalogue, self.guesser)

    def _whole(self) -> WholeCells:
        """Give what takes whole addresses apart; it is made when the first address is met."""
        if self._made is None:
            self._made = self._addresses()
        return self._made

    def understand(self, grid: Grid, source: Source, settings: SourceSettings) -> list[Table]:
        """Give the tables that `grid` holds, one below the other; `source` is the first one's, filled in."""
        at, known = self.finder.find(grid, source, settings)
        header = _trimmed(grid, at)
        if known is None and at > 0 and not grid.named:
            header = dated_header(header, grid.head[at - 1], self.unknown.months)
            header = two_row_header(header, grid.head[at - 1], self.guesser.vocabulary)
        if known is None and not grid.named:
            header = with_year(header, source, grid.head[:at], self.unknown)
        body = grid.body(at, len(header))
        labels = 0
        cut = None
        if not grid.named:
            cut = blocks(body, header, self.finder, known, source.path) or joined_at(body.cells, header)
            labels = label_rows(_rows(body.cells), header, self.finder.is_header) if at >= 0 else 0
            if labels and known is None:
                header = names_below(header, _rows(body.cells)[0], self.guesser.vocabulary)
        rest: list[Table] = []
        if cut is not None:
            below = cell_grid(body.cells[cut:], grid.sheet, int(body.rows[cut]))
            again = replace(below, encoding=grid.encoding, delimiter=grid.delimiter)
            other = Source(
                source.path, sheet=_next_sheet(source.sheet), system=source.system, sha256=source.sha256
            )
            rest = self.understand(again, other, settings.model_copy(update={"header_row": None}))
            body = Body(body.cells[:cut], body.rows[:cut], body.rejects, body.warnings)
        if known is None and not grid.named:
            header, body, labels = one_record_each(header, body, labels)
        source.encoding, source.delimiter = grid.encoding, grid.delimiter
        source.header_row = None if grid.named or at < 0 else at + grid.first_row
        source.warnings += [*grid.warnings, *body.warnings]
        if at < 0:
            source.warnings.append("no row of column names was found; columns are known by their looks alone")
        titles = () if grid.named else grid.head[: max(at, 0)]
        table = self._table(header, body, source, settings, known, labels, titles)
        table.above = () if grid.named else _texts_above(grid, at)
        return [table, *rest]

    def _table(
        self,
        header: list[str],
        body: Body,
        source: Source,
        settings: SourceSettings,
        known: Recognition | None,
        labels: int = 0,
        titles: Sequence[Sequence[str]] = (),
    ) -> Table:
        names = unique_names(header)
        cells, notes = without_marks(body.cells[labels:])
        source.warnings += notes
        frame = cells.rename(dict(zip(cells.columns, names, strict=True)))
        if known is None:
            frame, names = split_spans(frame, names)
            header = names if len(names) > len(header) else header
        frame = frame.with_columns(body.rows[labels:].alias(ROW))
        table = Table(source, frame, settings, self.unknown, rejects=list(body.rejects))
        source.rows = body.cells.height + len(body.rejects)
        table.skip("names and notes below the header", labels)
        table.rules = known.system if known else self._system(source, settings, frame, titles)
        if known is not None and self._has_headings(table, names, known):
            known = None
        names, header = self._by_headings(table, names, header, titles, known)
        table.shape = known.shape if known else None
        self._place(table, names, known)
        clean_rows(table, header, [*self.unknown.notes, *(table.rules.notes if table.rules else ())])
        drop_titles(table, titles)
        drop_titles_above(table)
        drop_heads(table)
        drop_sums(table)
        take_board(table)
        if known is None and table.source.skipped and table.frame.height:
            # Totals between the rows hide what the columns hold.
            self._place(table, names, known)
        if table.shape and table.shape.left_out:
            leave_out(table, table.shape.left_out)
        elif known is None and table.source.object is None and table.frame.height:
            leave_out(table, _UNSURE)
        else:
            self._understood(table, names, titles)
        return table

    def _understood(self, table: Table, names: list[str], titles: Sequence[Sequence[str]]) -> None:
        """Map the columns of a table and take its rows, unless it holds nothing of customers."""
        if leave_out_things(table, self.guesser):
            return
        if is_notes(table, self.guesser.vocabulary):
            leave_out(table, _NOTES)
            return
        if not take_postings(table, titles):
            leave_out_others(table, self.guesser)
        if self.companions.lists_of(table):
            leave_out(table, _LINES)
            return
        map_columns(table, names, self.guesser, self._whole, self._countries, self.companions)
        nobodys = why_nobodys(table, titles, self.guesser.vocabulary)
        if nobodys is not None:
            leave_out(table, nobodys)
            return
        take_heads(table)
        reject_odd_rows(table)
        drop_nobodys(table)
        drop_failed(table, self.guesser.vocabulary)
        fill_groups(table)
        require_customers(table, names, beside_others=bool(self.companions.names))

    def _has_headings(self, table: Table, names: list[str], known: Recognition) -> bool:
        """Tell a ledger of customers that rows head from a journal of the program, which names one in each row."""
        if known.shape.group is not None or known.object not in ("invoice", "payment"):
            return False
        if any(self._named(name, _NAMES) for name in names):
            return False
        table.headed = known.object if take_headings(table.frame, names) is not None else None
        table.types = known.shape.types if table.headed else ()
        return table.headed is not None

    def _by_headings(
        self,
        table: Table,
        names: list[str],
        header: list[str],
        titles: Sequence[Sequence[str]],
        known: Recognition | None,
    ) -> tuple[list[str], list[str]]:
        """Put the customers that rows head into columns, where no column is called after them."""
        # Above a column without a header nothing else says what its rows are; another name is that of an item there.
        kinds = _NAMES if header and header[0].strip() else _WHOSE
        headings = None
        called = [name for name in names if self._named(name, kinds)]
        if not called:
            headings = take_labelled(table.frame, header, titles, lambda label: self._named(label, _CALLED))
        if (
            headings is None
            and known is None
            and all(is_ledger_account(table.frame[name]) for name in called)
        ):
            headings = take_headings(table.frame, names)
        if headings is None:
            return names, header
        table.frame = headings.frame
        table.skip("heads the rows below it", headings.headings)
        table.skip("total or note", headings.totals)
        table.warn("rows above their rows name the customer; taken as a column of customers")
        added = [column for column in table.columns if column not in names]
        table.added = tuple(added)
        return [*names, *added], [*header, *added]

    def _named(self, text: str, kinds: Sequence[str]) -> bool:
        return any(self.guesser.vocabulary.strength(text, kind) >= self.unknown.gate for kind in kinds)

    def _place(self, table: Table, names: list[str], known: Recognition | None) -> None:
        source, settings = table.source, table.settings
        source.system = settings.system or source.system or (table.rules.system if table.rules else None)
        guess = self.guesser.identifier.object_of
        kind = known.object if known else table.headed
        moved = tuple(names) == MOVEMENTS
        kind = kind or ("payment" if moved else None) or guess(table.frame, names, PurePath(source.path).stem)
        if not known and is_headless(names):
            kind = kind_without_header(table.frame, names, self.unknown) or kind
            moved = moved or kind == "payment"
        if not known and kind in ("invoice", "payment") and sums_up_customers(table.frame, names):
            kind = "account"
        if not known and table.rules and table.rules.department == "bi":
            kind = "bi_table"
        if not known and table.rules is None and kind == "account":
            figures = self.guesser.identifier.of_figures(table.frame, names, PurePath(source.path).stem)
            kind = "bi_table" if figures else kind
        if not known and table.rules is None and kind in ("account", "other") and not settings.object:
            kind = self.companions.kind(table.frame, names, self.guesser.vocabulary) or kind
        if kind == "other" and table.added:
            # Dated amounts below the customers whose they are: the entries of a ledger.
            kind = "invoice"
        source.object = settings.object or (None if kind == "other" else kind)
        if table.rules is None and source.object == "payment":
            table.moves = moved or Documents(self.guesser.vocabulary, table.frame, names).moves_money()
        source.variant = known.shape.variant if known else None
        stem = PurePath(source.path).stem
        worked_out = _DEPARTMENT.get(source.object or "") or self.guesser.identifier.department_of(
            names, stem
        )
        usual = table.rules.department if table.rules else worked_out
        source.department = settings.department or usual
        for limit in table.rules.cut_at if table.rules else ():
            if table.frame.height == limit:
                table.warn(f"exactly {limit:,} rows, where {source.system} cuts its exports off: is it all?")

    def _system(
        self,
        source: Source,
        settings: SourceSettings,
        frame: pl.DataFrame,
        titles: Sequence[Sequence[str]] = (),
    ) -> SystemRules | None:
        wanted = settings.system or source.system
        systems = {system.system: system for system in self.catalogue.systems}
        if wanted:
            return systems.get(wanted) or self.catalogue.called(wanted)
        return self.catalogue.system_of_file(source.path) or self._traced(frame, titles)

    def _traced(self, frame: pl.DataFrame, titles: Sequence[Sequence[str]]) -> SystemRules | None:
        """Tell a system by rows that it alone writes, such as the filters above or below a Power BI table."""
        first = frame.columns[0]
        above = pl.Series([text for row in titles for text in row], dtype=pl.String)
        edge = pl.concat([frame[first].head(_TRACE_ROWS), frame[first].tail(_TRACE_ROWS)]).drop_nulls()
        edge = pl.concat([above, edge]) if edge.dtype == pl.String else above
        for system in self.catalogue.systems:
            if any(edge.str.contains(f"(?i){pattern}").any() for pattern in system.traces):
                return system
        return None


_UNSURE = (
    "rows look like documents (each has a day and an amount), but no word says of which kind; "
    "set object: invoice (or deal, payment, project) in sot.yaml"
)
_LINES = "each row is one of many of a project that another file lists, such as hours or tasks"
_NOTES = "a sheet of notes: one column of explanations, and no list"
_ABOVE = 3


def _texts_above(grid: Grid, at: int) -> tuple[str, ...]:
    """Give what is written in the rows right above the header, the nearest first."""
    rows = grid.head[max(at - _ABOVE, 0) : max(at, 0)]
    return tuple(cell.strip() for row in reversed(rows) for cell in row if cell.strip())


def _trimmed(grid: Grid, at: int) -> list[str]:
    """Give the header without nameless columns at its right end that hold nothing."""
    header = without_signs(grid.head[at]) if at >= 0 else [""] * max(map(len, grid.head), default=0)
    below = grid.head[at + 1 :]
    while (
        header
        and not header[-1].strip()
        and not any(row[len(header) - 1 : len(header)] > [""] for row in below)
    ):
        header.pop()
    return header


def _next_sheet(sheet: str | None) -> str:
    """Name the table below another one of the same sheet: Sheet1, Sheet1#2, Sheet1#3 …"""
    stem, mark, number = (sheet or "").rpartition("#")
    return f"{stem}#{int(number) + 1}" if mark and number.isdigit() else f"{sheet or ''}#2"


def _rows(cells: pl.DataFrame) -> list[list[str]]:
    """Give the first rows of a body."""
    return [[cell or "" for cell in row] for row in cells.head(_LABELLED).rows()]
