"""read: any export of the four departments, recognised, mapped and read without losing a character."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from sot.model.run import Progress
from sot.model.sources import Import, InputSpec
from sot.model.tables import REJECTS, empty
from sot.read.assemble import assemble
from sot.read.open import open_all
from sot.read.table import Reader, Table
from sot.rules import Rulebook
from sot.rules.project import Settings
from sot.rules.systems import system_rules, unknown_rules

__all__ = ["read_exports"]


def read_exports(
    specs: Sequence[InputSpec], rules: Rulebook, settings: Settings, progress: Progress
) -> Import:
    """Read the files that `specs` name: records, documents, and a source for every file or sheet."""
    unknown = unknown_rules(rules)
    reader = Reader(system_rules(rules), unknown)
    opened = open_all(specs, settings, reader)
    records, documents = assemble(opened.tables, unknown, settings)
    sources = tuple(sorted(opened.sources, key=lambda source: (source.path, source.sheet or "")))
    return Import(sources, records, documents, _rejects(opened.tables), tuple(sorted(opened.ignored)))


def _rejects(tables: Sequence[Table]) -> pl.DataFrame:
    rows = [
        (table.source.path, table.source.sheet, reject.row, reject.reason, reject.raw)
        for table in tables
        for reject in table.rejects
    ]
    found = pl.DataFrame(rows, schema=dict(REJECTS), orient="row") if rows else empty(REJECTS)
    return found.sort("source", "sheet", "row")
