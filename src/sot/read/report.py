"""What was understood of each file or sheet, as plain values for `sot inspect`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from sot.model.sources import Import, Source
from sot.model.tables import ACCOUNT_FIELDS, DOCUMENT_FIELDS
from sot.read.table import DOCUMENTS

SAMPLES = 50


def inspection(found: Import) -> list[dict[str, Any]]:
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
            "fields": dict(sorted(source.fields.items())),
            "encoding": source.encoding,
            "delimiter": source.delimiter,
            "header_row": source.header_row,
            "skipped": dict(sorted(source.skipped.items())),
            "warnings": source.warnings,
            "error": source.error,
            "sample": sample_rows(found, source),
        }
        for source in found.sources
    ]


def sample_rows(found: Import, source: Source) -> list[dict[str, Any]]:
    """Give the first rows of a source as they were read: record_id, and the text of each canonical field."""
    document = source.object in DOCUMENTS
    table: pl.DataFrame = found.documents if document else found.records
    fields = DOCUMENT_FIELDS if document else ACCOUNT_FIELDS
    same_sheet = pl.col("sheet").eq_missing(pl.lit(source.sheet, dtype=pl.String))
    rows = table.filter((pl.col("source") == source.path) & same_sheet).sort("row", "record_id").head(SAMPLES)
    return [
        {"record_id": row["record_id"], "values": _filled(row, fields)} for row in rows.iter_rows(named=True)
    ]


def _filled(row: dict[str, Any], fields: Sequence[str]) -> dict[str, str]:
    return {name: row[name] for name in fields if row[name] is not None}
