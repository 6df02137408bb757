"""Sheets whose rows are parts of the documents that another sheet of the workbook lists: lines, totals, histories."""

from __future__ import annotations

from collections.abc import Sequence

from sot.read.columns.table import Table

_MOST = 0.9


def leave_out_parts(tables: Sequence[Table]) -> None:
    """Leave out the sheets without a day of their own whose rows have the numbers of invoices in another sheet."""
    listed = [table for table in tables if _is_list(table)]
    for table in tables:
        if (
            table.source.object != "invoice"
            or table.source.sheet is None
            or "date" in table.fields
            or table.shape
        ):
            continue
        whole = next((other for other in listed if _holds(other, table)), None)
        if whole is None:
            continue
        reason = f"parts of the documents in sheet '{whole.source.sheet}', by '{whole.record_id}'"
        table.warn(f"left out: {reason}")
        table.skip(reason, table.frame.height)
        table.frame = table.frame.clear()
        table.source.records = 0


def _is_list(table: Table) -> bool:
    owned = {"account_name", "account_id"} & table.fields.keys()
    return table.source.object == "invoice" and bool(owned) and {"date", "amount"} <= table.fields.keys()


def _holds(other: Table, table: Table) -> bool:
    """Tell whether nearly all numbers of a sheet are those of the documents of another one, which has each once."""
    column = other.record_id
    if other is table or other.source.path != table.source.path or column not in table.columns:
        return False
    own, cells = other.frame[column].drop_nulls(), table.frame[column].drop_nulls()
    known = int(cells.is_in(own.implode()).sum())
    return own.n_unique() == own.len() and cells.len() > 0 and known >= _MOST * cells.len()
