"""Customers of documents by another column of their system's list: programs write "CUST0003 Acme" there."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from sot.model.shares import percent
from sot.read.columns.headers import INNER, Recipe
from sot.read.columns.table import Table
from sot.read.records.record_ids import clean_ids

_FEW, _LEAST, _MOST, _OWN = 3, 0.8, 0.5, 0.95
"""So many different names are needed; such a share of them must be in the other column, and no more by name already."""
_LETTERS = r"\p{L}{2}"


def take_other_names(tables: Sequence[Table]) -> None:
    """Give documents whose customers go by what another column of the list of customers holds the ids of those."""
    sound = [
        table for table in tables if not table.source.error and table.frame.height and table.source.system
    ]
    lists = [table for table in sound if table.source.object == "account" and table.record_id is not None]
    for table in sound:
        if table.is_document and "account_name" in table.fields and "account_id" not in table.fields:
            own = [other for other in lists if other.source.system == table.source.system]
            _take(table, own)


def _take(table: Table, lists: Sequence[Table]) -> None:
    named = table.frame.select(_folded(table.fields["account_name"].expression()).alias("key"))["key"]
    wanted = named.drop_nulls().unique()
    if wanted.len() < _FEW or not lists:
        return
    known = pl.concat([_names(table) for table in lists]).unique()
    if int(wanted.is_in(known.implode()).sum()) > _MOST * wanted.len():
        return
    best = max(
        (_column(table, column, wanted) for table in lists for column in _texts(table)),
        default=None,
        key=_hits,
    )
    if best is None or best[0] < _LEAST * wanted.len():
        return
    hits, column, ids = best
    joined = pl.DataFrame({"key": named}).join(ids, on="key", how="left", maintain_order="left")
    table.frame = table.frame.with_columns(joined["id"].alias(f"{INNER}account_id"))
    table.fields["account_id"] = Recipe((f"{INNER}account_id",))
    table.warn(
        f"customers are named as in '{column}' of their list: {percent(hits / wanted.len(), 0)} of the names are there"
    )


def _hits(candidate: tuple[int, str, pl.DataFrame]) -> tuple[int, str]:
    return candidate[0], candidate[1]


def _folded(text: pl.Expr) -> pl.Expr:
    return text.str.strip_chars().str.to_lowercase()


def _names(table: Table) -> pl.Series:
    held = [table.fields[name].expression() for name in ("name", "trade_name") if name in table.fields]
    return pl.concat(
        [table.frame.select(_folded(expression).alias("key"))["key"].drop_nulls() for expression in held]
        or [pl.Series("key", [], dtype=pl.String)]
    )


def _texts(table: Table) -> list[str]:
    """Give the columns that hold a text of its own in nearly every row."""
    columns = []
    for column in table.columns:
        cells = table.frame[column].drop_nulls()
        if column != table.record_id and cells.len() > _FEW and cells.n_unique() >= _OWN * cells.len():
            columns += [column] if int(cells.str.contains(_LETTERS).sum()) >= _OWN * cells.len() else []
    return columns


def _column(table: Table, column: str, wanted: pl.Series) -> tuple[int, str, pl.DataFrame]:
    """Give how many of the wanted names a column holds, and the ids beside those that one row alone has."""
    ids = clean_ids(table.frame[str(table.record_id)], table.ids)
    rows = pl.DataFrame(
        [table.frame[column].str.strip_chars().str.to_lowercase().alias("key"), ids.alias("id")]
    )
    alone = rows.drop_nulls().filter(pl.len().over("key") == 1)
    return int(wanted.is_in(alone["key"].implode()).sum()), column, alone
