"""The difference between the rows of a run and those of a table, applied inside a transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from sot.publish.contract import Table
from sot.publish.schema import full_name, literal, quoted
from sot.publish.target import Connection


@dataclass(frozen=True)
class Change:
    """How many rows of a table were inserted, updated and deleted.

    Of a table with versions a row that is ended counts as updated.
    """

    table: str
    inserted: int = 0
    updated: int = 0
    deleted: int = 0

    @property
    def rows(self) -> int:
        """Give the number of rows that changed."""
        return self.inserted + self.updated + self.deleted


def apply(connection: Connection, schema: str, table: Table, rows: pl.DataFrame, at: str) -> Change:
    """Bring a table to the rows of the run, and give what changed; versions begin and end `at` this time."""
    if not connection.rows(f"SELECT 1 FROM {full_name(schema, table.name)} LIMIT 1"):
        connection.fill(schema, table, _first_versions(rows, at) if table.tracked else rows)
        return Change(table.name, inserted=rows.height)
    staged = connection.stage(table, rows)
    steps = _Steps(full_name(schema, table.name), staged, table)
    if table.tracked:
        return _versions(connection, steps, at)
    return Change(
        table.name,
        deleted=connection.changed(f"DELETE FROM {steps.target} AS t WHERE NOT EXISTS ({steps.same_key()})"),
        updated=connection.changed(steps.update(table.names)),
        inserted=connection.changed(steps.insert("")),
    )


def _first_versions(rows: pl.DataFrame, at: str) -> pl.DataFrame:
    moment = pl.Datetime("us", "UTC")
    return rows.with_columns(
        valid_from=pl.lit(datetime.fromisoformat(at), moment),
        valid_to=pl.lit(None, moment),
        is_current=pl.lit(True),
    )


def _versions(connection: Connection, steps: _Steps, at: str) -> Change:
    """End the versions that no longer hold, and begin new ones; other columns are corrected in place.

    A version that began at the same moment never held, so it is deleted instead of ended.
    """
    table, time = steps.table, literal(at)
    others = [name for name in table.names if name not in table.tracked]
    over = f"t.is_current AND NOT EXISTS ({steps.same_key(table.tracked)})"
    deleted = connection.changed(f"DELETE FROM {steps.target} AS t WHERE t.valid_from >= {time} AND {over}")
    ended = connection.changed(
        f"UPDATE {steps.target} AS t SET valid_to = {time}, is_current = false WHERE {over}"
    )
    updated = connection.changed(steps.update(others, " AND t.is_current"))
    inserted = connection.changed(steps.insert(f", {time}, NULL, true", " AND t.is_current"))
    return Change(table.name, inserted, updated + ended, deleted)


@dataclass(frozen=True)
class _Steps:
    """The statements that bring `target` to the rows of `staged`."""

    target: str
    staged: str
    table: Table

    def same_key(self, and_same: tuple[str, ...] = ()) -> str:
        """Give the query for the staged row of a target row t; `and_same` columns have to agree too."""
        same = [f" AND s.{quoted(name)} IS NOT DISTINCT FROM t.{quoted(name)}" for name in and_same]
        return f"SELECT 1 FROM {self.staged} AS s WHERE {self._keys()}{''.join(same)}"

    def update(self, columns: list[str] | tuple[str, ...], only: str = "") -> str:
        """Give the statement that corrects those rows of which one of the columns differs."""
        names = [name for name in columns if name not in self.table.key]
        if not names:
            return f"DELETE FROM {self.target} WHERE false"
        differ = " OR ".join(f"t.{quoted(n)} IS DISTINCT FROM s.{quoted(n)}" for n in names)
        values = ", ".join(f"{quoted(n)} = s.{quoted(n)}" for n in names)
        return (
            f"UPDATE {self.target} AS t SET {values} FROM {self.staged} AS s "
            f"WHERE {self._keys()}{only} AND ({differ})"
        )

    def insert(self, more: str, only: str = "") -> str:
        """Give the statement that inserts those rows whose key the target has not."""
        names = [column.name for column in self.table.all_columns]
        columns = ", ".join(f"s.{quoted(n)}" for n in self.table.names)
        return (
            f"INSERT INTO {self.target} ({', '.join(map(quoted, names))}) SELECT {columns}{more} "
            f"FROM {self.staged} AS s WHERE NOT EXISTS "
            f"(SELECT 1 FROM {self.target} AS t WHERE {self._keys()}{only})"
        )

    def _keys(self) -> str:
        return " AND ".join(f"t.{quoted(name)} = s.{quoted(name)}" for name in self.table.key)
