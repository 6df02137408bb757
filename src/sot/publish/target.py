"""Where tables are published to: one small interface over PostgreSQL, DuckDB and a folder of Parquet files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, ClassVar, Protocol

import polars as pl

from sot.errors import InputError, UsageError
from sot.model.addresses import SERVERS, is_database, shown
from sot.publish.contract import Table, Type


class Connection(Protocol):
    """An open transaction on a target; SQL is of the subset that PostgreSQL and DuckDB share."""

    types: ClassVar[dict[Type, str]]
    """How the target writes each type."""
    has_keys: bool
    """Whether the target gets primary keys and indexes."""
    has_roles: bool
    """Whether the target has roles to grant to."""

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Give the rows of a query."""
        ...

    def run(self, sql: str) -> None:
        """Run a statement that gives no rows."""
        ...

    def changed(self, sql: str) -> int:
        """Run an INSERT, UPDATE or DELETE; give the number of rows that it changed."""
        ...

    def stage(self, table: Table, rows: pl.DataFrame) -> str:
        """Put rows into a temporary table of this connection; give its name."""
        ...

    def fill(self, schema: str, table: Table, rows: pl.DataFrame) -> None:
        """Put rows into an empty table; they have all its columns, those of versions too."""
        ...

    def state(self, schema: str) -> str:
        """Give a mark of all rows of the published tables: any change of a row by anybody gives another one."""
        ...

    def commit(self, nothing_new: bool) -> None:
        """Make the changes visible to readers, all at once; `nothing_new` if only the log has a new row."""
        ...


class Target(Protocol):
    """A place to publish to."""

    @property
    def name(self) -> str:
        """Give the target as it may be shown: without user, password and options."""
        ...

    def open(self, schema: str) -> AbstractContextManager[Connection]:
        """Open a transaction that no other publish shares; without a commit nothing of it stays."""
        ...


def find_target(text: str) -> Target:
    """Give the target that a person wrote: a PostgreSQL address, a .duckdb file, or a folder for Parquet files."""
    if is_database(text):
        scheme, _, rest = text.partition("://")
        if scheme.lower() in SERVERS:
            from sot.publish.postgresql import PostgreSQL

            return PostgreSQL(text)
        if scheme.lower() == "duckdb":
            text = rest
    if "://" in text:
        raise UsageError(
            f"{shown(text)}: not a target that sot can publish to",
            "write postgresql://HOST/DATABASE, a file that ends in .duckdb, or a folder for Parquet files",
        )
    path = Path(text)
    if path.suffix.lower() in (".duckdb", ".ddb"):
        from sot.publish.duckdb_file import DuckDBFile

        return DuckDBFile(path)
    if path.is_file():
        raise UsageError(
            f"{path} is a file", "write a file that ends in .duckdb, or a folder for Parquet files"
        )
    from sot.publish.parquet_folder import ParquetFolder

    return ParquetFolder(path)


def mark(values: Iterable[object]) -> str:
    """Give a short text that stands for values."""
    return hashlib.sha256("|".join(map(str, values)).encode()).hexdigest()[:32]


@contextmanager
def unreachable(name: str) -> Iterator[None]:
    """Turn an error of the operating system at the target into an InputError (exit code 3)."""
    try:
        yield
    except OSError as error:
        raise InputError(
            f"{name}: can't be written: {error.strerror or error}", "check the place, its rights and the disk"
        ) from error
