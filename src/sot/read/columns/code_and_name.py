"""Cells with the code and the name of a customer in one: "1300 Vale Robotics" is the name beside its code."""

from __future__ import annotations

import polars as pl

from sot.read.columns.cell_patterns import sample_of
from sot.read.columns.headers import INNER, Recipe
from sot.read.columns.table import Table

CODE, NAME = f"{INNER}code of a name", f"{INNER}name behind its code"
_CELLS = (
    r"^(?P<code>[A-Z]{0,4}-?\d{3,})\s*(?:[-–:|/]\s*|\s)(?P<name>\p{L}.*\p{L}.*)$",
    r"^(?P<name>\p{L}.*\p{L}.*?)\s*[(\[](?P<code>[A-Z]{0,4}-?\d{3,})[)\]]$",
)
_FEW, _MOST = 3, 0.95


def take_code_and_name(table: Table) -> dict[str, str]:
    """Take customers apart where all cells have both, each code with one name; give how that is shown.

    Names that begin with a number of their own (1822direkt, 3M) are not all so, and their numbers are not as long.
    """
    listed = table.source.object == "account"
    field = "name" if listed else "account_name"
    source = table.fields.get(field)
    known = table.record_id is not None if listed else "account_id" in table.fields
    chosen = {field, "account_id"} & table.settings.fields.keys()
    if table.shape is not None or not (listed or table.is_document) or chosen or source is None or known:
        return {}
    column = source.columns[0]
    if len(source.columns) > 1 or column.startswith(INNER):
        return {}
    values = sample_of(table.frame, column)
    like = next((cell for cell in _CELLS if bool(values.str.contains(cell).all())), None)
    if values.len() < _FEW or like is None:
        return {}
    parts = pl.col(column).str.strip_chars().str.extract_groups(like)
    split = table.frame.select(
        code=parts.struct.field("code"),
        name=parts.struct.field("name"),
        whole=pl.col(column).str.strip_chars(),
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
    table.fields[field] = Recipe((NAME,))
    if listed:
        table.record_id, table.source.record_id = CODE, column
        return {"name": f"the name in '{column}'"}
    table.fields["account_id"] = Recipe((CODE,))
    return {"account_id": f"the code in '{column}'", "account_name": f"the name in '{column}'"}
