"""How much memory a worker takes: each part of each step is done in a process of its own, as Spark does it.

Such a process gets its partition as a stream of Arrow batches and runs what the workers of an engine run
(`OverBatches`). Joins and windows are DuckDB's, with its tables on the disk.
"""

from __future__ import annotations

import multiprocessing
import pickle
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import polars as pl
import pyarrow as pa

from sot import distributed
from sot.decision_log import constraints
from sot.demo import write_demo
from sot.engine.batches import OverBatches, arrow_schema
from sot.engine.embedded import Embedded
from sot.engine.protocol import AT_ONCE, Columns, Work
from sot.handoffs import handoffs
from sot.model.run import Silent, Stages
from sot.model.sources import InputSpec
from sot.read import read_exports
from sot.rules import Rulebook
from sot.rules.project import Settings
from sot.workspace.golden_id_ledger import Ledger, load
from sot.workspace.table_store import table_store
from tests.bench.tools import DEMO_RECORDS_PER_CUSTOMER, row

SIZES = (30_000, 100_000, 300_000)
OF_ONE = 15_000
"""So many records are in a partition, whatever the size of the list."""
WATCHED = 2
"""So many partitions of a step have a process each; the others are done in this one, for the result alone."""
BATCH = 10_000
"""Rows in a batch, as Spark hands them over."""
HEADER = (
    "records",
    "steps",
    "partitions",
    "most rows of one",
    "median",
    "largest",
    "the three largest steps",
)


@dataclass(frozen=True)
class Done:
    """What a worker did: the step, the rows that it was given, and the most memory that it held (MB)."""

    step: str
    rows: int
    peak: float


M = TypeVar("M", bound="Measured")


class Measured(Embedded):
    """An engine whose workers are processes, one after the other, each for one partition of one step."""

    called = "the engine of the benchmark"

    def __init__(self, work: Path) -> None:
        super().__init__(WATCHED, work)
        self._folder, self.done = work, list[Done]()
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(
            [
                "sot.distributed",
                "sot.match.on_engine.stage",
                "sot.cluster.on_engine.stage",
                "sot.resolve.on_engine.stage",
                "sot.handoffs.on_engine.stage",
            ]
        )
        self._workers = context.Pool(1, maxtasksperchild=1)

    @property
    def partitions(self) -> int:
        """Into how many parts tables are cut."""
        return self._pieces

    def expect(self, records: int) -> None:
        """Cut tables into parts for so many records."""
        self._pieces = max(WATCHED, records // OF_ONE)

    def apply(
        self,
        name: str,
        query: str,
        work: Work,
        columns: Columns,
        by: str | None = None,
        rows: int = AT_ONCE,
    ) -> None:
        """Let `name` be what `work` makes of the rows of `query`, partition by partition."""
        self._take(name, arrow_schema(columns).empty_table())
        self._execute(name, f"create or replace table to_cut as {query}")
        self.cut(name, query, by)
        for piece in range(self._pieces):
            place = f"hash({by})" if by else "rowid"
            order = f"order by {by}" if by else ""
            given = self._con.sql(f"select * from to_cut where {place} % {self._pieces} = {piece} {order}")
            over = OverBatches(work, dict(columns), by, rows)
            if piece < WATCHED:
                made = self._in_a_worker(name, over, given.to_arrow_reader(BATCH))
            else:
                made = list(over(given.to_arrow_table().to_batches(BATCH)))
            for batch in made:
                self._insert(name, pa.Table.from_batches([batch]))
        self.drop("to_cut")

    def cut(self, name: str, query: str, by: str | None) -> None:
        """Look at `to_cut`, the rows that the workers of a step get."""

    def _in_a_worker(self, step: str, over: OverBatches, rows: pa.RecordBatchReader) -> list[pa.RecordBatch]:
        given, made = self._folder / "given.arrow", self._folder / "made.arrow"
        count = _write(given, rows)
        if not count:
            return []
        peak = self._workers.apply(_worker, (pickle.dumps(over), given, made))
        self.done.append(Done(step, count, peak))
        with pa.ipc.open_stream(made) as batches:
            return list(batches)

    def close(self) -> None:
        """End the worker, and close the database."""
        self._workers.terminate()
        super().close()


def _write(path: Path, batches: pa.RecordBatchReader) -> int:
    count = 0
    with pa.ipc.new_stream(path, batches.schema) as out:
        for batch in batches:
            out.write_batch(batch)
            count += batch.num_rows
    return count


def _worker(sent: bytes, given: Path, made: Path) -> float:
    """Do a partition, and give the most memory that this process has held (MB)."""
    work: OverBatches = pickle.loads(sent)
    with (
        pa.OSFile(str(given)) as file,
        pa.ipc.open_stream(file) as batches,
        pa.ipc.new_stream(made, arrow_schema(work.columns)) as out,
    ):
        for batch in work(batches):
            out.write_batch(batch)
    status = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))


def table(work: Path, sizes: Sequence[int]) -> Iterator[str]:
    """Give the lines of a Markdown table, each as soon as it is known."""
    yield row(HEADER)
    yield row("---" for _ in HEADER)
    for size in sizes:
        folder = work / f"workers_{size}"
        write_demo(folder / "exports", round(size / DEMO_RECORDS_PER_CUSTOMER), seed=7)
        with measuring(folder, Measured) as engine:
            records, partitions = flow(folder, engine, Rulebook())
        yield _line(records, partitions, engine.done)


@contextmanager
def measuring(folder: Path, kind: Callable[[Path], M]) -> Iterator[M]:
    """Give an engine of a `kind` that works in a folder within `folder`."""
    with tempfile.TemporaryDirectory(dir=folder) as steps:
        engine = kind(Path(steps))
        try:
            yield engine
        finally:
            engine.close()


def flow(folder: Path, engine: Measured, rules: Rulebook) -> tuple[int, int]:
    """Run the exports of `folder` on the engine, and give the number of records and of partitions."""
    settings = Settings()
    imported = read_exports([InputSpec(str(folder / "exports"))], rules, settings, Silent())
    remembered: Ledger = load(folder / "golden_ids.csv")
    (folder / "tables").mkdir()
    with table_store(folder / "tables") as tables:
        records, _ = distributed.normalise(engine, imported, rules)
        undecided = constraints([], records)
        known = (undecided, remembered, settings, rules, Stages(Silent()))
        _, clustering = distributed.joined(engine, *known)
        imported = replace(imported, records=records)
        resolution = distributed.resolved(engine, imported, clustering, undecided, settings, rules, tables)
        both = (tables.get("records"), imported.documents)
        handoffs(both, clustering, resolution.golden, undecided, settings, rules, engine)
    return records.height, engine.partitions


def _line(records: int, partitions: int, done: Sequence[Done]) -> str:
    rows = pl.DataFrame(done)
    worst = (
        rows.group_by("step").agg(pl.col("peak").max(), pl.col("rows").max()).sort("peak", descending=True)
    )
    shown = ", ".join(f"{step} {peak:,.0f} MB ({count:,} rows)" for step, peak, count in worst.head(3).rows())
    return row(
        (
            f"{records:,}", f"{worst.height}", f"{partitions}", f"{worst['rows'].max():,}",
            f"{worst['peak'].median():,.0f} MB", f"{worst['peak'].max():,.0f} MB", shown,
        )
    )  # fmt: skip
