"""Timesheets: lists of hours that repeat a project in many rows, whose ids are those of the entries."""

from __future__ import annotations

import polars as pl

from sot.read.columns.headers import words
from sot.read.columns.table import Table

_PROJECTS = 0.67
"""So few projects for so many rows are those of a timesheet."""
_OF_A_PROJECT = ("account_name", "name", "number")


def projects_of_hours(table: Table) -> pl.Series | None:
    """Give the project of each row of a timesheet, None where an unknown list is none."""
    if table.shape is not None or table.source.object != "project" or "planned_end_date" in table.fields:
        return None
    hours = {word for phrase in table.unknown.hours for word in words(phrase)}
    timed = any(hours & set(words(column)) for column in table.columns)
    if not timed or not {"account_name", "name"} <= table.fields.keys() or not table.frame.height:
        return None
    parts = [table.fields[name].expression().alias(name) for name in _OF_A_PROJECT if name in table.fields]
    keys = table.frame.select(pl.struct(parts).alias("project"))["project"]
    return keys if keys.n_unique() <= _PROJECTS * keys.len() else None


def forget_entries(table: Table) -> None:
    """Let the ids of entries be no ids of projects."""
    if "name" not in table.settings.fields and projects_of_hours(table) is not None:
        table.record_id = table.source.record_id = None
