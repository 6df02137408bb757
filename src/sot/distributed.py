"""Normalising, matching and clustering on an engine: the same functions as in the process, over parts of the list."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from pathlib import Path
from socket import gethostname
from typing import TYPE_CHECKING

import polars as pl

from sot.engine.parts import in_parts, lazily
from sot.engine.protocol import Engine
from sot.engine.watched import Watched
from sot.model.addresses import is_address
from sot.model.counts import counted
from sot.model.decisions import Constraints
from sot.model.run import Clustering, Matching, Progress, Resolution, Stages
from sot.model.sources import Import
from sot.model.tables import NORMALISED, PAIRS, RECORDS, conform
from sot.rules import Rulebook
from sot.rules.bundle import Bundle
from sot.rules.project import EngineSettings, Settings
from sot.workspace.golden_id_ledger import Ledger
from sot.workspace.safe_write import scratch_folder
from sot.workspace.table_store import TableStore

if TYPE_CHECKING:
    from sot.engine.spark import Spark

KEYS = ("uid", "system", "record_id", "name", "n_habit")
"""What the driver asks of records that are matched and clustered on an engine."""


@contextmanager
def engine_of(
    settings: EngineSettings, project: Path, progress: Progress | None = None
) -> Iterator[Engine | None]:
    """Give the engine that the project in a folder names, None where all is done in the memory of the process.

    `progress` is told of its steps. What it started ends with the block, and so do the tables of its steps where they
    lie on this machine.
    """
    if settings.whole:
        yield None
        return
    with ExitStack() as stack:
        engine = spark(settings, project, stack) if settings.name == "spark" else _embedded(settings, stack)
        stack.callback(engine.close)
        yield engine if progress is None else Watched(engine, progress)


def _embedded(settings: EngineSettings, stack: ExitStack) -> Engine:
    from sot.engine.embedded import Embedded

    if settings.work is None:
        return Embedded(settings.pieces)
    Path(settings.work).mkdir(parents=True, exist_ok=True)
    return Embedded(settings.pieces, stack.enter_context(scratch_folder(Path(settings.work))))


def spark(settings: EngineSettings, project: Path, stack: ExitStack) -> Spark:
    """Give a Spark Connect server as the project names it; what is started for it ends with `stack`."""
    from sot.engine.local_server import beside
    from sot.engine.spark import Spark

    assert settings.remote is not None
    if settings.remote != "local":
        assert settings.work is not None
        return Spark(settings.remote, _own(settings.work, project), settings.partitions)
    lake = settings.work if settings.work and is_address(settings.work) else None
    if settings.work and not lake:
        Path(settings.work).mkdir(parents=True, exist_ok=True)
    folder = stack.enter_context(scratch_folder(Path(settings.work) if settings.work and not lake else None))
    server = stack.enter_context(beside(folder))
    return Spark(server, _own(lake, project) if lake else str(folder), settings.partitions, beside=True)


def _own(work: str, project: Path) -> str:
    """Give the place of one project below `work`: two that run at once must not write each other's tables."""
    owner = f"{gethostname()}:{project.resolve()}"
    return f"{work.rstrip('/')}/{sha256(owner.encode()).hexdigest()[:12]}"


def normalise(engine: Engine, imported: Import, rules: Rulebook) -> tuple[pl.DataFrame, int]:
    """Normalise the records on the engine, where they stay; give KEYS of them, and the number of different names."""
    from sot.normalise.on_engine import normalise as on_engine

    engine.expect(imported.records.height)
    if not imported.on_engine:
        engine.give("records", imported.records.with_columns(pl.col("uid").cast(pl.Int64)))
    on_engine(engine, rules)
    engine.drop("records")
    names = engine.small("select count(distinct n_name) as n from normalised where n_name is not null").item()
    nameless = engine.small("select count(*) as n from normalised where n_name is null").item()
    keys = in_parts(engine, "normalised", KEYS)
    return keys.with_columns(pl.col("uid").cast(pl.Int32)), int(names) + (nameless > 0)


def joined(
    engine: Engine,
    constraints: Constraints,
    remembered: Ledger,
    settings: Settings,
    rules: Rulebook,
    stages: Stages,
) -> tuple[Matching, Clustering]:
    """Match and cluster what was normalised on the engine."""
    from sot.cluster.on_engine.stage import cluster, on_driver
    from sot.match.on_engine.rules import USED_BY_WORKERS
    from sot.match.on_engine.stage import match

    with stages.doing("match") as tell:
        matching = match(engine, rules, stages)
        tell(counted(matching.report.scored, "scored pair"))
    with stages.doing("cluster") as tell:
        largest = cluster(engine, matching, constraints, settings, rules)
        clustering = on_driver(engine, remembered, constraints)
        tell(f"{counted(clustering.clusters.height, 'golden customer')}, at most {largest:,} linked records")
    for name in (*Bundle.of(rules).open().used, *USED_BY_WORKERS):
        rules.path(name)  # the manifest tells what was used, wherever that was
    pairs = engine.small("select * from pairs order by uid_l, uid_r")
    levels = [name for name in pairs.columns if name.startswith("gamma_")]
    pairs = conform(pairs.with_columns(pl.col(levels).cast(pl.Int8)), PAIRS, extra=True)
    copies = engine.small("select uid, of_ as of from copies order by uid").cast(pl.Int32)
    return Matching(pairs, matching.report, matching.model, copies), clustering


def resolved(
    engine: Engine,
    imported: Import,
    clustering: Clustering,
    constraints: Constraints,
    settings: Settings,
    rules: Rulebook,
    tables: TableStore,
) -> Resolution:
    """Resolve the customers on the engine; put `records` into the table store.

    The records of `imported` are their keys. Memory holds a part of the records at a time.
    """
    from sot.normalise.on_engine import at_home
    from sot.resolve.on_engine.stage import resolve

    at_home(engine, rules)
    schema = {**RECORDS, "id_repeated": pl.Boolean, **NORMALISED}
    tables.put("records", lazily(engine, "record_", schema, by="uid"))
    return resolve(engine, imported.records, imported.documents, clustering, constraints, settings, rules)
