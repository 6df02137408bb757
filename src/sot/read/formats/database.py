"""Tables and queries of databases, read as text: PostgreSQL, SQLite and DuckDB."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote

import polars as pl

from sot.errors import InputError
from sot.model.addresses import SERVERS, is_database, shown, split, without_secrets
from sot.read.formats.grid import Grid, named_grid

_QUERY = re.compile(r"^\s*(select|with)\b", re.IGNORECASE)

Run = Callable[[str], pl.DataFrame]
"""Gives the result of a query."""


def database_grids(path: str) -> Iterator[Grid]:
    """Give a grid for the table or query after `#`; for a file without `#`, one for each of its tables."""
    address, _, wanted = path.partition("#")
    wanted = unquote(wanted)
    scheme = address.split("://", 1)[0].lower() if is_database(path) else ""
    if scheme in SERVERS and split(path) is None:
        raise InputError(
            f"{shown(path)}: this address can't be read; in user and password write @ as %40, # as %23, / as %2F, "
            "? as %3F, : as %3A and % as %25"
        )
    try:
        if scheme in SERVERS:
            yield from _postgresql(address, wanted)
        else:
            file = Path(unquote(address.split("://", 1)[1]) if scheme else address)
            yield from _file(file, wanted)
    except InputError:
        raise
    except Exception as error:  # every driver has errors of its own; none may show the password
        raise InputError(f"{shown(path)}: {without_secrets(str(error), address)}") from None


def _postgresql(address: str, wanted: str) -> Iterator[Grid]:
    if not wanted:
        raise InputError(f"{shown(address)}: say which table or query: {shown(address)}#TABLE")
    try:
        from adbc_driver_postgresql import dbapi
    except ImportError as error:
        hint = "PostgreSQL needs its driver: pip install 'sot-dedupe[postgres]'"
        raise InputError(f"{shown(address)}: {hint}") from error
    with closing(dbapi.connect(address)) as connection, closing(connection.cursor()) as cursor:
        cursor.execute("SET default_transaction_read_only = on")

        def run(query: str) -> pl.DataFrame:
            cursor.execute(query)
            found = pl.from_arrow(cursor.fetch_arrow_table())
            assert isinstance(found, pl.DataFrame)
            return found

        yield _grid(run, wanted, "text")


def _file(file: Path, wanted: str) -> Iterator[Grid]:
    try:
        with file.open("rb") as opened:
            start = opened.read(16)
    except OSError as error:
        raise InputError(f"{file}: can't be read: {error.strerror}") from error
    if start.startswith(b"SQLite format 3"):
        yield from _sqlite(file, wanted)
    elif start[8:12] == b"DUCK":
        yield from _duckdb(file, wanted)
    else:
        raise InputError(f"{file}: this is neither an SQLite nor a DuckDB database")


def _sqlite(file: Path, wanted: str) -> Iterator[Grid]:
    with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as connection:

        def run(query: str) -> pl.DataFrame:
            cursor = connection.execute(query)
            names = [column[0] for column in cursor.description]
            return pl.DataFrame(
                cursor.fetchall(), schema=dict.fromkeys(names, pl.String), orient="row", strict=False
            )

        listed = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'"
        for one in [wanted] if wanted else sorted(run(listed)["name"]):
            yield _grid(run, one, "TEXT")


def _duckdb(file: Path, wanted: str) -> Iterator[Grid]:
    import duckdb

    with closing(duckdb.connect(str(file), read_only=True)) as connection:

        def run(query: str) -> pl.DataFrame:
            found: pl.DataFrame = connection.sql(query).pl()
            return found

        listed = "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'main'"
        for one in [wanted] if wanted else sorted(run(listed)["name"]):
            yield _grid(run, one, "VARCHAR")


def _grid(run: Run, wanted: str, text: str) -> Grid:
    """Give the grid of a table or query; the database itself turns every value into text."""
    query = _QUERY.match(wanted) is not None
    source = (
        f"({wanted.rstrip().rstrip(';')})" if query else ".".join(_quoted(part) for part in wanted.split("."))
    )
    names = run(f"SELECT * FROM {source} AS found LIMIT 0").columns
    columns = ", ".join(f"CAST({_quoted(name)} AS {text}) AS {_quoted(name)}" for name in names)
    # A table has no order of its own; sorted, its rows have the same numbers in every run.
    return named_grid(run(f"SELECT {columns} FROM {source} AS found").sort(names), None if query else wanted)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
