"""Tables that hold no customer and no document of one: left out, with the reason, or refused."""

from __future__ import annotations

from pathlib import PurePath

from sot.model.decisions import DOCUMENT_OBJECTS
from sot.read.columns.table import DOCUMENTS, Table

_NOBODYS = (
    "no column names a customer, or a document of one; "
    "name it in sot.yaml: sources, the file, fields, account_name"
)
_OWNED = {"account_name", "account_id", "name", "deal_ref", "project_ref", "order_ref", "invoice_ref"}
"""Fields of a document by which it can belong to a customer: itself, or through the document that it names."""
_DATED = {"amount", "date"}
"""What documents have at the least that nothing names a customer of."""


def leave_out(table: Table, reason: str) -> None:
    """Leave out all rows of the table, and say why."""
    table.warn(f"left out: {reason}")
    table.skip(reason, table.frame.height)
    table.frame = table.frame.clear()


def require_customers(table: Table, names: list[str], *, beside_others: bool) -> None:
    """Say so where a table holds nothing that could be a customer; documents are left out beside others."""
    source = table.source
    key = "account_name" if source.object in DOCUMENTS else "name"
    if not table.frame.height:
        source.warnings.append("there are no rows below the header")
    elif table.moves or (source.object in DOCUMENTS and _OWNED & table.fields.keys()):
        return
    elif key not in table.fields and source.object in DOCUMENT_OBJECTS and beside_others:
        leave_out(table, _NOBODYS)
    elif table.record_id is not None and source.object in DOCUMENT_OBJECTS and table.fields.keys() >= _DATED:
        return
    elif key not in table.fields:
        shown = ", ".join(f"'{name}'" for name in names[:30])
        source.error = (
            f"no column could be a company's name; its columns are {shown}. Name it in sot.yaml: "
            f"sources: {{{PurePath(source.path).name}: {{fields: {{name: COLUMN}}}}}}"
        )
    elif not table.frame.select(table.fields[key].expression().is_not_null().any()).item():
        source.error = f"the name column '{table.fields[key]}' is empty in every row"
