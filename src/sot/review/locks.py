"""Which columns of a record a golden field is locked by."""

from __future__ import annotations

from sot.model.decisions import LOCKABLE, SURVIVOR
from sot.review.cases import Case

READ_FROM_NAME = "legal_form"
"""No column of its own: it is read off the name."""


def columns_of(field: str) -> tuple[str, ...]:
    """Give the columns of a record that hold a golden field."""
    if field == READ_FROM_NAME:
        return ("name",)
    return tuple(column for column, locked in LOCKABLE.items() if locked == field)


def field_of(column: str, case: Case) -> str | None:
    """Give the golden field that pointing at `column` locks: the one that the case asks about first."""
    if column == SURVIVOR:
        return None if case.of_documents else SURVIVOR
    if case.field is not None and column in columns_of(case.field):
        return case.field
    return None if case.of_documents else LOCKABLE.get(column)
