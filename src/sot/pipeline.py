"""The order of the stages: from paths to a finished run. The only module that knows them all."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from sot.model.run import Progress, Run
from sot.model.sources import Import, InputSpec
from sot.rules import Rulebook
from sot.rules.project import Settings, load_settings
from sot.workspace import Project, output_folder

Result = TypeVar("Result")


def read(specs: Sequence[InputSpec], project: Project, progress: Progress) -> tuple[Import, Rulebook, Settings]:
    """Read the exports, and give the rules and settings that this was done with."""
    from sot.read import read_exports

    rules = Rulebook(project.rules)
    settings = load_settings(project)
    return read_exports(specs, rules, settings, progress), rules, settings


def dedupe(specs: Sequence[InputSpec], project: Project, out: Path, progress: Progress) -> Run:
    """Run the whole flow over `specs` and leave its outputs in `out`, whole or not at all."""
    from sot import cluster, decision_log, emit, match, normalise, resolve

    seconds: dict[str, float] = {}

    def timed(stage: str, work: Callable[[], Result], tell: Callable[[Result], str]) -> Result:
        progress.start(stage)
        begin = time.perf_counter()
        result = work()
        seconds[stage] = round(time.perf_counter() - begin, 3)
        progress.done(stage, tell(result))
        return result

    with output_folder(out) as folder:
        imported, rules, settings = timed(
            "read",
            lambda: read(specs, project, progress),
            lambda got: f"{got[0].records.height:,} records from {len(got[0].sources)} files",
        )
        records = timed(
            "normalise", lambda: normalise.normalise(imported.records, rules), lambda t: f"{t.height:,} records"
        )
        constraints = decision_log.constraints(decision_log.load(project.decisions), records)
        matching = timed(
            "match", lambda: match.match(records, rules), lambda m: f"{m.pairs.height:,} scored pairs"
        )
        ledger = cluster.load_ledger(project.ledger)
        clustering = timed(
            "cluster",
            lambda: cluster.cluster(records, matching, constraints, ledger, settings, rules),
            lambda c: f"{c.clusters.height:,} golden customers",
        )
        resolution = timed(
            "resolve",
            lambda: resolve.resolve(records, imported.documents, clustering, constraints, settings, rules),
            lambda r: f"{r.conflicts.height:,} conflicts",
        )
        run = Run(
            imported, records, matching, clustering, resolution, constraints, settings, rules.hashes(), seconds
        )
        timed("emit", lambda: emit.emit(folder, run), lambda _: "done")
    return run
