"""Fields of documents that another one stands for where a table has no column of their own."""

from __future__ import annotations

from sot.read.columns.headers import Recipe
from sot.read.columns.table import Table

_STAND_IN = (
    ("project", "date", "start_date"),
    ("project", "planned_end_date", "due_date"),
    ("project", "due_date", "planned_end_date"),
    ("invoice", "date", "created_date"),
    ("payment", "date", "created_date"),
    ("deal", "date", "due_date"),
    ("invoice", "amount", "net_amount"),
    ("payment", "amount", "net_amount"),
    ("project", "amount", "net_amount"),
    ("deal", "amount", "net_amount"),
)
"""Object, field, and the field whose column it takes."""
_SURE = 0.8
"""A date that no more than part of a header names ("Refunded date") gives way to the day of entry."""


_OF_THE_BANK = ("open_amount", "paid_amount", "doc_type", "status", "number")
"""What such columns of a bank's list say is of the account and the way of paying, not of a customer."""
_CODE = r"^[\d\s./-]*$"


def forget_the_banks(table: Table) -> None:
    """Drop the balance and the kind of booking of a bank's list, and its own account where a customer should be."""
    if not table.moves:
        return
    for name in _OF_THE_BANK:
        if name not in table.settings.fields:
            table.fields.pop(name, None)
    owner = table.fields.get("account_name")
    if owner is not None:
        cells = table.frame.select(owner.expression().alias("name"))["name"].drop_nulls()
        if cells.len() and bool(cells.str.contains(_CODE).all()):
            del table.fields["account_name"]


def fill_fields(table: Table) -> None:
    """Let fields stand in for those that are missing; the expected closing day of a deal for one that is open."""
    fields, confidence = table.fields, table.source.confidence
    for kind, name, other in _STAND_IN:
        if table.source.object == kind and name not in fields and other in fields:
            fields[name] = fields[other]
            confidence[name] = confidence.get(other, 1.0)
    if table.source.object == "project" and "name" not in fields and "order_ref" in fields:
        fields["name"] = fields.pop("order_ref")
        confidence["name"] = confidence.pop("order_ref", 1.0)
    named = confidence.get("date", 1.0)
    if table.source.object in ("invoice", "payment") and named < _SURE < confidence.get("created_date", 0.0):
        fields["date"] = fields["created_date"]
    if table.source.object == "deal" and "due_date" in fields and "date" in fields:
        closed, expected = fields["date"], fields["due_date"]
        if closed.how != "all" and not set(expected.columns) & set(closed.columns):
            fields["date"] = Recipe((*closed.columns, *expected.columns), "first")
