"""Tables of a run, on the disk while no stage needs them: memory is for the tables that a stage works on."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from sot.model.sources import Source
from sot.workspace.safe_write import scratch_folder

ROW_GROUP = 262_144
"""Rows of a group in the tables. Left to Polars, groups follow how a table happens to lie in memory, and the
bytes of two equal runs would differ."""

_TRIED = 1 << 20
"""So many bytes are written to see whether there is room."""

AT_ONCE = 8
"""So many columns are read back at a time."""


def write_table(path: Path, table: pl.DataFrame | pl.LazyFrame) -> None:
    """Write a table as Parquet whose bytes follow from its rows alone.

    Statistics would be a fifth of the time, and no command asks for a range of values.
    """
    try:
        table.lazy().sink_parquet(path, compression="lz4", row_group_size=ROW_GROUP, statistics=False)
    except pl.exceptions.PolarsError:
        _require_room(path)
        raise


def _require_room(path: Path) -> None:
    """Raise the OSError that Polars gives in other words: a full disk is a damaged file to it."""
    size = path.stat().st_size if path.exists() else 0
    with path.open("ab") as file:
        file.write(b"\0" * _TRIED)
        file.flush()
        os.fsync(file.fileno())
        file.truncate(size)


@dataclass(frozen=True)
class TableStore:
    """Tables of a run on the disk: `outputs` holds those that are outputs, `scratch` is removed after the run."""

    outputs: Path
    scratch: Path

    def put(self, name: str, table: pl.DataFrame | pl.LazyFrame) -> None:
        """Write a table of the outputs, whole."""
        write_table(self.outputs / f"{name}.parquet", table)

    def spill(self, name: str, table: pl.DataFrame) -> None:
        """Write a table that is no output."""
        write_table(self.scratch / f"{name}.parquet", table)

    def spill_parts(self, name: str, parts: Iterable[pl.DataFrame]) -> None:
        """Write a table that is no output part by part, so that memory holds one of them."""
        folder = self.scratch / f"{name}.parquet"
        folder.mkdir()
        for number, part in enumerate(parts):
            write_table(folder / f"{number:06}.parquet", part)

    def get(self, name: str, columns: Sequence[str] = ()) -> pl.DataFrame:
        """Read columns of a table (or all) back, in this order; a few at a time, for they are put into one piece."""
        path = self.outputs / f"{name}.parquet"
        path = path if path.exists() else self.scratch / path.name
        columns = columns or list(pl.scan_parquet(path).collect_schema())
        parts = (list(columns[at : at + AT_ONCE]) for at in range(0, len(columns), AT_ONCE))
        return pl.concat(
            [pl.read_parquet(path, columns=part).select(part).rechunk() for part in parts], how="horizontal"
        )

    def spill_rows(self, source: Source) -> None:
        """Write the rows of a source as they were read, and let go of them."""
        if source.frame is not None:
            path = self.scratch / f"{len(list(self.scratch.iterdir()))}.parquet"
            write_table(path, source.frame)
            source.put_aside(path)


@contextmanager
def table_store(outputs: Path) -> Iterator[TableStore]:
    """Give a table store with its outputs in `outputs`; all other tables are removed when the block ends."""
    with scratch_folder() as folder:
        yield TableStore(outputs, folder)
