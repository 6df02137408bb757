"""Rows of an account list in a lake to records: what was understood of a sample, done to every row by the workers."""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

from sot.engine.batches import on_engine
from sot.errors import InputError
from sot.model.tables import RECORDS
from sot.read.columns.headers import INNER, ROW
from sot.read.columns.skip_rows import clean_rows
from sot.read.columns.table import Table
from sot.read.columns.written_marks import without_marks
from sot.read.formats.grid import named_grid
from sot.read.records.accounts import COUNTED, DATED, account_records
from sot.read.records.parse_columns import AMOUNTS, DATES, Expressions, every, how_parsed

COLUMNS = {name: kind for name, kind in on_engine(RECORDS).items() if name != "uid"}
"""What workers make of a row: RECORDS, whose uid follows from the keys of all."""


@dataclass(frozen=True)
class Mapped:
    """Rows to records. `table` has no rows of its own; `dates` and `amounts` say how the sample's columns are read."""

    table: Table
    marks: bool
    dates: Expressions
    amounts: Expressions

    def __call__(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Give the records of some rows; rows that are no data are left out, as they are of a file."""
        body = named_grid(rows).body(0, rows.width)
        cells = without_marks(body.cells)[0] if self.marks else body.cells
        names = [name for name in self.table.frame.columns if name != ROW]
        frame = cells.rename(dict(zip(cells.columns, names, strict=True)))
        # Rows of a lake have no place in a file.
        frame = frame.with_columns(pl.lit(None, pl.Int64).alias(ROW))
        table = replace(self.table, frame=frame, source=replace(self.table.source, skipped={}, warnings=[]))
        clean_rows(table, names, [*table.unknown.notes, *(table.rules.notes if table.rules else ())])
        parsed = [*every(table, DATES, self.dates), *every(table, AMOUNTS, self.amounts)]
        built = account_records(table, parsed)
        lacking = {name: kind for name, kind in COLUMNS.items() if name not in built.columns}
        return built.with_columns(pl.lit(None, kind).alias(name) for name, kind in lacking.items()).select(
            list(COLUMNS)
        )


def mapped(table: Table) -> Mapped:
    """Give what workers do with the rows of the account list that `table` is a sample of."""
    _require_plain(table)
    dates, amounts = how_parsed(table, DATES, DATED), how_parsed(table, AMOUNTS, COUNTED)
    marks = any(word in note for note in table.source.warnings for word in _MARKS)
    bare = replace(table.source, frame=None)
    return Mapped(
        replace(table, frame=table.frame.clear(), source=bare, rejects=[], totals=None), marks, dates, amounts
    )


_MARKS = ("read as empty", "read without", "read as the signs")
"""How notes on written marks end; see columns.written_marks."""


def _require_plain(table: Table) -> None:
    """Raise InputError where a field is more than columns of a row: a sample does not show how to take it apart."""
    made = sorted(
        name
        for name, recipe in table.fields.items()
        if any(column.startswith(INNER) for column in recipe.columns)
    )
    if made:
        raise InputError(
            f"{table.source.path}: {', '.join(made)} would have to be taken out of parts of cells or of other rows, "
            "which the workers of an engine do not do",
            f"name plain columns in sot.yaml: sources: {{'{table.source.path}': {{fields: {{{made[0]}: COLUMN}}}}}}",
        )
    if table.shape is not None and table.shape.one_per:
        raise InputError(
            f"{table.source.path}: several rows are one account here, which an engine does not put together",
            "write one row for each account",
        )
