"""What was understood of each file or sheet, as plain values for `sot inspect`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from sot.model.sources import Import, Source
from sot.model.tables import ACCOUNT_FIELDS, DOCUMENT_FIELDS
from sot.read.columns.table import DOCUMENTS

SAMPLES = 50
_AT = "#at"
_FIRST = pl.col("row") <= pl.col("row").bottom_k(SAMPLES).max()


def inspection(imported: Import) -> list[dict[str, Any]]:
    """Give one object per file or sheet, with the keys that `sot inspect --json` prints."""
    return [
        {
            "path": source.path,
            "sheet": source.sheet,
            "system": source.system,
            "department": source.department,
            "object": source.object,
            "records": source.records,
            "record_id": source.record_id,
            "fields": dict(sorted(source.used.items())),
            "encoding": source.encoding,
            "delimiter": source.delimiter,
            "header_row": source.header_row,
            "skipped": dict(sorted(source.skipped.items())),
            "warnings": source.warnings,
            "error": source.error,
            "documents": counts(imported, source),
            "sample": sample_rows(imported, source),
        }
        for source in imported.sources
    ]


def counts(imported: Import, source: Source) -> dict[str, dict[str, int]]:
    """Count the documents of a source by their object, type and state; what has none stands under "none"."""
    if source.object not in (*DOCUMENTS, "bi_table"):
        return {}
    rows = _of(imported.documents, source, pl.lit(True))
    return {
        name: dict(sorted(rows[name].fill_null("none").value_counts().rows()))
        for name in ("object", "document_type", "state")
    }


def sample_rows(imported: Import, source: Source) -> list[dict[str, Any]]:
    """Give the first rows of a source as they were read: record_id, and the text of each canonical field."""
    if source.object not in DOCUMENTS:
        customers = _of(imported.records, source, _FIRST).head(SAMPLES)
        return [_row(row, ACCOUNT_FIELDS) for row in customers.iter_rows(named=True)]
    documents = _of(imported.documents, source, _FIRST).head(SAMPLES)
    # What a document's row says of its customer stands in the customer's record.
    customers = _of(imported.records, source, pl.col("row").is_in(documents["row"].implode()))
    beside = {row["row"]: _row(row, ACCOUNT_FIELDS)["values"] for row in customers.iter_rows(named=True)}
    rows = []
    for row in documents.iter_rows(named=True):
        own = _row(row, DOCUMENT_FIELDS)
        rows.append(
            {**own, "values": {**own["values"], **_others(beside.get(row["row"], {}), own["values"])}}
        )
    return rows


def _of(table: pl.DataFrame, source: Source, rows: pl.Expr) -> pl.DataFrame:
    """Give those of a source's rows for which `rows` holds, in order."""
    same_sheet = pl.col("sheet").eq_missing(pl.lit(source.sheet, dtype=pl.String))
    places = table.select("source", "sheet", "row").with_row_index(_AT)
    places = places.filter((pl.col("source") == source.path) & same_sheet).filter(rows)
    return table[places[_AT]].sort("row", "record_id")


def _row(row: dict[str, Any], fields: Sequence[str]) -> dict[str, Any]:
    return {
        "record_id": row["record_id"],
        "values": {name: row[name] for name in fields if row[name] is not None},
    }


def _others(customer: dict[str, str], document: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in customer.items() if name not in document and name != "name"}
