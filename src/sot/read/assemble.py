"""All understood tables put together: the records of every system, their keys, and the documents tied to them."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from sot.model.tables import DOCUMENTS, RECORDS, empty
from sot.read.documents import documents
from sot.read.keys import complete, keyed
from sot.read.links import derivation_order, link, one_per_customer
from sot.read.records import account_records, document_customers
from sot.read.table import Table
from sot.rules.project import Settings
from sot.rules.systems import UnknownRules

_DOCUMENTS = ("contact", "deal", "project", "invoice", "payment")


def assemble(
    tables: Sequence[Table], unknown: UnknownRules, settings: Settings
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give RECORDS (with `id_repeated`) and DOCUMENTS of all tables."""
    sources = {table.source.path: table.source for table in tables}
    found, papers = [], []
    listed: set[str] = set()
    for table in tables:
        if table.source.object == "account" and table.frame.height:
            records = account_records(table)
            listed |= set(records["system"].unique())
            found.append(records)
    for table in sorted(tables, key=lambda one: (derivation_order(one.source.object or ""), one.source.path)):
        if table.source.object in _DOCUMENTS and table.frame.height:
            papers.append(documents(table, unknown))
            table.source.records = papers[-1].height
        if table.source.object not in (None, "account") and table.source.system not in listed:
            found += _derived(table, papers)
    records = complete(keyed(pl.concat(found, how="diagonal_relaxed"), sources)) if found else _none()
    return records, _linked(papers, records)


def _derived(table: Table, papers: list[pl.DataFrame]) -> list[pl.DataFrame]:
    if not {"account_name", "name"} & table.fields.keys() or not table.frame.height:
        return []
    rows = document_customers(table)
    if "name" not in rows.columns:
        return []
    own_id = table.source.object == "project" and table.record_id is not None
    if own_id:
        papers[-1] = papers[-1].with_columns(pl.col("record_id").alias("customer_id"))
        return [rows]
    if table.source.object != "bi_table":
        link_id = papers[-1]["#link"] if "#link" in papers[-1].columns else None
        rows = rows.with_columns(
            (link_id if link_id is not None else pl.lit(None, dtype=pl.String)).alias("record_id")
        )
    return [one_per_customer(rows)]


def _linked(papers: list[pl.DataFrame], records: pl.DataFrame) -> pl.DataFrame:
    if not papers:
        return empty(DOCUMENTS)
    whole = link(pl.concat(papers, how="diagonal_relaxed"), records)
    return whole.select(list(DOCUMENTS)).sort(
        "system", "object", "record_id", "source", "sheet", "row", nulls_last=True
    )


def _none() -> pl.DataFrame:
    return empty({**RECORDS, "id_repeated": pl.Boolean})
