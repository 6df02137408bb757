"""Columns of documents that hold ids of accounts or other documents: known by values, whatever they are called."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from sot.model.shares import percent
from sot.read.columns.headers import INNER
from sot.read.columns.system_names import own_system
from sot.read.columns.table import Table
from sot.read.records.foreign_ids import alike, fill
from sot.read.records.record_ids import clean_ids

_FIELDS = {"account": "account_id", "deal": "deal_ref", "project": "project_ref", "invoice": "invoice_ref"}
"""The field of a document that holds the ids of each object."""
_TRIED = 400
_FEWEST = 3
_FIRST, _LEAST = 0.5, 0.8
"""So many of the first values that are looked at must be ids there, and then of all different ones."""
_LONG = 8
"""Numbers of so many digits are not met by chance; shorter ones may be counted from the same start."""
_REPEATED = 0.95
"""Where at most this share of the cells are different values, the column is no counter of its own rows."""


@dataclass(frozen=True)
class _Ids:
    """The ids of one object in one system: `key` (the id in lower case), id, name of the customer."""

    object: str
    system: str
    table: Table
    rows: pl.DataFrame

    def keys(self, cells: pl.Series) -> pl.Series:
        return clean_ids(cells, self.table.ids).str.to_lowercase().alias("key")


def take_document_ids(tables: Sequence[Table]) -> None:
    """Fill the fields of documents that nothing fills from columns of ids: of their account, deal, project or invoice.

    Accounts are those of the document's own system, or of any system where the document's list names none.
    """
    sound = [table for table in tables if not table.source.error and table.frame.height]
    document_tables = [table for table in sound if table.is_document and table.source.object in _FIELDS]
    document_tables += [table for table in sound if table.source.object == "payment"]
    if not document_tables:
        return
    known = list(_known(sound))
    for table in document_tables:
        for ids in _wanted(table, known):
            _take(table, ids)


def _known(tables: Sequence[Table]) -> Iterator[_Ids]:
    """Give the ids of each object in each system."""
    places = sorted(
        {(str(table.source.object), own_system(table)) for table in tables if table.source.object in _FIELDS}
    )
    for kind, system in places:
        own = [
            table for table in tables
            if (table.source.object, own_system(table)) == (kind, system) and table.record_id is not None
        ]  # fmt: skip
        if own:
            parts = [
                pl.DataFrame(
                    [
                        clean_ids(table.frame[str(table.record_id)], table.ids).alias("id"),
                        _customers(table),
                    ]
                )
                for table in own
            ]
            rows = pl.concat(parts).drop_nulls("id").with_columns(key=pl.col("id").str.to_lowercase())
            yield _Ids(kind, system, own[0], rows.unique("key", keep="first", maintain_order=True))


def _wanted(table: Table, known: Sequence[_Ids]) -> list[_Ids]:
    """Give the ids that a document of `table` may name in a field that is empty yet, the most objects first."""
    own = own_system(table)
    systems = {ids.system for ids in known if ids.object == "account"}
    return [
        ids for ids in known
        if ids.object != table.source.object
        and _FIELDS[ids.object] not in table.settings.fields
        and (ids.object != "account" or ids.system == own or own not in systems)
    ]  # fmt: skip


def _take(table: Table, ids: _Ids) -> None:
    field = _FIELDS[ids.object]
    if field in table.fields:
        return
    own = _called_number(table, ids)
    free = [
        column
        for column in table.columns
        if column not in table.taken or column in (*_called_customer(table, ids), *own)
    ]
    candidates = [
        (hits / values, hits, column)
        for column in free
        for hits, values in [_held(table, column, ids)]
        if hits
    ]
    if not candidates:
        return
    share, _, column = max(candidates, key=lambda each: (*each[:2], [-ord(letter) for letter in each[2]]))
    if column in _called_customer(table, ids):
        for known in (table.fields, table.source.fields, table.source.used, table.source.confidence):
            known.pop("account_name", None)
    if column in own:
        # Several payments of one invoice have its number: none is known by it.
        table.record_id = table.source.record_id = None
    fill(table, field, f"{INNER}{field}", column, ids.keys(table.frame[column]), ids.rows)
    table.source.confidence[field] = round(share, 2)
    table.warn(f"'{column}' holds ids: {percent(share, 0)} of its values are {ids.object}s of {ids.system}")


def _called_customer(table: Table, ids: _Ids) -> tuple[str, ...]:
    """Give the column that was taken for the customer's name: it may hold its id."""
    return (
        table.fields["account_name"].columns
        if ids.object == "account" and "account_name" in table.fields
        else ()
    )


def _called_number(table: Table, ids: _Ids) -> tuple[str, ...]:
    """Give the column that was taken for the number of a payment: it may hold that of the invoice that is paid."""
    guessed = table.rules is None and table.settings.record_id is None and table.record_id is not None
    pays = table.source.object == "payment" and ids.object == "invoice"
    return (str(table.record_id),) if guessed and pays else ()


def _held(table: Table, column: str, ids: _Ids) -> tuple[int, int]:
    """Count the different values of a column that are such ids, and all different ones; (0, 1) where too few are."""
    nothing = 0, 1
    some = table.frame[column].drop_nulls().head(_TRIED)
    if some.len() < _FEWEST:
        return nothing
    keys = ids.keys(some)
    if keys.is_in(ids.rows["key"].implode()).sum() < _FIRST * some.len():
        return nothing
    frame = pl.DataFrame([ids.keys(table.frame[column]), _customers(table).alias("own")]).drop_nulls("key")
    values = frame["key"].n_unique()
    pairs = (
        frame.join(ids.rows, on="key").select("key", "own", "id", "name").unique("key", maintain_order=True)
    )
    if pairs.height < max(_FEWEST, _LEAST * values):
        return nothing
    if column in _called_customer(table, ids):
        return pairs.height, values
    named = pairs.filter(pl.col("own").is_not_null() & pl.col("name").is_not_null())
    if named.height >= _FEWEST:
        sure = alike(
            named.select("key", "own", "id", "name").head(_TRIED), frozenset(table.unknown.company_words)
        )
    else:
        numbers = pairs["key"].str.contains(r"^\d+$") & (pairs["key"].str.len_chars() < _LONG)
        sure = not numbers.any() or values <= _REPEATED * frame.height
    return (pairs.height, values) if sure else nothing


def _customers(table: Table) -> pl.Series:
    """Give the name of the customer in each row: of an account its own, of a document that which it holds."""
    return table.cells("name" if table.source.object == "account" else "account_name").alias("name")
