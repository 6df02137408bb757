"""What a step may ask of an engine: read, sql, apply, tables from the driver and small ones to it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Protocol, TypeAlias

import polars as pl

from sot.errors import InputError, SotError

Kind: TypeAlias = "pl.DataType | pl.datatypes.DataTypeClass"
Columns: TypeAlias = Mapping[str, Kind]
"""Names and types of a table on an engine: those of TYPES, and lists of texts."""

Work: TypeAlias = Callable[[pl.DataFrame], pl.DataFrame]
"""What is done with a part of a table. It is sent to the workers of a cluster, so it can be pickled."""


AT_ONCE = 50_000
"""Rows that are worked on together: few would be slow, for some work is set up anew each time; many take memory."""


def asked_of(query: str) -> str:
    """Give the first table that a query names, for messages."""
    named = re.search(r"\bfrom (\w+)", query)
    return named[1] if named else query[:40]


class StepError(SotError):
    """A step that an engine could not do."""


class LakeError(StepError):
    """An address of a lake that can't be read or written: not there, not permitted, without credentials."""

    exit_code = InputError.exit_code


class Engine(Protocol):
    """Runs steps over tables that have names. SQL is the subset that DuckDB and Spark read alike.

    That is: joins, groups, windows, union all, case, coalesce, least, greatest, substring, length, ||, cast, count,
    sum, min, max and bit_or. No lists are taken apart and nothing is hashed in SQL; workers do that.
    """

    @property
    def called(self) -> str:
        """What the engine is, for messages."""

    def expect(self, records: int) -> None:
        """Divide tables into parts for so many records, unless the project names a number of parts."""

    def give(self, name: str, table: pl.DataFrame) -> None:
        """Let `name` be a small table of the driver."""

    def read(self, name: str, address: str) -> None:
        """Let `name` be a table that is elsewhere: Parquet, Delta, Iceberg, or table://NAME of a catalogue."""

    def sql(self, name: str, query: str) -> None:
        """Let `name` be what `query` gives."""

    def apply(
        self,
        name: str,
        query: str,
        work: Work,
        columns: Columns,
        by: str | None = None,
        rows: int = AT_ONCE,
    ) -> None:
        """Let `name` be what `work` makes of the rows of `query`, part by part.

        Rows that agree in the column `by` are in one part. `work` gives `columns`; it never gets an empty table. A
        worker works on so many `rows` at a time, or on one group.
        """

    def small(self, query: str) -> pl.DataFrame:
        """Give the rows of `query` to the driver; they must be few."""

    def drop(self, *names: str) -> None:
        """Forget tables that nothing asks for any more."""

    def close(self) -> None:
        """Let go of everything."""
