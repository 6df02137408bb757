"""The target DuckDB: tables in a schema of a .duckdb file."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import polars as pl

from sot.errors import InputError
from sot.publish.contract import TABLES, Table, Type
from sot.publish.schema import full_name, quoted
from sot.publish.target import mark, unreachable

if TYPE_CHECKING:
    import duckdb

PATIENCE = 30.0
"""Seconds to wait for a file that another process holds."""


@dataclass(frozen=True)
class DuckDBFile:
    """A .duckdb file; DuckDB itself lets one process write at a time."""

    path: Path

    @property
    def name(self) -> str:
        """Give the path of the file."""
        return str(self.path)

    @contextmanager
    def open(self, schema: str) -> Iterator[DuckDBConnection]:
        """Open a transaction on the file; it is made if it is not there."""
        with unreachable(self.name):
            self.path.parent.mkdir(parents=True, exist_ok=True)
        is_new = not self.path.exists()
        opened = None
        try:
            with closing(_connect(self.path)) as connection, _in_words(self.name):
                connection.execute("BEGIN")
                opened = DuckDBConnection(connection)
                yield opened
        finally:
            if is_new and opened is not None and not opened.committed:
                self.path.unlink(missing_ok=True)


@contextmanager
def _in_words(name: str) -> Iterator[None]:
    """Turn an error of DuckDB into an InputError (exit code 3)."""
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        raise InputError(
            f"{name}: {str(error).splitlines()[0]}", "nothing was published; the target is unchanged"
        ) from error


def _connect(path: Path) -> duckdb.DuckDBPyConnection:
    import duckdb

    end = time.monotonic() + PATIENCE
    while True:
        try:
            return duckdb.connect(str(path))
        except duckdb.IOException as error:
            if "lock" not in str(error).lower() or time.monotonic() > end:
                hint = "close the program that has it open, then publish again"
                raise InputError(f"{path}: can't be opened: {str(error).splitlines()[0]}", hint) from error
        except duckdb.Error as error:
            raise InputError(f"{path}: can't be opened: {str(error).splitlines()[0]}") from error
        time.sleep(0.2)


class DuckDBConnection:
    """A transaction on DuckDB.

    Tables get no primary key: DuckDB checks it row by row inside a transaction, which refuses sound differences. The
    contract is checked before instead.
    """

    types: ClassVar[dict[Type, str]] = {
        Type.TEXT: "VARCHAR",
        Type.INTEGER: "INTEGER",
        Type.BIGINT: "BIGINT",
        Type.DOUBLE: "DOUBLE",
        Type.BOOLEAN: "BOOLEAN",
        Type.TIMESTAMP: "TIMESTAMP WITH TIME ZONE",
    }
    has_keys = False
    has_roles = False

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self.committed = False
        connection.execute("SET TimeZone = 'UTC'")

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Give the rows of a query."""
        return self._connection.execute(sql).fetchall()

    def run(self, sql: str) -> None:
        """Run a statement that gives no rows."""
        self._connection.execute(sql)

    def changed(self, sql: str) -> int:
        """Run a statement that changes rows; give their number."""
        row = self._connection.execute(sql).fetchone()
        return int(row[0]) if row else 0

    def stage(self, table: Table, rows: pl.DataFrame) -> str:
        """Give the name under which this connection reads the rows where they are, in memory."""
        return self._register(table, rows)

    def _register(self, table: Table, rows: pl.DataFrame) -> str:
        name = f"staged_{table.name}"
        self._connection.register(name, rows.to_arrow(compat_level=pl.CompatLevel.newest()))
        return name

    def fill(self, schema: str, table: Table, rows: pl.DataFrame) -> None:
        """Insert rows from where they are, in memory."""
        columns = ", ".join(quoted(column.name) for column in table.all_columns)
        name = full_name(schema, table.name)
        self.run(f"INSERT INTO {name} ({columns}) SELECT {columns} FROM {self._register(table, rows)}")

    def state(self, schema: str) -> str:
        """Give the number of rows of each table and the sum of their hashes; DuckDB's version counts too."""
        marks = [self.rows("SELECT version()")[0][0]]
        for table in TABLES:
            columns = ", ".join(quoted(column.name) for column in table.all_columns)
            marks += self.rows(f"SELECT count(*), sum(hash({columns})) FROM {full_name(schema, table.name)}")[
                0
            ]
        return mark(marks)

    def commit(self, nothing_new: bool) -> None:
        """Commit the transaction."""
        self._connection.execute("COMMIT")
        self.committed = True
