"""Results of a finished run in a lake: written there after it, and read from there by later runs and by publish."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from sot.distributed import spark
from sot.engine.protocol import LakeError
from sot.errors import UsageError
from sot.model.addresses import shown
from sot.model.counts import counted
from sot.model.run import Run, Stages
from sot.model.tables import (
    BI_RECONCILIATION,
    CONFLICTS,
    DOCUMENT_LINKS,
    EXCEPTIONS,
    GOLDEN,
    PROVENANCE,
    RELATED,
    Schema,
)
from sot.rules.project import EngineSettings, load_settings
from sot.workspace import golden_id_ledger
from sot.workspace.golden_id_ledger import MEMBERS, MOVED, Ledger
from sot.workspace.project import Project
from sot.workspace.run_folder import MANIFEST
from sot.workspace.safe_write import scratch_folder

GATES = "gates.json"
_QUEUE, _SAMPLE = "review_queue.csv", 1_000
"""Of the queue so many cases lie beside the tables, for people; all are in the table of questions."""
_AS_TABLES: dict[str, Schema] = {"golden": GOLDEN, "provenance": PROVENANCE, "conflicts": CONFLICTS}
_AS_LISTS: dict[str, Schema] = {
    "related": RELATED,
    "handoffs": EXCEPTIONS,
    "handoff_links": DOCUMENT_LINKS,
    "bi_reconciliation": BI_RECONCILIATION,
}
_ROUNDED = {"match_probability": 6, "amount": 2, "expected": 2, "found": 2, "difference": 2}
_ROUNDED |= {"bi_amount": 2, "ledger_amount": 2}
"""Decimals that the lists of a run have."""


def write(run: Run, out: Path, project: Project, today: date) -> str:
    """Have the server write the results of the finished run in `out` and its ledger; gives what to tell of it."""
    from sot.engine import results

    settings = run.settings.engine
    ledger = golden_id_ledger.load(project.ledger)
    with ExitStack() as stack:
        engine = spark(settings, project.folder, stack)
        stack.callback(engine.close)
        survivors = run.resolution.survivors["uid"]
        kept = {results.LEDGER: ledger.members, results.REDIRECTS: ledger.redirects}
        files = _files(out, project, today)
        written = results.write(
            engine, out / "tables", settings.results, run.past.digest, survivors, kept, files
        )
    return f"{counted(len(written), 'table')} at {shown(settings.results)}"


def _files(out: Path, project: Project, today: date) -> dict[str, str]:
    """Give what lies beside the tables: what people read, what publish asks for, and which gates refuse the run."""
    from sot.check import refusing

    failed, known = refusing(out, project, today)
    paths = (out / MANIFEST, out / "tables" / "summary.json", out / "report.html", project.history)
    files = {path.name: path.read_text(encoding="utf-8") for path in paths if path.is_file()}
    if (out / _QUEUE).is_file():
        files[_QUEUE] = pl.read_csv(out / _QUEUE, infer_schema=False, n_rows=_SAMPLE).write_csv()
    return {**files, GATES: json.dumps({"failed": sorted(failed), "known": sorted(known)})}


def remembered(project: Project, stages: Stages) -> Ledger:
    """Give the ledger of the project; if it has none yet, that of the run that is finished in its lake."""
    settings = load_settings(project).engine
    if project.ledger.is_file() or not settings.results:
        return golden_id_ledger.load(project.ledger)
    with stages.doing("ledger") as tell:
        ledger = _in_lake(settings, settings.results, project.folder) or golden_id_ledger.no_ledger()
        known = counted(ledger.members["golden_id"].n_unique(), "golden id")
        tell(f"{known} at {shown(settings.results)}")
    return ledger


def _in_lake(settings: EngineSettings, address: str, project: Path) -> Ledger | None:
    from sot.engine import brought, results

    with ExitStack() as stack:
        engine = spark(settings, project, stack)
        stack.callback(engine.close)
        finished = brought.current(engine, address)
        if finished is None:
            return None
        return Ledger(finished.table(results.LEDGER, MEMBERS), finished.table(results.REDIRECTS, MOVED))


@dataclass(frozen=True)
class Brought:
    """A run that was brought from a lake, as a folder and a project; gates that refused it, and all gates."""

    run: Path
    project: Project
    failed: frozenset[str]
    known: frozenset[str]


@contextmanager
def brought_back(settings: EngineSettings, address: str, home: Path) -> Iterator[Brought]:
    """Give the finished run at an address as publish reads one; it is gone after the block.

    `home` is the folder of the project whose settings these are.
    """
    from sot.engine import brought, results

    if settings.name != "spark":
        raise UsageError(
            f"{shown(address)}: a run in a lake is read by an engine, and sot.yaml names none",
            "see docs/spark.md: engine: {name: spark, …}",
        )
    with ExitStack() as stack:
        folder = stack.enter_context(scratch_folder())
        engine = spark(settings, home, stack)
        stack.callback(engine.close)
        asked = (results.CROSSWALK, results.FILES, results.LEDGER, "golden")
        finished = brought.require(brought.current(engine, address), address, asked)
        (folder / "tables").mkdir()
        finished.put_files(folder)
        for name, schema in _AS_TABLES.items():
            finished.table(name, schema).write_parquet(folder / "tables" / f"{name}.parquet")
        for name, schema in _AS_LISTS.items():
            _listed(finished.table(name, schema)).write_csv(folder / f"{name}.csv")
        _listed(finished.table(results.CROSSWALK)).write_csv(folder / f"{results.CROSSWALK}.csv")
        project = Project(folder)
        finished.table(results.LEDGER, MEMBERS).write_csv(project.ledger)
        finished.table(results.REDIRECTS, MOVED).write_csv(golden_id_ledger.redirects_path(project.ledger))
        gates = _gates(folder / GATES, address)
        yield Brought(folder, project, *gates)


def _gates(path: Path, address: str) -> tuple[frozenset[str], frozenset[str]]:
    try:
        gates = json.loads(path.read_text(encoding="utf-8"))
        return frozenset(gates["failed"]), frozenset(gates["known"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LakeError(
            f"{shown(address)}: it is not known which gates the run met", "run sot dedupe again"
        ) from error


def _listed(table: pl.DataFrame) -> pl.DataFrame:
    """Give a table as the lists of a run show it."""
    rounded = [
        pl.col(name).cast(pl.Float64).round(digits)
        for name, digits in _ROUNDED.items()
        if name in table.columns
    ]
    return table.with_columns(rounded)
