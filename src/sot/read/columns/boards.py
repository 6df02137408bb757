"""Boards: lists of tasks whose rows are the projects, each with a customer of its own."""

from __future__ import annotations

import polars as pl

from sot.read.columns.header_vocabulary import vocabulary_of
from sot.read.columns.headers import Recipe, fold, recipe
from sot.read.columns.table import Table

_CUSTOMERS = 3
"""What its rows share names no project if they are of so many customers …"""
_ROWS_EACH = 5
"""… and there are at most so many rows for each: the tickets of a help desk are more."""
_MOST, _FILLED = 0.8, 0.5


def take_board(table: Table) -> None:
    """Let every row be a thing of its own where the rows that the rules put together have many customers."""
    customer = _customer(table)
    if customer is not None:
        _split(table, customer)


def take_late_board(table: Table) -> None:
    """Do the same for a table that is mapped already, whose customers only another system's list has shown."""
    board = table.shape.board if table.shape else None
    if board is None or not _split(table, table.fields["account_name"]):
        return
    present = {fold(name): name for name in reversed(table.columns)}
    for field, headers in board.fields.items():
        made = next((made for made in (recipe(each, present) for each in headers) if made is not None), None)
        if made is not None:
            table.fields[field] = made
            table.source.fields[field] = table.source.used[field] = made.columns[0]
            table.source.confidence[field] = 1.0
    table.record_id = next((name for name in map(table.column, board.record_id) if name), None)
    table.source.record_id = table.record_id


def _split(table: Table, customer: Recipe) -> bool:
    """Let every row be a thing of its own, if they are of many customers, and tell whether they are."""
    shape = table.shape
    if shape is None or shape.board is None or not table.frame.height:
        return False
    parts = [name for name in map(table.column, shape.board.part) if name is not None]
    whole = table.frame.filter(
        pl.all_horizontal([pl.col(name).is_null() for name in parts] or [pl.lit(True)])
    )
    if not _each_its_own(table, whole, customer):
        return False
    table.skip("part of another row", table.frame.height - whole.height)
    table.frame = whole
    fields = {name: recipe_ for name, recipe_ in shape.fields.items() if name not in shape.board.fields}
    table.shape = shape.model_copy(
        update={
            "record_id": shape.board.record_id,
            "fields": {**fields, **shape.board.fields},
            "one_per": (),
            "board": None,
        }
    )
    return True


def _customer(table: Table) -> Recipe | None:
    """Give what holds the customer of a row."""
    present = {fold(name): name for name in reversed(table.columns)}
    written = table.shape.fields.get("account_name", ()) if table.shape else ()
    named = next((made for made in (recipe(each, present) for each in written) if made is not None), None)
    return named or _by_words(table)


def _by_words(table: Table) -> Recipe | None:
    """Give the column that somebody added for the customer, in any language: Kunde, Cliente (short text)."""
    words = vocabulary_of(table.unknown)
    own = [name for name in table.columns if words.strength(name, "d.account_name") >= table.unknown.gate]
    return recipe(own[0], {fold(name): name for name in own}) if len(own) == 1 else None


def _each_its_own(table: Table, whole: pl.DataFrame, customer: Recipe) -> bool:
    """Tell rows of many customers that are put together from the tasks of one project."""
    wanted = {fold(name) for name in (table.shape.one_per if table.shape else ())}
    shared = [name for name in table.columns if fold(name) in wanted]
    rows = whole.select(*shared, **{"#customer": customer.expression()}).drop_nulls("#customer")
    if rows.height < max(_FILLED * whole.height, _CUSTOMERS):
        return False
    counted = (
        rows.group_by(shared).agg(rows=pl.len(), customers=pl.col("#customer").n_unique())
        if shared
        else rows.select(rows=pl.len(), customers=pl.col("#customer").n_unique())
    )
    mixed = counted.filter(
        (pl.col("customers") >= _CUSTOMERS) & (pl.col("rows") <= _ROWS_EACH * pl.col("customers"))
    )
    return int(mixed["rows"].sum()) >= _MOST * rows.height
