"""The target Parquet: a folder of immutable versions, and a pointer to the one that holds now.

TARGET/v000002-3f9c1e20ab44/dim_customer.parquet …   one folder per publish, never changed again
TARGET/current → v000002-3f9c1e20ab44                 a link, replaced in one step
TARGET/current.json                                   the same for systems without links
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from sot.errors import UsageError
from sot.publish.contract import LINKS_QUERY, LINKS_VIEW, LOG, TABLES, Table
from sot.publish.duckdb_file import PATIENCE, DuckDBConnection
from sot.publish.schema import full_name, literal, quoted
from sot.publish.target import unreachable
from sot.workspace.append_log import locked

CURRENT, POINTER, LOCK = "current", "current.json", ".publish.lock"
_VERSION = re.compile(r"v(\d{6})-[0-9a-f]+")


@dataclass(frozen=True)
class ParquetFolder:
    """A folder; tables that change are read into memory and changed there, then all are written as the next version."""

    path: Path

    @property
    def name(self) -> str:
        """Give the path of the folder."""
        return str(self.path)

    @contextmanager
    def open(self, schema: str) -> Iterator[ParquetConnection]:
        """Read the current version; a commit writes the next one."""
        import duckdb

        self._check()
        is_new = not self.path.exists()
        with unreachable(self.name):
            self.path.mkdir(parents=True, exist_ok=True)
            with locked(self.path / LOCK, PATIENCE), closing(duckdb.connect()) as connection:
                for leftover in self.path.glob(".partial-*"):
                    shutil.rmtree(leftover, ignore_errors=True)
                opened = ParquetConnection(connection, self.path, schema)
                opened.read_current()
                yield opened
            if is_new and not opened.committed:
                shutil.rmtree(self.path)

    def _check(self) -> None:
        if not self.path.is_dir():
            return
        foreign = [
            path.name
            for path in self.path.iterdir()
            if not (path.name in (CURRENT, POINTER, LOCK) or _VERSION.fullmatch(path.name))
            and not path.name.startswith(".")
        ]
        if foreign and not (self.path / POINTER).is_file():
            raise UsageError(
                f"{self.path} contains files that sot did not publish ({', '.join(sorted(foreign)[:3])})",
                "choose a new folder",
            )


class ParquetConnection(DuckDBConnection):
    """Tables in memory that become Parquet files."""

    def __init__(self, connection: object, folder: Path, schema: str) -> None:
        super().__init__(connection)  # type: ignore[arg-type]
        self._folder, self._schema = folder, schema
        self._files: dict[str, Path] = {}

    def read_current(self) -> None:
        """Show the tables of the current version; they stay where they are until rows are staged to change them."""
        version = _current(self._folder)
        if version is None:
            return
        self.run(f"CREATE SCHEMA {quoted(self._schema)}")
        for table in (*TABLES, LOG):
            file = version / f"{table.name}.parquet"
            if file.is_file():
                self._files[table.name] = file
                self._make("VIEW", table, file)
                if table is LOG or not self._has_all_columns(table):
                    self._load(table)
        if (version / f"{LINKS_VIEW}.parquet").is_file():
            self.run(f"CREATE VIEW {full_name(self._schema, LINKS_VIEW)} AS {self._links()}")

    def stage(self, table: Table, rows: pl.DataFrame) -> str:
        """Give the name of the rows, and load the table that they change."""
        self._load(table)
        return super().stage(table, rows)

    def fill(self, schema: str, table: Table, rows: pl.DataFrame) -> None:
        """Load the empty table, and insert the rows."""
        self._load(table)
        super().fill(schema, table, rows)

    def _has_all_columns(self, table: Table) -> bool:
        described = self.rows(f"DESCRIBE {full_name(self._schema, table.name)}")
        return {column.name for column in table.all_columns} <= {name for name, *_ in described}

    def _load(self, table: Table) -> None:
        """Make a table in memory of the view of a file."""
        file = self._files.pop(table.name, None)
        if file is not None:
            self.run(f"DROP VIEW {full_name(self._schema, table.name)}")
            self._make("TABLE", table, file)

    def _make(self, kind: str, table: Table, file: Path) -> None:
        name = full_name(self._schema, table.name)
        self.run(f"CREATE {kind} {name} AS SELECT * FROM read_parquet({literal(str(file))})")

    def commit(self, nothing_new: bool) -> None:
        """Write the tables as a new version, then point to it; without news the current version stays."""
        if nothing_new:
            return
        last = self.rows(
            f"SELECT publish_id, run_digest FROM {full_name(self._schema, LOG.name)} ORDER BY publish_id DESC LIMIT 1"
        )[0]
        name = f"v{last[0]:06d}-{last[1][:12]}"
        partial = self._folder / f".partial-{name}"
        partial.mkdir()
        for table in (*TABLES, LOG):
            keys = ", ".join(map(quoted, table.primary_key))
            self._copy(
                f"SELECT * FROM {full_name(self._schema, table.name)} ORDER BY {keys}",
                partial / f"{table.name}",
            )
        self._copy(f"{self._links()} ORDER BY 1, 2, 3, 4", partial / LINKS_VIEW)
        _sync(partial)
        partial.replace(self._folder / name)
        _point(self._folder, name, last[1])
        self.committed = True

    def _links(self) -> str:
        return LINKS_QUERY.format(schema=f"{quoted(self._schema)}.")

    def _copy(self, query: str, path: Path) -> None:
        self.run(f"COPY ({query}) TO {literal(f'{path}.parquet')} (FORMAT parquet, COMPRESSION zstd)")


def _current(folder: Path) -> Path | None:
    """Give the folder of the current version, by the pointer that was written last."""
    pointer = folder / POINTER
    if not pointer.is_file():
        return None
    version = folder / str(json.loads(pointer.read_text(encoding="utf-8"))["version"])
    return version if version.is_dir() else None


def _sync(folder: Path) -> None:
    for path in (*folder.iterdir(), folder):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _point(folder: Path, name: str, digest: str) -> None:
    """Replace the pointer, then the link that follows it, each in one step."""
    text = json.dumps({"version": name, "run_digest": digest}, indent=2) + "\n"
    partial = folder / f".{POINTER}"
    partial.write_text(text, encoding="utf-8")
    partial.replace(folder / POINTER)
    with suppress(OSError, NotImplementedError):
        link = folder / f".{CURRENT}"
        link.unlink(missing_ok=True)
        link.symlink_to(name, target_is_directory=True)
        link.replace(folder / CURRENT)
