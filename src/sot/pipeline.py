"""The order of the stages: from paths to a finished run. The only module that knows them all."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from sot import ledger
from sot.model.run import Progress, Run
from sot.model.sources import Import, InputSpec
from sot.rules import Rulebook
from sot.rules.project import Settings, load_settings
from sot.workspace import Project, output_folder

if TYPE_CHECKING:
    from sot.profile import Profile

Result = TypeVar("Result")


def read(
    specs: Sequence[InputSpec], project: Project, progress: Progress
) -> tuple[Import, Rulebook, Settings]:
    """Read the exports, and give the rules and settings that this was done with."""
    from sot.read import read_exports

    rules = Rulebook(project.rules)
    settings = load_settings(project)
    return read_exports(specs, rules, settings, progress), rules, settings


def profile(specs: Sequence[InputSpec], project: Project) -> Profile:
    """Tell the quality of exports as they lie there, column by column; nothing is put together."""
    from sot import profile
    from sot.normalise import Examiner
    from sot.read import look_at_exports

    rules = Rulebook(project.rules)
    sources, ignored = look_at_exports(specs, rules, load_settings(project))
    return profile.profile(sources, ignored, Examiner(rules), rules)


def dedupe(specs: Sequence[InputSpec], project: Project, out: Path, progress: Progress, today: date) -> Run:
    """Run the whole flow over `specs` and leave its outputs in `out`, whole or not at all.

    The ledger of golden ids comes last, so that no id is remembered that no output holds; `today` stands in
    its redirects, and ends waivers.
    """
    from sot import emit

    with output_folder(out) as folder:
        stages = _Stages(progress)
        run, rules = _run(specs, project, stages, today)
        stages.do(
            "emit", lambda: emit.emit(folder, run, rules), lambda _: f"{len(list(folder.iterdir()))} files"
        )
    ledger.save(project.ledger, run.clustering.ledger, run.clustering.redirects, today.isoformat())
    return run


class _Stages:
    """Does one stage after the other, tells of each, and keeps the seconds that each took."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.seconds: dict[str, float] = {}

    def do(self, stage: str, work: Callable[[], Result], tell: Callable[[Result], str]) -> Result:
        self.progress.start(stage)
        begin = time.perf_counter()
        result = work()
        self.seconds[stage] = round(time.perf_counter() - begin, 3)
        self.progress.done(stage, tell(result))
        return result


def _run(specs: Sequence[InputSpec], project: Project, stages: _Stages, today: date) -> tuple[Run, Rulebook]:
    from sot import cluster, decision_log, match, normalise, resolve

    written = project.hashes()
    imported, rules, settings = stages.do(
        "read",
        lambda: read(specs, project, stages.progress),
        lambda got: f"{got[0].records.height:,} records from {len(got[0].sources)} files",
    )
    records = stages.do(
        "normalise",
        lambda: normalise.normalise(imported.records, rules),
        lambda table: f"{table['n_name'].n_unique():,} different names",
    )
    constraints = decision_log.constraints(decision_log.load(project.decisions), records)
    matching = stages.do(
        "match", lambda: match.match(records, rules), lambda found: f"{found.pairs.height:,} scored pairs"
    )
    clustering = stages.do(
        "cluster",
        lambda: cluster.cluster(records, matching, constraints, ledger.load(project.ledger), settings, rules),
        lambda found: f"{found.clusters.height:,} golden customers",
    )
    resolution = stages.do(
        "resolve",
        lambda: resolve.without_expired(
            resolve.resolve(records, imported.documents, clustering, constraints, settings, rules), today
        ),
        lambda found: f"{found.conflicts.height:,} conflicts",
    )
    run = Run(
        imported=imported,
        records=records,
        matching=matching,
        clustering=clustering,
        resolution=resolution,
        constraints=constraints,
        settings=settings,
        rule_hashes=rules.hashes(),
        seconds=stages.seconds,
        project_hashes={**written, project.ledger.name: _sha256(ledger.content(clustering.ledger))},
    )
    return run, rules


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
