"""An engine whose steps are reported, with their rows and seconds, to whoever waits for them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import polars as pl

from sot.engine.protocol import AT_ONCE, Columns, Engine, Work

LONG = 5.0
"""Seconds from which a step is worth a line, and a query for its rows."""


class Watcher(Protocol):
    """Who is told of the steps of an engine."""

    def step(self, name: str) -> None:
        """A step begins."""

    def stepped(self, name: str, rows: int, seconds: float) -> None:
        """A step that took long has ended."""


class Watched:
    """The steps of `engine`, of which `watcher` is told."""

    def __init__(self, engine: Engine, watcher: Watcher) -> None:
        self._engine, self._watcher = engine, watcher
        self.called = engine.called

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        self._watcher.step(name)
        begin = time.perf_counter()
        yield
        seconds = time.perf_counter() - begin
        if seconds >= LONG:
            rows = self._engine.small(f"select count(*) as n from {name}").item()
            self._watcher.stepped(name, int(rows), seconds)

    def expect(self, records: int) -> None:
        """Divide tables into parts for so many records."""
        self._engine.expect(records)

    def give(self, name: str, table: pl.DataFrame) -> None:
        """Let `name` be a small table of the driver."""
        with self._step(name):
            self._engine.give(name, table)

    def read(self, name: str, address: str) -> None:
        """Let `name` be a table that is elsewhere."""
        self._engine.read(name, address)

    def sql(self, name: str, query: str) -> None:
        """Let `name` be what `query` gives."""
        with self._step(name):
            self._engine.sql(name, query)

    def apply(
        self,
        name: str,
        query: str,
        work: Work,
        columns: Columns,
        by: str | None = None,
        rows: int = AT_ONCE,
    ) -> None:
        """Let `name` be what `work` makes of the rows of `query`, part by part."""
        with self._step(name):
            self._engine.apply(name, query, work, columns, by, rows)

    def small(self, query: str) -> pl.DataFrame:
        """Give the rows of `query` to the driver."""
        return self._engine.small(query)

    def drop(self, *names: str) -> None:
        """Forget tables."""
        self._engine.drop(*names)

    def close(self) -> None:
        """Let go of everything."""
        self._engine.close()
