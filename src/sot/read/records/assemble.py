"""All understood tables put together: the records of every system, and the documents tied to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from sot.model.counts import counted
from sot.model.tables import DOCUMENTS, RECORDS, empty
from sot.read.columns.spreadsheet_damage import report_damage
from sot.read.columns.table import Table
from sot.read.on_engine.lake import Lake
from sot.read.records.accounts import account_records, customer_rows, customers_by_ids
from sot.read.records.assign_system import accounts_of, adopt, adopt_strays, adopt_through
from sot.read.records.bi_customers import take_figures
from sot.read.records.document_ids import take_document_ids
from sot.read.records.documents import LINK, documents
from sot.read.records.foreign_ids import take_foreign_ids
from sot.read.records.link_documents import (
    REFERENCES,
    BareNames,
    link,
    once_in_system,
    one_per_customer,
    through_documents,
)
from sot.read.records.other_names import take_other_names
from sot.read.records.project_customers import Known, take_customers
from sot.read.records.record_keys import keyed
from sot.read.records.same_document import once
from sot.read.records.shared_codes import take_shared_codes
from sot.read.records.states_by_events import take_states
from sot.read.records.unlisted_customers import unlisted
from sot.rules.naming import LegalForms
from sot.rules.project import Settings

_DERIVE_FROM = ("bi_table", "project", "invoice", "deal", "payment", "contact")
"""What the accounts of a system without an account list come from, the best first."""


def assemble(
    tables: Sequence[Table], settings: Settings, lake: Lake, legal: LegalForms
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give RECORDS (with `id_repeated`) and DOCUMENTS of all tables that could be understood.

    Where the `lake` keeps account lists on its engine, all RECORDS are made there, and FOUND_BY is given of them.
    """
    sound = sorted((table for table in tables if not table.source.error and table.frame.height), key=_order)
    lists = [table for table in sound if table.source.object == "account"]
    # A sample does not show whose ids a column holds.
    take_foreign_ids([table for table in lists if lake.of(table) is None])
    take_document_ids(sound)
    take_shared_codes([table for table in sound if lake.of(table) is None])
    adopt_strays(sound)
    take_other_names([table for table in sound if lake.of(table) is None])
    accounts_read = [_accounts(table) for table in lists]
    accounts = accounts_of(accounts_read)
    accounts_read = [
        records for table, records in zip(lists, accounts_read, strict=True) if lake.of(table) is None
    ]
    listed = {table.source.system: table for table in lists if table.source.system}
    others = [table for table in sound if table.source.object != "account"]
    known = _known_names(accounts, others)
    document_tables: list[pl.DataFrame] = []
    named: list[tuple[Table, pl.DataFrame]] = []
    owners: list[pl.DataFrame] = []
    with_documents = {
        str(table.source.system): table for table in others if table.source.system and table.is_document
    }
    for table in others:
        adopt(table, accounts, listed)
        adopt_through(table, document_tables, with_documents)
        if table.source.object == "project":
            pattern = _said(table, settings)
            take_customers(table, pattern, table.unknown.project_names, known)
        if table.source.object == "bi_table" and not take_figures(table, known, document_tables):
            continue
        if table.is_document:
            document_tables.append(documents(table))
            table.source.records = document_tables[-1].height
            _tell_unowned(table, document_tables[-1])
            if table.source.system in listed and "account_name" in table.fields:
                named.append((table, document_tables[-1]))
        if table.source.system not in listed:
            (owners if table.is_document else accounts_read).extend(_derived(table, document_tables))
    bare = BareNames(legal)
    if not lake.large:
        lacking = unlisted(named, accounts_read, bare)
        accounts_read += [] if lacking is None else [lacking]
    if owners:
        accounts_read.append(once_in_system(pl.concat(owners, how="diagonal_relaxed")))
    by_place = {(table.source.path, table.source.sheet): table for table in sound}
    if lake.large:
        records = _on_engine(lake, accounts_read, by_place)
    else:
        records = (
            keyed(pl.concat(accounts_read, how="diagonal_relaxed"), by_place) if accounts_read else _none()
        )
    return records, _linked(take_states(document_tables), records, sound, bare)


FOUND_BY = ("uid", "system", "record_id", "name", "account_number")
"""What of records on an engine the driver has: by it documents and decisions find theirs."""


def _on_engine(
    lake: Lake, records: Sequence[pl.DataFrame], tables: Mapping[tuple[str, str | None], Table]
) -> pl.DataFrame:
    """Have the engine make the records; give what they are found by, and tell the sources how many each has."""
    from sot.engine.parts import in_parts
    from sot.read.on_engine.keys import keyed_on_engine

    parts = lake.map(list(tables.values()))
    if records:
        parts.append(lake.give(pl.concat(records, how="diagonal_relaxed")))
    engine = lake.engine
    assert engine is not None
    for path, sheet, count, repeated in keyed_on_engine(engine, parts).rows():
        table = tables[path, sheet]
        of_lake = lake.of(table) is not None
        before = table.source.rows if of_lake else table.source.records
        reason = (
            "no data, or the same record is in another file"
            if of_lake
            else "the same record is in another file"
        )
        table.skip(reason, before - count)
        table.source.records = count
        if repeated:
            subject = counted(repeated, "row shares its id", "rows share their ids")
            table.warn(
                f"{subject} with another row of the system; each is kept as a record of its own: ID, ID#2 …"
            )
    for table in tables.values():
        if lake.of(table) is not None:
            table.source.forget()
    engine.drop(*parts)
    return in_parts(engine, "records", FOUND_BY)


def _order(table: Table) -> tuple[int, str, str]:
    kind = table.source.object or ""
    rank = _DERIVE_FROM.index(kind) if kind in _DERIVE_FROM else -1
    return rank, table.source.path, table.source.sheet or ""


def _accounts(table: Table) -> pl.DataFrame:
    records = account_records(table)
    report_damage(table)
    table.source.records = records.height
    return records


def _said(table: Table, settings: Settings) -> str | None:
    system = settings.systems.get(table.source.system or "")
    return system.customer_in_project_name if system else None


def _known_names(accounts: pl.DataFrame, others: Sequence[Table]) -> Known:
    """Give the customers of all systems, if there are projects that must find theirs in their names."""
    named = [accounts["name"]]
    for table in others:
        if "account_name" in table.fields:
            named.append(table.cells("account_name").alias("name"))
    if not any(_asks_for_names(table) for table in others):
        return Known()
    return Known.of(pl.concat(named).drop_nulls().unique())


def _asks_for_names(table: Table) -> bool:
    """Tell whether only what other systems know shows who the customers of a table are."""
    if table.source.object == "bi_table":
        return table.shape is not None and table.shape.labels_of_anything
    return table.source.object == "project" and "account_name" not in table.fields


def _derived(table: Table, document_tables: list[pl.DataFrame]) -> list[pl.DataFrame]:
    """Give the accounts that a table without an account list beside it stands for."""
    if "account_name" not in table.fields and not (
        table.source.object == "bi_table" and "name" in table.fields
    ):
        return []
    rows = customer_rows(table) if table.is_document else account_records(table)
    if table.source.object == "project" and table.record_id is not None and not _shared(table):
        rows = rows.filter(pl.col("name").is_not_null())
        document_tables[-1] = document_tables[-1].with_columns(
            pl.when(pl.col("account_name").is_not_null()).then("record_id").alias("customer_id")
        )
        return [rows]
    if table.is_document:
        rows = customers_by_ids(table)
    derived = one_per_customer(rows)
    subject = counted(derived.height, "customer is", "customers are")
    table.warn(f"{subject} taken from these rows: {_owner(table)} has no account export")
    return [derived]


def _tell_unowned(table: Table, rows: pl.DataFrame) -> None:
    """Tell how many rows say neither by an id nor by a name whose they are."""
    owner = pl.col(LINK, "account_name").str.strip_chars().fill_null("")
    named = [pl.col(name).is_not_null() for name in REFERENCES if name in rows.columns]
    unowned = rows.filter(pl.all_horizontal(owner == "", *(~name for name in named))).height
    if unowned:
        verb = "names no customer, so it belongs" if unowned == 1 else "name no customer, so they belong"
        table.warn(f"{unowned:,} of {rows.height:,} rows {verb} to none")


def _owner(table: Table) -> str:
    return table.source.system or "the system"


def _shared(table: Table) -> bool:
    """Tell whether several rows are one project, so that a row's id is not the project's."""
    return bool(table.shape and table.shape.one_per)


def _linked(
    document_tables: Sequence[pl.DataFrame], records: pl.DataFrame, tables: Sequence[Table], bare: BareNames
) -> pl.DataFrame:
    if not document_tables:
        return empty(DOCUMENTS)
    whole = through_documents(link(once(document_tables, tables), records, bare))
    return whole.select(list(DOCUMENTS)).sort(
        "system", "object", "record_id", "source", "sheet", "row", nulls_last=True
    )


def _none() -> pl.DataFrame:
    return empty({**RECORDS, "id_repeated": pl.Boolean})
