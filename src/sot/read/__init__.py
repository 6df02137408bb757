"""read: any export of the four departments, recognised, mapped and read without losing a character."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import polars as pl

from sot.addresses.whole_cells import WholeCells
from sot.engine.protocol import Engine
from sot.errors import InputError, UsageError
from sot.model.addresses import shown
from sot.model.run import Progress
from sot.model.sources import Import, InputSpec, Source
from sot.model.tables import REJECTS, empty
from sot.read.columns.headers import fold
from sot.read.columns.other_parties import leave_out_lists_of_others, leave_out_notes
from sot.read.columns.parts_of_documents import leave_out_parts
from sot.read.columns.table import Table
from sot.read.columns.table_reader import Reader
from sot.read.discover import Opened, Opener
from sot.read.on_engine.lake import Lake
from sot.read.records.assemble import assemble
from sot.read.records.assign_system import adopt_strays
from sot.read.records.document_ids import take_document_ids
from sot.read.records.foreign_ids import take_foreign_ids
from sot.read.records.other_names import take_other_names
from sot.read.reports.error_hints import advice, no_customer
from sot.read.walk import Walk
from sot.rules import Rulebook
from sot.rules.naming import Countries, LegalForms
from sot.rules.project import Settings
from sot.rules.systems import system_rules, unknown_rules

__all__ = ["advice", "files_in", "look_at_exports", "read_exports", "survey_exports"]


def read_exports(
    specs: Sequence[InputSpec],
    rules: Rulebook,
    settings: Settings,
    progress: Progress,
    engine: Engine | None = None,
) -> Import:
    """Read the exports that `specs` name; InputError with all failures at once if any that is named can't be read.

    What lies in a folder and can't be read is in `unreadable`, unless nothing at all could be read.
    RECORDS carry `id_repeated` beside their columns: true where several rows of a system share one id. Large account
    lists at addresses stay on the `engine`, and all records are there then (Import.on_engine).
    """
    imported = survey_exports(specs, rules, settings, engine)
    failures = [f"{source.place}: {source.error}" for source in imported.sources if source.error]
    if failures:
        raise InputError(
            "\n".join(failures), advice((source.path, source.error) for source in imported.sources)
        )
    if not imported.records.height and imported.unreadable and not imported.sources:
        raise InputError(
            "\n".join(f"{path}: {error}" for path, error in imported.unreadable), advice(imported.unreadable)
        )
    if not imported.records.height:
        raise no_customer(imported, [shown(spec.path) for spec in specs])
    return imported


def look_at_exports(
    specs: Sequence[InputSpec], rules: Rulebook, settings: Settings
) -> tuple[tuple[Source, ...], tuple[tuple[str, str], ...]]:
    """Understand the exports that `specs` name without making records of them; also give what was left alone."""
    opened = _opened(specs, rules, settings, Lake(None))
    take_document_ids(opened.tables)
    adopt_strays(opened.tables)
    take_other_names(opened.tables)
    take_foreign_ids(opened.tables)
    return _sorted(opened), tuple(sorted([*opened.ignored, *opened.unreadable]))


def survey_exports(
    specs: Sequence[InputSpec],
    rules: Rulebook,
    settings: Settings,
    engine: Engine | None = None,
    preview: bool = False,
) -> Import:
    """Read the exports that `specs` name; what can't be read is a source with its error.

    For a `preview` a sample of tables that the engine reads is enough.
    """
    lake = Lake(engine, preview)
    opened = _opened(specs, rules, settings, lake)
    records, documents = assemble(
        opened.tables, settings, lake, rules.get("naming/legal_forms.yaml", LegalForms)
    )
    return Import(
        _sorted(opened),
        records,
        documents,
        _rejects(opened.tables),
        tuple(sorted(opened.ignored)),
        tuple(sorted(opened.unreadable)),
        tuple(shown(spec.path) for spec in specs),
        on_engine=bool(lake.large),
    )


def files_in(folder: Path) -> list[Path]:
    """Give the files of a folder that are read as exports, in order."""
    return list(Walk().files(folder))


def _opened(specs: Sequence[InputSpec], rules: Rulebook, settings: Settings, lake: Lake) -> Opened:
    reader = Reader(
        system_rules(rules), unknown_rules(rules), lambda: WholeCells(rules), partial(_countries, rules)
    )
    opened = Opener(reader, settings, lake).open(specs)
    leave_out_lists_of_others(opened.tables)
    leave_out_notes(opened.tables)
    leave_out_parts(opened.tables)
    _refuse_two_spellings(opened.tables)
    return opened


def _refuse_two_spellings(tables: Sequence[Table]) -> None:
    """Refuse systems that differ in upper and lower case alone: people and some disks hold them to be one."""
    spelled: dict[str, str] = {}
    for system in sorted({table.source.system for table in tables if table.source.system}):
        known = spelled.setdefault(system.casefold(), system)
        if known != system:
            raise UsageError(
                f"{known} and {system}: two systems whose names differ in upper and lower case alone",
                "use one spelling for a system, or give the second system another name",
            )


def _countries(rules: Rulebook) -> frozenset[str]:
    listed = rules.get("naming/countries.yaml", Countries).root
    return frozenset(map(fold, (*listed, *(name for names in listed.values() for name in names))))


def _sorted(opened: Opened) -> tuple[Source, ...]:
    return tuple(sorted(opened.sources, key=lambda source: (source.path, source.sheet or "")))


def _rejects(tables: Sequence[Table]) -> pl.DataFrame:
    rows = [
        (table.source.path, table.source.sheet, reject.row, reject.reason, reject.raw)
        for table in tables
        for reject in table.rejects
    ]
    rejects = pl.DataFrame(rows, schema=dict(REJECTS), orient="row") if rows else empty(REJECTS)
    return rejects.sort("source", "sheet", "row")
