"""The results of a run in a lake, brought back to this machine: its ledger, and what `sot publish` reads of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from sot.engine.protocol import LakeError
from sot.engine.results import CURRENT, FILES
from sot.engine.spark import Spark
from sot.model.addresses import shown
from sot.model.tables import Schema, conform, empty


@dataclass(frozen=True)
class InLake:
    """The run that ADDRESS/current names, and the tables that it has."""

    engine: Spark
    address: str
    digest: str
    tables: tuple[str, ...]

    def table(self, name: str, schema: Schema | None = None) -> pl.DataFrame:
        """Give a table of the run; of one without rows, which is not there, the columns of `schema`."""
        if name not in self.tables:
            return empty(schema or {})
        self.engine.read("brought", f"{self.address}/{self.digest}/{name}")
        rows = self.engine.small("select * from brought")
        self.engine.drop("brought")
        return conform(rows, schema) if schema else rows

    def put_files(self, folder: Path) -> None:
        """Write the small files of the run into `folder`, under their names."""
        for name, content in self.table(FILES).select("name", "content").iter_rows():
            (folder / Path(name).name).write_text(content, encoding="utf-8", newline="")


def current(engine: Spark, address: str) -> InLake | None:
    """Give the run that is finished at `address`, or None if there is none; LakeError if that can't be known."""
    address = address.rstrip("/")
    if not engine.read_if_there("brought", f"{address}/{CURRENT}"):
        return None
    rows = engine.small("select run, tables from brought").rows()
    engine.drop("brought")
    if len(rows) != 1:
        raise LakeError(
            f"{shown(address)}/{CURRENT} has {len(rows)} rows, so it is not known which run is finished",
            "run sot dedupe again; it writes the results once more",
        )
    (digest, names), *_ = rows
    return InLake(engine, address, digest, tuple(names.split("|")))


def require(run: InLake | None, address: str, tables: Sequence[str]) -> InLake:
    """Make sure that there is a run that has `tables`."""
    if run is None or not set(tables) <= set(run.tables):
        raise LakeError(
            f"{shown(address)} contains no finished run",
            "name the address that engine.results has in sot.yaml, after sot dedupe has written there",
        )
    return run
