"""Reading the tables of a truth and of a run, as text."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from sot.errors import InputError


def read_table(path: Path, columns: tuple[str, ...], what: str) -> pl.DataFrame:
    """Give the columns of a CSV as text; `what` names the table in the error where it can't be read or lacks one."""
    try:
        table = pl.read_csv(path, infer_schema=False, empty_string_is_null=False, encoding="utf8")
    except FileNotFoundError as error:
        raise InputError(f"{path}: there is no such file") from error
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(f"{path}: the {what} can't be read: {str(error).splitlines()[0]}") from error
    missing = [name for name in columns if name not in table.columns]
    if missing:
        raise InputError(
            f"{path}: this {what} has no column {', '.join(missing)}; it has {', '.join(table.columns)}",
            f"it must have {', '.join(columns)}",
        )
    return table.select(columns)
