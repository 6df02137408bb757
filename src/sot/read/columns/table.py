"""An understood table: its rows under unique names, and from which columns each field comes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import polars as pl

from sot.model.sources import Source
from sot.read.columns.headers import INNER, ROW, Recipe, fold
from sot.read.formats.grid import Reject
from sot.rules.project import SourceSettings
from sot.rules.systems import IdForm, Shape, SystemRules, TypeWhen, UnknownRules

DOCUMENTS = ("contact", "deal", "project", "invoice", "payment")
"""What a row may stand for besides an account."""


@dataclass
class Table:
    """One understood table on its way to records and documents; `source` tells the person about it."""

    source: Source
    frame: pl.DataFrame
    settings: SourceSettings
    unknown: UnknownRules
    rules: SystemRules | None = None
    shape: Shape | None = None
    fields: dict[str, Recipe] = field(default_factory=dict)
    record_id: str | None = None
    system_column: str | None = None
    within: set[str] = field(default_factory=set)
    """Columns whose cells are taken apart or put together to others."""
    rejects: list[Reject] = field(default_factory=list)
    moves: bool = False
    """Whether the rows are movements of a bank account, to it and from it."""
    above: tuple[str, ...] = ()
    """The texts of the rows above the header, the nearest first."""
    added: tuple[str, ...] = ()
    """The columns that hold what rows above their rows say; a total has them, too."""
    headed: str | None = None
    """What the rows of a report of a known system are, where rows above them name their customers."""
    types: tuple[TypeWhen, ...] = ()
    """What the system calls the kinds of those rows."""
    totals: pl.DataFrame | None = None
    """Of a BI table the rows that total others, which are no data."""

    @property
    def ids(self) -> IdForm:
        """The form of the system's ids."""
        return self.rules.ids if self.rules else IdForm()

    @property
    def is_document(self) -> bool:
        """Tell whether a row stands for something that belongs to an account."""
        return self.source.object in DOCUMENTS

    @property
    def columns(self) -> list[str]:
        """The file's own columns."""
        return [name for name in self.frame.columns if name != ROW and not name.startswith(INNER)]

    def cells(self, field: str) -> pl.Series:
        """Give the cells of a field, row by row; nulls where the table has no such field."""
        if field not in self.fields:
            return pl.repeat(None, self.frame.height, dtype=pl.String, eager=True).alias(field)
        return self.frame.select(self.fields[field].expression().alias(field))[field]

    @property
    def taken(self) -> frozenset[str]:
        """The columns of which something is taken."""
        used = {column for recipe in self.fields.values() for column in recipe.columns}
        named = {column for column in (self.record_id, self.system_column) if column is not None}
        return frozenset(used | self.within | named)

    def column(self, header: str) -> str | None:
        """Give the column that a header of the rules means, if it is there."""
        wanted = fold(header)
        return next((name for name in self.columns if fold(name) == wanted), None)

    def forget(self, name: str, columns: Collection[str]) -> None:
        """Let a field be without some of its columns; one that had no others is given up."""
        recipe = self.fields.get(name)
        if recipe is None or not set(columns) & set(recipe.columns):
            return
        kept = tuple(column for column in recipe.columns if column not in columns)
        if kept:
            self.fields[name] = Recipe(kept, recipe.how if len(kept) > 1 else "one")
        else:
            del self.fields[name]

    def skip(self, reason: str, count: int) -> None:
        """Note that rows were left out."""
        if count:
            self.source.skipped[reason] = self.source.skipped.get(reason, 0) + count

    def warn(self, text: str) -> None:
        """Note something that the person should know."""
        self.source.warnings.append(text)
