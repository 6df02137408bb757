"""The three targets, each with a way to read what was published."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

KINDS = ("postgresql", "duckdb", "parquet")
Rows = list[tuple[Any, ...]]
_NUMBERS = itertools.count()


@dataclass(frozen=True)
class Place:
    """A target as the command line names it, with a schema of its own; `query` reads it."""

    kind: str
    target: str
    schema: str
    query: Callable[[str], Rows]

    def count(self, table: str, where: str = "true") -> int:
        """Give the number of rows of a table."""
        return int(self.query(f"SELECT count(*) FROM {self.schema}.{table} WHERE {where}")[0][0])


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """Give an empty target of each kind."""
    schema = f"sot{next(_NUMBERS)}"
    if request.param == "postgresql":
        address = request.getfixturevalue("server")
        yield Place("postgresql", address, schema, lambda sql: ask(address, sql))
    elif request.param == "duckdb":
        file = tmp_path / "golden.duckdb"
        yield Place("duckdb", str(file), schema, lambda sql: ask_duckdb(file, sql))
    else:
        folder = tmp_path / "lake"
        yield Place("parquet", str(folder), schema, lambda sql: ask_parquet(folder, schema, sql))


def ask(address: str, sql: str) -> Rows:
    """Run a statement on PostgreSQL; give its rows."""
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(address) as connection, connection.cursor() as cursor:
        cursor.execute(sql)
        rows: Rows = cursor.fetchall() if cursor.description else []
        connection.commit()
        return rows


def ask_duckdb(file: Path, sql: str) -> Rows:
    with duckdb.connect(str(file)) as connection:
        return connection.execute(sql).fetchall()


def ask_parquet(folder: Path, schema: str, sql: str) -> Rows:
    """Read the files by the documented path: TARGET/current/TABLE.parquet."""
    with duckdb.connect() as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
        for path in sorted((folder / "current").glob("*.parquet")):
            connection.execute(f"CREATE VIEW {schema}.{path.stem} AS SELECT * FROM read_parquet('{path}')")
        return connection.execute(sql).fetchall()
