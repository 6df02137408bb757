"""Customers that documents name and the list of their system lacks: lists leave out who is archived or new."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from sot.model.counts import counted
from sot.read.columns.headers import INNER
from sot.read.columns.table import Table
from sot.read.records.accounts import customers_by_ids
from sot.read.records.documents import LINK
from sot.read.records.link_documents import (
    BARE_WAYS,
    BareNames,
    folded,
    number_and_name,
    once_in_system,
    signs_alone,
)

_OF = ("deal", "project", "invoice")
"""Payments and contacts name anybody: a tax office, a private mailbox."""
_WAYS = ("name", "trade_name", "account_number", "record_id")


def unlisted(
    tables: Sequence[tuple[Table, pl.DataFrame]], listed: Sequence[pl.DataFrame], bare: BareNames
) -> pl.DataFrame | None:
    """Give the records of customers that `tables` (each with its documents) name and no list of their system has.

    `listed` are the accounts of all lists. Names that were taken out of other texts make no customers.
    """
    sought = [
        (table, rows.select("system", LINK, "account_name").unique().drop_nulls("account_name"))
        for table, rows in tables
        if table.source.object in _OF and not table.fields["account_name"].columns[0].startswith(INNER)
    ]
    if not sought:
        return None
    accounts = pl.concat(listed, how="diagonal_relaxed")
    names = _lost(pl.concat([rows for _, rows in sought]).unique(), accounts, bare)
    made = []
    for table, _ in sought if names.height else ():
        rows = customers_by_ids(table).join(
            names,
            left_on=["system", folded("name"), pl.col("record_id").str.to_lowercase()],
            right_on=["system", "#name", LINK],
            how="semi",
            nulls_equal=True,
        )
        if rows.height:
            subject = counted(rows.select(folded("name").n_unique()).item(), "customer is", "customers are")
            table.warn(f"{subject} taken from these rows: they are not in the list of {table.source.system}")
            made.append(rows)
    return once_in_system(pl.concat(made, how="diagonal_relaxed")) if made else None


def _lost(sought: pl.DataFrame, accounts: pl.DataFrame, bare: BareNames) -> pl.DataFrame:
    """Give `system`, `#name` and LINK of those that no account of their system has in any way of linking documents."""
    rest = sought.with_columns(folded("account_name").alias("#name"), pl.col(LINK).str.to_lowercase())
    have = [name for name in _WAYS if name in accounts.columns]
    for name in have:
        texts = accounts.select("system", text=folded(name)).drop_nulls().unique()
        rest = rest.join(texts, left_on=["system", "#name"], right_on=["system", "text"], how="anti")
        if name in ("account_number", "record_id"):
            ids = texts.rename({"text": LINK})
            rest = rest.join(ids, on=["system", LINK], how="anti")
    if not rest.height:
        return rest.select("system", "#name", LINK)
    accounts = bare.beside(accounts.join(rest, on="system", how="semi"), "name")
    rest = bare.beside(rest, "#name")
    ways = [*BARE_WAYS]
    for number in ("account_number", "record_id"):
        if number in have:
            both = number_and_name(pl.col(number), pl.col("name"))
            ways += [(text, signs_alone(pl.col("#name"))) for text in both]
    for text, key in ways:
        known = accounts.select("system", text=text).drop_nulls().unique()
        rest = rest.join(known, left_on=["system", key], right_on=["system", "text"], how="anti")
    return rest.select("system", "#name", LINK).unique()
