"""Which system a table of unknown origin belongs to: that whose accounts its own rows point to."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from sot.model.kinds import Department
from sot.model.shares import percent
from sot.read.columns.headers import fold
from sot.read.columns.system_names import is_named_after_its_file
from sot.read.columns.table import Table
from sot.read.records.accounts import systems
from sot.read.records.link_documents import REFERENCES, document_keys, folded, parts
from sot.read.records.record_ids import clean_ids

_BY_DOCUMENTS = (Department.FINANCE, Department.CRM, Department.PROJECT)
"""Whose documents tell the department of a list: invoices first, because books hold offers too."""
_MOST_JOIN = 0.8
_NAMED_ALIKE = 0.5
"""So many ids of a list are enough where both call them alike: invoices outlive the customers of a list."""
_NEARLY_ALL = 0.9
_FEW = 3
_NAMES = ("name", "trade_name")

_ABOUT = dict(zip(REFERENCES, ("invoice", "invoice", "project", "deal"), strict=True))


def adopt_strays(tables: Sequence[Table]) -> None:
    """Let every table of documents that names no system join one of `tables`, without making records of them.

    A list of customers that says nothing of its department is of that whose documents point to it. Deals and invoices
    come first: the customers of a project tool have the same names, and are no list of the CRM for that.
    """
    sound = [table for table in tables if not table.source.error and table.frame.height]
    lists = [table for table in sound if table.source.object == "account"]
    _take_in(sound, lists)
    _by_own_documents(sound, lists)
    strays = [table for table in sound if _is_stray(table)]
    if not strays or not lists:
        return
    known = accounts_of([_accounts(table) for table in lists])
    for projects in (False, True):
        _join([table for table in strays if (table.source.object == "project") == projects], lists, known)


def _join(strays: Sequence[Table], lists: Sequence[Table], known: pl.DataFrame) -> None:
    """Let `strays` join lists whose customers they name; lists of no department are of that of what joins them."""
    listed = {table.source.system: table for table in lists if table.source.system}
    own = [table.source.department for table in strays]
    for table in strays:
        adopt(table, known, listed)
    for system, host in listed.items():
        if host.source.department != Department.UNKNOWN:
            continue
        its = {
            department for table, department in zip(strays, own, strict=True) if table.source.system == system
        }
        department = next((each for each in _BY_DOCUMENTS if each in its), None)
        for table in [*lists, *strays] if department else []:
            if table.source.system == system:
                table.source.department = str(department)


def _take_in(sound: Sequence[Table], lists: Sequence[Table]) -> None:
    """Let the one list of customers of unknown origin be that of a known system of its department without a list.

    It must hold nearly all customers that the documents of the system name.
    """
    with_list = {table.source.system for table in lists}
    strangers = [table for table in lists if table.rules is None and is_named_after_its_file(table)]
    known = [table for table in sound if table.is_document and table.rules and "account_name" in table.fields]
    for system in sorted({str(table.source.system) for table in known} - with_list):
        its = [table for table in known if table.source.system == system]
        near = [
            host for host in strangers
            if host.source.department == its[0].source.department != Department.UNKNOWN
        ]  # fmt: skip
        named = pl.concat([table.cells("account_name").alias("name") for table in its]).drop_nulls()
        sought = named.to_frame().select(folded("name")).unique()
        if len(near) != 1 or sought.height < _FEW:
            continue
        host = near[0]
        held = host.frame.select(host.cells("name")).select(folded("name"))
        share = sought.join(held, on="name", how="semi").height / sought.height
        if share >= _NEARLY_ALL:
            host.warn(
                f"taken for the customers of {system}: {percent(share, 0)} of those that its documents name are there. "
                "If that is wrong, set system in sot.yaml"
            )
            host.source.system, host.rules = system, its[0].rules
            strangers.remove(host)


def _by_own_documents(sound: Sequence[Table], lists: Sequence[Table]) -> None:
    """Give a list of customers that says nothing of its department that of the documents of its own system."""
    for host in lists:
        system = host.source.system
        if system is None or host.source.department != Department.UNKNOWN:
            continue
        its = {table.source.department for table in sound if table.source.system == system}
        department = next((each for each in _BY_DOCUMENTS if each in its), None)
        if department is not None:
            host.source.department = str(department)


def _accounts(table: Table) -> pl.DataFrame:
    """Give system, id and name of the accounts of a list, also by the name that people use."""
    ids = pl.Series([None] * table.frame.height, dtype=pl.String)
    if table.record_id is not None:
        ids = clean_ids(table.frame[table.record_id], table.ids)
    return pl.DataFrame([table.cells(name) for name in _NAMES]).with_columns(
        systems(table), ids.alias("record_id")
    )


def _is_stray(table: Table) -> bool:
    return table.is_document and is_named_after_its_file(table)


def adopt(table: Table, accounts: pl.DataFrame, systems: dict[str, Table]) -> None:
    """Let a table of documents that names no system join the one whose ids, else names, its rows hold."""
    if not _is_stray(table):
        return
    for name, column in (("account_id", "record_id"), ("account_name", "name")):
        if name not in table.fields:
            continue
        own = table.frame.select(table.fields[name].expression().alias(column)).drop_nulls().unique()
        if own.height < _FEW:
            continue
        # Names alone make no invoice list of a ledger one of the CRM: there they only tell tables of one department.
        near = systems if name == "account_id" else _of_department(systems, table.source.department)
        system, share = _best(own, accounts, near, column)
        if system is not None and share >= (
            _NAMED_ALIKE if _alike(table, name, near[system]) else _MOST_JOIN
        ):
            table.warn(
                f"taken for a table of {system}: {percent(share, 0)} of '{table.source.fields[name]}' are accounts "
                "there. If that is wrong, set system in sot.yaml"
            )
            table.source.system, table.source.department = system, systems[system].source.department
            table.rules = systems[system].rules
            return


def _alike(table: Table, name: str, host: Table) -> bool:
    """Tell whether a table calls the ids of its customers as the list of customers calls its own."""
    own = table.fields[name].columns
    return name == "account_id" and host.record_id is not None and fold(host.record_id) in map(fold, own)


def adopt_through(table: Table, document_tables: Sequence[pl.DataFrame], systems: dict[str, Table]) -> None:
    """Let a table of documents that names no customer join the system whose documents its rows name."""
    if not _is_stray(table) or {"account_id", "account_name"} & table.fields.keys():
        return
    for name in REFERENCES:
        if name not in table.fields:
            continue
        named = (
            table.frame.select(key=parts(table.fields[name].expression()))
            .explode("key")
            .drop_nulls()
            .unique()
        )
        if named.height < _FEW:
            continue
        shares = []
        for system in sorted(systems):
            own = [
                rows.filter(pl.col("system") == system)
                for rows in document_tables
                if _ABOUT[name] in rows["object"]
            ]
            keys = pl.concat([document_keys(rows) for rows in own], how="diagonal") if own else None
            hits = named.join(keys, on="key", how="semi").height if keys is not None else 0
            shares.append((hits / named.height, system))
        (share, system), *rest = sorted(shares, key=lambda entry: (-entry[0], entry[1])) or [(0.0, "")]
        if share >= _MOST_JOIN and (not rest or rest[0][0] < share):
            table.warn(
                f"taken for a table of {system}: {percent(share, 0)} of '{table.fields[name]}' are documents there. "
                "If that is wrong, set system in sot.yaml"
            )
            other = systems[system]
            table.source.system, table.source.department = system, other.source.department
            table.rules = other.rules
            return


def _of_department(systems: dict[str, Table], department: str) -> dict[str, Table]:
    return {
        name: table
        for name, table in systems.items()
        if "unknown" in (department, table.source.department) or table.source.department == department
    }


def _best(
    own: pl.DataFrame, accounts: pl.DataFrame, systems: dict[str, Table], column: str
) -> tuple[str | None, float]:
    shares: list[tuple[float, str]] = []
    for system in sorted(systems):
        theirs = accounts.filter(pl.col("system") == system).select(column)
        if column == "record_id":
            mine = own.with_columns(clean_ids(own[column], systems[system].ids))
        else:
            mine, theirs = own.select(folded(column)), theirs.select(folded(column))
        shares.append((mine.join(theirs, on=column, how="semi").height / own.height, system))
    ranked = sorted(shares, key=lambda entry: (-entry[0], entry[1]))
    if not ranked or (len(ranked) > 1 and ranked[0][0] == ranked[1][0]):
        return None, 0.0
    return ranked[0][1], ranked[0][0]


def accounts_of(records: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Give system, id and name of all accounts that account lists gave; one with a trade name is there by both."""
    kept = ["system", "record_id", "name"]
    if not records:
        return pl.DataFrame(schema=dict.fromkeys(kept, pl.String))
    both = [
        frame.select("system", "record_id", name=pl.col(name))
        for frame in records
        for name in _NAMES
        if name in frame.columns
    ]
    return (
        pl.concat(both)
        .filter(pl.col("name").is_not_null() | pl.col("record_id").is_not_null())
        .unique(maintain_order=True)
    )
