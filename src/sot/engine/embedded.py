"""DuckDB inside the process, in memory or in a file; what is applied may be cut into pieces."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa

from sot.engine.batches import OverBatches, arrow_schema
from sot.engine.protocol import AT_ONCE, Columns, StepError, Work, asked_of
from sot.errors import SotError
from sot.model.addresses import shown

_NEEDS_SPARK = (
    "it reads Parquet folders of this machine (file:///…); for others: engine: {name: spark, …} in sot.yaml"
)
_PLAIN = "name the folder without file:// and the command reads it, or use engine: {name: spark, …}"

_BATCH = 10_000
"""Rows that are read at a time."""
_FILE = "steps"
"""What the database in a file is called."""
_LARGER = 4
"""There is one worker, with a machine of its own: it works on so many times the rows of a worker of a cluster."""


class Embedded:
    """An engine on one machine. With a folder to work in, tables lie on the disk, and memory holds one piece."""

    called = "the embedded engine"

    def __init__(self, pieces: int = 1, work: Path | None = None) -> None:
        self._pieces = pieces
        self._con = duckdb.connect()
        self._con.execute("set preserve_insertion_order = false")
        if work:
            # Nobody opens the file again, so no change needs to wait until it is safe on the disk.
            quoted = str(work).replace("'", "''")
            self._con.execute(f"attach '{quoted}/steps.duckdb' as {_FILE} (recovery_mode no_wal_writes)")
            self._con.execute(f"use {_FILE}")
            self._con.execute(f"set temp_directory = '{quoted}'")
        self._file = work is not None

    def expect(self, records: int) -> None:
        """Leave the pieces as they are: however large they are, they are worked on as a stream."""

    def give(self, name: str, table: pl.DataFrame) -> None:
        """Let `name` be a table of the driver."""
        self._take(name, table.to_arrow(compat_level=pl.CompatLevel.oldest()))

    def read(self, name: str, address: str) -> None:
        """Let `name` be the Parquet files of a folder of this machine; nothing is copied."""
        scheme, _, place = address.partition("://")
        folder = Path(place)
        if scheme.lower() != "file" or not folder.exists():
            why = "there is no such folder" if scheme.lower() == "file" else _NEEDS_SPARK
            raise StepError(f"{shown(address)} can't be read by {self.called}: {why}")
        if (folder / "_delta_log").exists() or (folder / "metadata").exists():
            raise StepError(
                f"{shown(address)} can't be read by {self.called}: it is Delta or Iceberg", _PLAIN
            )
        files = f"{folder}/**/*.parquet" if folder.is_dir() else str(folder)
        quoted = files.replace("'", "''")
        self._execute(
            name, f"create or replace view {name} as from read_parquet('{quoted}', union_by_name = true)"
        )

    def sql(self, name: str, query: str) -> None:
        """Let `name` be what `query` gives."""
        self._execute(name, f"create or replace table {name} as {query}")

    def apply(
        self,
        name: str,
        query: str,
        work: Work,
        columns: Columns,
        by: str | None = None,
        rows: int = AT_ONCE,
    ) -> None:
        """Let `name` be what `work` makes of the rows of `query`, piece by piece, so many `rows` at a time."""
        self._take(name, arrow_schema(columns).empty_table())
        over = OverBatches(work, columns, by, _LARGER * rows)
        try:
            with self._parts(query, by) as pieces, self._at_once():
                for piece in pieces:
                    for batch in over(piece):
                        self._insert(name, pa.Table.from_batches([batch]))
        except (SotError, MemoryError, KeyboardInterrupt):
            raise
        except Exception as error:
            raise StepError(f"step '{name}' failed on {self.called}: {_first_line(error)}") from error

    def small(self, query: str) -> pl.DataFrame:
        """Give the rows of `query`; of a table that was read, in the order of its files."""
        try:
            # What is cut off by a limit must be the same in every run.
            self._con.execute("set preserve_insertion_order = true")
            rows: pl.DataFrame = self._con.sql(query).pl()
            self._con.execute("set preserve_insertion_order = false")
            return rows
        except duckdb.Error as error:
            message = f"a query of '{asked_of(query)}' failed on {self.called}: {_first_line(error)}"
            raise StepError(message) from error

    def drop(self, *names: str) -> None:
        """Drop tables."""
        for name in names:
            self._con.execute(f"drop table if exists {name}")

    def close(self) -> None:
        """Close the database."""
        self._con.close()

    @contextmanager
    def _parts(self, query: str, by: str | None) -> Iterator[Iterator[pa.RecordBatchReader]]:
        """Give the rows of each piece as a stream, which a cursor reads while others are written."""
        order = f"order by {by}" if by else ""
        cursor = self._con.cursor()
        if self._file:
            cursor.execute(f"use {_FILE}")
        if self._pieces == 1:
            yield iter([cursor.sql(f"select * from ({query}) q {order}").to_arrow_reader(_BATCH)])
        else:
            self._con.execute(f"create or replace table to_cut as {query}")
            place = f"hash({by})" if by else "rowid"
            cut = (
                f"select * from to_cut where {place} % {self._pieces} = {piece} {order}"
                for piece in range(self._pieces)
            )
            yield (cursor.sql(rows).to_arrow_reader(_BATCH) for rows in cut)
            self.drop("to_cut")
        cursor.close()

    @contextmanager
    def _at_once(self) -> Iterator[None]:
        """Write what comes in many parts as one change: each change by itself waits for the disk."""
        self._con.begin()
        try:
            yield
        except BaseException:
            self._con.rollback()
            raise
        self._con.commit()

    def _take(self, name: str, table: pa.Table) -> None:
        self._con.register("handed_over", table)
        self._con.execute(f"create or replace table {name} as from handed_over")
        self._con.unregister("handed_over")

    def _insert(self, name: str, table: pa.Table) -> None:
        self._con.register("handed_over", table)
        self._con.execute(f"insert into {name} from handed_over")
        self._con.unregister("handed_over")

    def _execute(self, name: str, text: str) -> None:
        try:
            self._con.execute(text)
        except duckdb.Error as error:
            raise StepError(f"step '{name}' failed on {self.called}: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return " ".join(str(error).split("LINE 1")[0].split())
