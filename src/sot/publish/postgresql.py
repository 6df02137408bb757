"""The target PostgreSQL: tables in a schema of a database, loaded by COPY through ADBC."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

import polars as pl

from sot.errors import InputError, SotError, UsageError
from sot.model.addresses import shown, split, without_secrets
from sot.publish.contract import TABLES, Table, Type
from sot.publish.schema import full_name, literal, quoted
from sot.publish.target import mark

PATIENCE = "60s"
"""How long to wait for another publish to end."""


@dataclass(frozen=True)
class PostgreSQL:
    """A database; the password comes from the address, PGPASSWORD or .pgpass."""

    address: str

    @property
    def name(self) -> str:
        """Give the address without user, password and options."""
        return shown(self.address)

    @contextmanager
    def open(self, schema: str) -> Iterator[PostgreSQLConnection]:
        """Open a transaction that holds the advisory lock of the schema."""
        if split(self.address) is None:
            raise UsageError(
                f"{self.name}: this address can't be read",
                "in user and password write @ as %40, # as %23, / as %2F, ? as %3F, : as %3A and % as %25",
            )
        try:
            from adbc_driver_postgresql import dbapi
        except ImportError as error:
            raise UsageError(
                f"{self.name}: PostgreSQL needs its driver", "pip install 'sot-dedupe[postgres]'"
            ) from error
        try:
            connection = dbapi.connect(self.address)
        except dbapi.Error as error:
            raise InputError(f"{self.name}: {without_secrets(str(error), self.address)}") from None
        with closing(connection), closing(connection.cursor()) as cursor:
            try:
                opened = PostgreSQLConnection(connection, cursor)
                _lock(opened, schema, self.name)
                yield opened
            except dbapi.Error as error:
                raise self._refused(error) from None

    def _refused(self, error: Exception) -> SotError:
        text = without_secrets(str(error), self.address)
        return InputError(f"{self.name}: {text}", "nothing was published; the target is unchanged")


def _lock(connection: PostgreSQLConnection, schema: str, name: str) -> None:
    connection.run(f"SET LOCAL lock_timeout = '{PATIENCE}'")
    connection.run("SET LOCAL timezone = 'UTC'")
    connection.run("SET LOCAL client_min_messages = 'warning'")
    try:
        connection.rows(
            f"SELECT pg_advisory_xact_lock(hashtextextended({literal(f'sot.publish.{schema}')}, 0))"
        )
    except Exception as error:
        if "lock timeout" not in str(error):
            raise
        raise InputError(
            f"{name}: another publish has locked the schema {schema} for more than {PATIENCE}",
            "try again later",
        ) from None


class PostgreSQLConnection:
    """A transaction on PostgreSQL."""

    types: ClassVar[dict[Type, str]] = {
        Type.TEXT: "text",
        Type.INTEGER: "integer",
        Type.BIGINT: "bigint",
        Type.DOUBLE: "double precision",
        Type.BOOLEAN: "boolean",
        Type.TIMESTAMP: "timestamp with time zone",
    }
    has_keys = True
    has_roles = True

    def __init__(self, connection: Any, cursor: Any) -> None:
        self._connection, self._cursor = connection, cursor

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Give the rows of a query."""
        self._cursor.execute(sql)
        rows: list[tuple[Any, ...]] = self._cursor.fetchall()
        return rows

    def run(self, sql: str) -> None:
        """Run a statement that gives no rows."""
        self._cursor.execute(sql)

    def changed(self, sql: str) -> int:
        """Run a statement that changes rows; give their number."""
        return int(self.rows(f"WITH changed AS ({sql} RETURNING 1) SELECT count(*) FROM changed")[0][0])

    def stage(self, table: Table, rows: pl.DataFrame) -> str:
        """Copy rows into a temporary table that ends with the transaction."""
        name = f"sot_staged_{table.name}"
        columns = ", ".join(f"{quoted(column.name)} {self.types[column.type]}" for column in table.columns)
        self.run(f"CREATE TEMPORARY TABLE {quoted(name)} ({columns}) ON COMMIT DROP")
        if rows.height:
            arrow = rows.to_arrow(compat_level=pl.CompatLevel.oldest())
            self._cursor.adbc_ingest(name, arrow, mode="append", temporary=True)
        keys = ", ".join(map(quoted, table.key))
        self.run(f"ANALYZE {quoted(name)} ({keys})")
        return quoted(name)

    def fill(self, schema: str, table: Table, rows: pl.DataFrame) -> None:
        """Copy rows into the table itself."""
        if rows.height:
            arrow = rows.to_arrow(compat_level=pl.CompatLevel.oldest())
            self._cursor.adbc_ingest(table.name, arrow, mode="append", db_schema_name=schema)

    def state(self, schema: str) -> str:
        """Give the number of rows of each table and the sum of the transactions that wrote them (xmin).

        Whoever changes or adds a row leaves the number of another transaction in it.
        """
        marks: list[object] = []
        for table in TABLES:
            name = full_name(schema, table.name)
            marks += self.rows(f"SELECT count(*), coalesce(sum(xmin::text::bigint), 0)::text FROM {name}")[0]
        return mark(marks)

    def commit(self, nothing_new: bool) -> None:
        """Commit the transaction."""
        self._connection.commit()
