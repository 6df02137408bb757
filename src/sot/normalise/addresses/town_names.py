"""Towns by their other names: other languages, own scripts, former names."""

from __future__ import annotations

import gzip
import zlib
from functools import lru_cache
from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError

from sot.errors import RulesError

FILE = "naming/town_names.csv.gz"


def town_names(path: Path) -> pl.DataFrame:
    """Give (name, town): other names of towns, folded, each once; RulesError if the file is no such table.

    A file that is as it was before is not read again.
    """
    try:
        state = path.stat()
    except OSError as error:
        raise _unreadable(path, error) from error
    return _read(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=1)
def _read(path: Path, _changed: int, _size: int) -> pl.DataFrame:
    try:
        data = path.read_bytes()
        text = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
        table = pl.read_csv(text, schema={"name": pl.String, "town": pl.String})
    except (OSError, EOFError, zlib.error, PolarsError) as error:
        raise _unreadable(path, error) from error
    if table["name"].n_unique() < table.height or table.null_count().sum_horizontal().item():
        nothing = pl.any_horizontal(pl.col("name", "town").is_null())
        wrong = table.with_row_index("line", offset=2).filter(nothing | pl.col("name").is_duplicated())
        line, name, town = wrong.row(0)
        what = f"'{name or ''}' is a name of '{town or ''}': each name occurs once, with its town"
        raise RulesError(f"{path}:{line}: {what}", "the columns are name and town")
    return table


def _unreadable(path: Path, error: Exception) -> RulesError:
    return RulesError(
        f"{path}: can't be read as a table of names of towns: {error}", "the columns are name and town"
    )
