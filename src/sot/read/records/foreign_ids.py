"""Columns of account lists that hold the ids of another system: known by their values, whatever they are called."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from sot.model.shares import percent
from sot.read.columns.headers import INNER, Recipe, words
from sot.read.columns.system_names import own_system
from sot.read.columns.table import Table
from sot.read.records.record_ids import clean_ids

FOREIGN = f"{INNER}foreign"
"""The column of the ids that another system has for the customers of a table."""
_TRIED = 400
_FIRST, _LEAST = 0.3, 0.5
"""So many of the first values that are looked at must be ids of the other system, and then of all."""
_FEWEST = 2
_ALIKE = 0.5
"""So many of the customers that a column leads to must have a word of their name in common."""
_UNIQUE = 0.9
_SHORT = 3
_OWN_FORM = re.compile(r"(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?=.*\d)(?=.*[a-z])[a-z0-9]{12,}")
"""Ids that no two systems have by chance."""


@dataclass(frozen=True)
class _Ids:
    """The accounts of a system: `key` (the id in lower case), id and name."""

    table: Table
    accounts: pl.DataFrame

    def keys(self, cells: pl.Series) -> pl.Series:
        return clean_ids(cells, self.table.ids).str.to_lowercase().alias("key")


@dataclass(frozen=True)
class _Found:
    """A column, the system whose ids it holds, and how many of its values are such ids."""

    column: str
    system: str
    hits: int
    values: int


def take_foreign_ids(tables: Sequence[Table]) -> None:
    """Take the external id of every account list from the column that holds most ids of another system.

    Ids are put into the form of the system that they belong to. Short numbers may be the same by chance, so the names
    of the customers must agree.
    """
    lists = [table for table in tables if table.source.object == "account" and not table.source.error]
    lists = [table for table in lists if table.frame.height]
    systems = {own_system(table) for table in lists if table.record_id is not None}
    if not systems or len({own_system(table) for table in lists}) < _FEWEST:
        return
    known = {system: _ids(system, lists) for system in sorted(systems)}
    for table in lists:
        if "external_id" not in table.settings.fields and table.system_column is None:
            _take(table, {name: ids for name, ids in known.items() if name != own_system(table)})


def _ids(system: str, lists: Sequence[Table]) -> _Ids:
    own = [table for table in lists if own_system(table) == system and table.record_id is not None]
    parts = []
    for table in own:
        ids = clean_ids(table.frame[str(table.record_id)], table.ids).alias("id")
        parts.append(pl.DataFrame([ids.str.to_lowercase().alias("key"), ids, table.cells("name")]))
    rows = pl.concat(parts).drop_nulls("key").unique("key", keep="none")
    return _Ids(own[0], rows)


def _take(table: Table, known: Mapping[str, _Ids]) -> None:
    chosen = table.fields["external_id"].columns if "external_id" in table.fields else ()
    number = table.fields["account_number"].columns if "account_number" in table.fields else ()
    columns = [
        column for column in table.columns if column not in table.taken or column in (*chosen, *number)
    ]
    columns = [column for column in columns if column != table.record_id]
    candidates = [
        held for column in columns for name, ids in known.items() if (held := _held(table, column, name, ids))
    ]
    if not candidates:
        return
    best = max(candidates, key=lambda held: (held.hits, held.column in chosen, held.system))
    ids = known[best.system]
    fill(table, "external_id", FOREIGN, best.column, ids.keys(table.frame[best.column]), ids.accounts)
    table.source.confidence["external_id"] = round(best.hits / best.values, 2)
    table.warn(
        f"'{best.column}' holds ids of {best.system}: {percent(best.hits / best.values, 0)} of its values are ids there"
    )


def fill(table: Table, name: str, inner: str, column: str, keys: pl.Series, known: pl.DataFrame) -> None:
    """Fill the field `name` from a column of ids, as its system writes them: `known` has the id of each key.

    `keys` are the keys of the column's cells, `inner` the column that the ids are put into.
    """
    own = pl.DataFrame([keys]).join(known, on="key", how="left", maintain_order="left")["id"]
    raw = table.frame[column].str.strip_chars()
    table.frame = table.frame.with_columns(own.zip_with(own.is_not_null(), raw).alias(inner))
    table.fields[name] = Recipe((inner,))
    table.within.add(column)
    table.source.taken |= {column}
    table.source.fields[name] = table.source.used[name] = column


def _held(table: Table, column: str, system: str, ids: _Ids) -> _Found | None:
    """Tell whether a column holds ids of a system: most of its values are such, and lead to customers of like names."""
    filled = table.frame[column].drop_nulls()
    some = filled.head(_TRIED)
    if (
        some.len() < _FEWEST
        or ids.keys(some).is_in(ids.accounts["key"].implode()).sum() < _FIRST * some.len()
    ):
        return None
    frame = pl.DataFrame([ids.keys(table.frame[column]), table.cells("name").alias("own")]).drop_nulls("key")
    different = frame["key"].n_unique()
    pairs = frame.join(ids.accounts, on="key")
    hits = pairs["key"].n_unique()
    if different < _UNIQUE * frame.height or hits < max(_FEWEST, _LEAST * different):
        return None
    if not alike(pairs.head(_TRIED), frozenset(table.unknown.company_words)):
        return None
    return _Found(column, system, hits, different)


def alike(pairs: pl.DataFrame, common: frozenset[str]) -> bool:
    """Tell whether the customers that ids lead to have like names, or the ids are of a form that is no chance."""
    if all(_OWN_FORM.fullmatch(key) for key in pairs["key"]):
        return True
    # In lower case: "GmbH" is one word, where a header in two cases would be two.
    named = [
        (set(words(own.lower())), set(words(other.lower())))
        for _, own, _, other in pairs.rows()
        if own and other
    ]
    alike = sum(
        any(len(word) >= _SHORT and word not in common for word in own & other) for own, other in named
    )
    return bool(named) and alike >= _ALIKE * len(named)
