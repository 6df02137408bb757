"""Tables and queries of databases, read as text: PostgreSQL, SQLite and DuckDB."""

from __future__ import annotations

import re
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

import polars as pl

from sot.errors import InputError
from sot.model.addresses import SERVERS, is_database, shown, split, without_secrets
from sot.read.formats.grid import Grid, named_grid

_QUERY = re.compile(r"^\s*(select|with)\b", re.IGNORECASE)

_PATIENCE = 300
"""Seconds that a query of a server may take."""
VIEWS, VIEWS_PER_MB = 8.0, 15.0
"""Seconds that all views of a file may take together, and for each megabyte of it; tables are read before."""
_MEMORY, _MEMORY_PER_BYTE = 512_000_000, 32
_THREADS = 2
_STEPS = 100_000
"""After so many steps of its machine SQLite looks at the clock."""
_SHOWN = 300
_LOCKED = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "lock_configuration": "true",
    "temp_directory": "",
    "threads": str(_THREADS),
}

Run = Callable[[str], pl.DataFrame]
"""Gives the result of a query."""
Name = tuple[str, ...]


@dataclass(frozen=True)
class _Base:
    """A file that is open: how to ask it, what its catalogue lists, its type of texts, how to end what takes long."""

    run: Run
    text: str
    tables: Sequence[Name]
    views: Sequence[Name]
    within: Callable[[float], AbstractContextManager[None]]


@dataclass(frozen=True)
class Tables:
    """The tables of a database; `left` and `failed` hold tables with reasons."""

    grids: list[Grid] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)


def database_grids(path: str) -> Tables:
    """Give the table or query after `#`; for a file without `#`, each of the tables that its catalogue lists."""
    address, _, wanted = (path, "", "") if Path(path).is_file() else path.partition("#")
    wanted = unquote(wanted)
    scheme = address.split("://", 1)[0].lower() if is_database(path) else ""
    if scheme in SERVERS and split(path) is None:
        raise InputError(
            f"{shown(path)}: this address can't be read; in user and password write @ as %40, # as %23, / as %2F, "
            "? as %3F, : as %3A and % as %25"
        )
    try:
        if scheme in SERVERS:
            return Tables([_postgresql(address, wanted)])
        file = Path(unquote(address.split("://", 1)[1]) if scheme else address)
        return _file(file, wanted)
    except InputError:
        raise
    except Exception as error:  # every driver has errors of its own; none may show the password
        raise InputError(f"{shown(path)}: {without_secrets(str(error), address)}") from None


def _postgresql(address: str, wanted: str) -> Grid:
    if not wanted:
        raise InputError(f"{shown(address)}: say which table or query: {shown(address)}#TABLE")
    try:
        from adbc_driver_postgresql import dbapi
    except ImportError as error:
        hint = "PostgreSQL needs its driver: pip install 'sot-dedupe[postgres]'"
        raise InputError(f"{shown(address)}: {hint}") from error
    with closing(dbapi.connect(address)) as connection, closing(connection.cursor()) as cursor:
        cursor.execute("SET default_transaction_read_only = on")
        cursor.execute(f"SET statement_timeout = '{_PATIENCE}s'")

        def run(query: str) -> pl.DataFrame:
            cursor.execute(query)
            frame = pl.from_arrow(cursor.fetch_arrow_table())
            assert isinstance(frame, pl.DataFrame)
            return frame

        return _wanted(run, wanted, "text")


def _file(file: Path, wanted: str) -> Tables:
    try:
        with file.open("rb") as opened:
            start = opened.read(16)
    except OSError as error:
        raise InputError(f"{file}: can't be read: {error.strerror}") from error
    if start.startswith(b"SQLite format 3"):
        return _sqlite(file, wanted)
    if start[8:12] == b"DUCK":
        return _duckdb(file, wanted)
    raise InputError(f"{file}: this is neither an SQLite nor a DuckDB database")


def warm_up() -> None:
    """Have DuckDB and what brings its results over started, on nothing."""
    import duckdb

    with closing(duckdb.connect(config={"threads": _THREADS})) as connection:
        connection.sql("SELECT 'x' AS name").pl()


def _sqlite(file: Path, wanted: str) -> Tables:
    with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        connection.execute("PRAGMA trusted_schema = OFF")

        def run(query: str) -> pl.DataFrame:
            cursor = connection.execute(query)
            names = [column[0] for column in cursor.description]
            return pl.DataFrame(
                cursor.fetchall(), schema=dict.fromkeys(names, pl.String), orient="row", strict=False
            )

        @contextmanager
        def within(seconds: float) -> Iterator[None]:
            deadline = time.monotonic() + seconds
            connection.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)
            try:
                yield
            finally:
                connection.set_progress_handler(None, 0)

        listed = run("SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view')")
        own = listed.filter(~pl.col("name").str.starts_with("sqlite_"))
        kinds = {kind: [(n,) for n in own.filter(type=kind)["name"]] for kind in ("table", "view")}
        return _tables(_Base(run, "TEXT", kinds["table"], kinds["view"], within), wanted, _patience(file))


def _duckdb(file: Path, wanted: str) -> Tables:
    """Read a DuckDB file; what is written in it, a view say, can reach no other file and no network."""
    import duckdb

    memory = f"{(_MEMORY + _MEMORY_PER_BYTE * file.stat().st_size) // 1_000_000}MB"
    config: dict[str, str | bool | int | float | list[str]] = {**_LOCKED, "memory_limit": memory}
    with closing(duckdb.connect(str(file), read_only=True, config=config)) as connection:

        def run(query: str) -> pl.DataFrame:
            frame: pl.DataFrame = connection.sql(query).pl()
            return frame

        @contextmanager
        def within(seconds: float) -> Iterator[None]:
            stop = threading.Timer(seconds, connection.interrupt)
            stop.daemon = True
            stop.start()
            try:
                yield
            finally:
                stop.cancel()

        listed = "SELECT table_schema, table_name, table_type FROM information_schema.tables"
        tables: list[Name] = []
        views: list[Name] = []
        for schema, name, kind in run(listed).rows():
            (views if kind == "VIEW" else tables).append((name,) if schema == "main" else (schema, name))
        return _tables(_Base(run, "VARCHAR", tables, views, within), wanted, _patience(file))


def _patience(file: Path) -> float:
    return VIEWS + VIEWS_PER_MB * file.stat().st_size / 1_000_000


def _tables(base: _Base, wanted: str, seconds: float) -> Tables:
    """Give the wanted table or query, else all that are listed; one that fails is no reason to leave the others."""
    if wanted:
        exact = next((name for name in [*base.tables, *base.views] if ".".join(name) == wanted), None)
        return Tables([_table(base.run, exact, base.text) if exact else _wanted(base.run, wanted, base.text)])
    tables = Tables()
    deadline = None
    for name in [*sorted(base.tables), *sorted(base.views)]:
        if name in base.views:
            deadline = deadline or time.monotonic() + seconds
            _view(base, name, deadline, seconds, tables)
        else:
            _listed(base, name, tables)
    if not tables.grids and tables.failed:
        raise InputError("; ".join(f"table {name}: {reason}" for name, reason in tables.failed[:3]))
    return Tables(sorted(tables.grids, key=lambda grid: grid.sheet or ""), tables.left, tables.failed)


def _view(base: _Base, name: Name, deadline: float, seconds: float, tables: Tables) -> None:
    """Read a view, whose query was written by whoever made the file, in what is left of the time for views."""
    failures = len(tables.failed)
    if deadline > time.monotonic():
        with base.within(deadline - time.monotonic()):
            _listed(base, name, tables)
        if len(tables.failed) == failures or deadline > time.monotonic():
            return
    tables.failed[failures:] = [
        (".".join(name), f"the views of this file take more than {seconds:.0f} seconds")
    ]


def _listed(base: _Base, name: Name, tables: Tables) -> None:
    try:
        tables.grids.append(_table(base.run, name, base.text))
    except Exception as error:  # every driver has errors of its own
        tables.failed.append((".".join(name), " ".join(str(error).split())[:_SHOWN]))


def _table(run: Run, name: tuple[str, ...], text: str) -> Grid:
    """Give a table of the catalogue, by its quoted name: a name is never read as a query."""
    return _grid(run, ".".join(_quoted(part) for part in name), text, ".".join(name))


def _wanted(run: Run, wanted: str, text: str) -> Grid:
    """Give the table or query that the person wrote behind `#`."""
    if _QUERY.match(wanted):
        return _grid(run, f"({wanted.rstrip().rstrip(';')})", text, None)
    return _table(run, tuple(wanted.split(".")), text)


def _grid(run: Run, source: str, text: str, name: str | None) -> Grid:
    """Give the grid of a source of rows; the database itself turns every value into text."""
    names = run(f"SELECT * FROM {source} AS found LIMIT 0").columns
    columns = ", ".join(f"CAST({_quoted(column)} AS {text}) AS {_quoted(column)}" for column in names)
    # A table has no order of its own; sorted, its rows have the same numbers in every run.
    return named_grid(run(f"SELECT {columns} FROM {source} AS found").sort(names), name)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
