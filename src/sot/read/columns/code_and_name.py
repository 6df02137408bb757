"""Cells with the code and the name of a customer in one: "1300 Vale Robotics" is the name beside its code."""

from __future__ import annotations

import polars as pl

from sot.read.columns.cell_patterns import sample_of
from sot.read.columns.headers import INNER, Recipe
from sot.read.columns.table import Table

CODE, NAME = f"{INNER}code of a name", f"{INNER}name behind its code"
_CELL = r"^([A-Z]{0,4}-?\d{3,})\s*(?:[-–:|/]\s*|\s)(\p{L}.*\p{L}.*)$"
_FEW, _MOST = 3, 0.95


def take_code_and_name(table: Table) -> dict[str, str]:
    """Take the customers of documents apart where all cells have both, each code with one name; give how that is shown.

    Names that begin with a number of their own (1822direkt, 3M) are not all so, and their numbers are not as long.
    """
    source = table.fields.get("account_name")
    chosen = {"account_name", "account_id"} & table.settings.fields.keys()
    if (
        table.shape is not None
        or not table.is_document
        or chosen
        or source is None
        or "account_id" in table.fields
    ):
        return {}
    column = source.columns[0]
    if len(source.columns) > 1 or column.startswith(INNER):
        return {}
    values = sample_of(table.frame, column)
    if values.len() < _FEW or int(values.str.contains(_CELL).sum()) < values.len():
        return {}
    cells = pl.col(column).str.strip_chars()
    split = table.frame.select(
        code=cells.str.extract(_CELL, 1), name=cells.str.extract(_CELL, 2), whole=cells
    )
    filled = split.drop_nulls("whole")
    different = filled.select("code", "name").drop_nulls().unique()
    if (
        filled["code"].null_count() > (1 - _MOST) * filled.height
        or different["code"].n_unique() < different.height
        or different["code"].str.len_chars().n_unique() > 1
    ):
        return {}
    named = pl.coalesce(split["name"], split["whole"])
    table.frame = table.frame.with_columns(split["code"].alias(CODE), pl.select(named.alias(NAME))[NAME])
    table.within.add(column)
    table.fields |= {"account_id": Recipe((CODE,)), "account_name": Recipe((NAME,))}
    return {"account_id": f"the code in '{column}'", "account_name": f"the name in '{column}'"}
