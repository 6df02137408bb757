"""The order of the stages: from paths to a finished run. The only module that knows them all."""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import polars as pl

from sot import __version__, history, ledger
from sot.errors import SotError
from sot.model.counts import counted
from sot.model.decisions import Constraints
from sot.model.history import Entry, Past
from sot.model.kinds import ObjectKind
from sot.model.run import Clustering, Progress, Resolution, Run
from sot.model.sources import Import, InputSpec, Source
from sot.model.tables import DOCUMENTS, NORMALISED, PAIRS, PROVENANCE, RECORDS, empty
from sot.rules import Rulebook
from sot.rules.project import Settings, load_settings
from sot.shelf import Shelf, shelf
from sot.workspace import Project, output_folder, run_digest

if TYPE_CHECKING:
    from sot.profile import Profile

Result = TypeVar("Result")

# What lies on the shelf is read back as far as it is asked for, so that no stage holds the columns of another.
_MATCHED = ("uid", "system", "record_id", "name", "parent_id", "parent_name", *NORMALISED)
"""What matching and clustering ask of a record."""
_EMITTED = (
    "uid", "system", "record_id", "department", "object", "source", "sheet", "row", "name", "trade_name", "tax_id",
    "registration_id", "website", "email", "phone", "street", "city", "region", "postcode", "country", "industry",
    "parent_id", "parent_name", "n_name",
)  # fmt: skip
"""What of a record stands in files that people read, or can be corrected."""
_READ = (*RECORDS, "id_repeated")
_RECORDS = (*_READ, *NORMALISED)
_RESOLVED = tuple(
    name for name in _RECORDS if name not in ("n_tokens", "n_aliases", "n_site", "n_habit", "n_role")
)
"""What golden values and conflicts are made of."""
_BELONGING = (
    "system", "object", "source", "sheet", "record_id", "account_id", "account_name", "customer_id",
    "currency", "state", "amount_value", "open_amount_value",
)  # fmt: skip
"""What is asked of a document: where it is, whose, and how much money it stands for."""


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


def prepare(
    specs: Sequence[InputSpec], project: Project, progress: Progress
) -> tuple[Import, pl.DataFrame, Rulebook, Settings]:
    """Read exports and normalise their records; nothing is matched, and nothing is written."""
    from sot import normalise

    imported, rules, settings = read(specs, project, progress)
    return imported, normalise.normalise(imported.records, rules), rules, settings


def dedupe(specs: Sequence[InputSpec], project: Project, out: Path, progress: Progress, now: datetime) -> Run:
    """Run the whole flow over `specs` and leave its outputs in `out`, whole or not at all.

    The ledger of golden ids and the history come last, so that nothing is remembered that no output holds;
    `now` stands in both, and its day ends waivers.
    """
    from sot import emit

    with output_folder(out) as folder, shelf(folder / "tables") as tables:
        tables.lasting.mkdir()
        stages = _Stages(progress)
        run, rules = _run(specs, project, stages, now, ledger.load(project.ledger), tables)
        run = replace(run, past=_compared(run, out))
        entry = stages.do(
            "emit",
            lambda: emit.emit(folder, run, rules),
            lambda _: counted(len(list(folder.iterdir())), "file"),
        )
    ledger.save(project.ledger, run.clustering.ledger, run.clustering.redirects, now.date().isoformat())
    torn = history.append(project.history, entry)
    if torn:
        progress.start("history")
        progress.done("history", f"an unfinished last line was set aside in {project.history.name}.torn")
    return run


def rehearse(
    specs: Sequence[InputSpec], project: Project, progress: Progress, now: datetime, remembered: ledger.Ledger
) -> Run:
    """Run the flow over `specs` up to the conflicts, with the golden ids of `remembered`; nothing is left on disk."""
    with tempfile.TemporaryDirectory(prefix="sot-") as folder, shelf(Path(folder)) as tables:
        run, _ = _run(specs, project, _Stages(progress), now, remembered, tables)
        documents = tables.get("documents", list(DOCUMENTS))
        records = tables.get("records", _RECORDS)
        return replace(run, records=records, imported=replace(run.imported, documents=documents))


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


def _run(
    specs: Sequence[InputSpec],
    project: Project,
    stages: _Stages,
    now: datetime,
    remembered: ledger.Ledger,
    tables: Shelf,
) -> tuple[Run, Rulebook]:
    from sot import cluster, decision_log, match, resolve

    written = project.hashes()
    runs = history.load(project.history).runs
    imported, rules, settings = stages.do(
        "read",
        lambda: read(specs, project, stages.progress),
        lambda got: f"{counted(got[0].records.height, 'record')} from {counted(len(got[0].sources), 'file')}",
    )
    inputs = _inputs(imported.sources)
    imported = _normalised(imported, rules, stages, tables)
    constraints = decision_log.constraints(decision_log.load(project.decisions), imported.records)
    matching = stages.do(
        "match",
        lambda: match.match(imported.records, rules),
        lambda found: counted(found.pairs.height, "scored pair"),
    )
    clustering = stages.do(
        "cluster",
        lambda: cluster.cluster(imported.records, matching, constraints, remembered, settings, rules),
        lambda found: counted(found.clusters.height, "golden customer"),
    )
    columns = matching.pairs.columns
    tables.put("pairs", matching.pairs)
    matching = replace(matching, pairs=empty(PAIRS))

    def resolved() -> Resolution:
        # What matching had of the records is let go of before the customers are resolved.
        nonlocal imported
        imported = _at_home(imported, clustering, rules, tables)
        found = _resolved(imported, clustering, constraints, settings, rules, tables)
        imported = replace(imported, records=imported.records.select(_EMITTED))
        return resolve.without_expired(found, now.date())

    resolution = stages.do("resolve", resolved, lambda found: counted(found.conflicts.height, "conflict"))
    matching = replace(matching, pairs=tables.get("pairs", columns))
    hashes = {**written, project.ledger.name: _sha256(ledger.content(clustering.ledger))}
    digest = _digest(inputs, rules.hashes(), hashes, clustering, resolution)
    run = Run(
        imported=imported,
        records=imported.records,
        matching=matching,
        clustering=clustering,
        resolution=resolution,
        constraints=constraints,
        settings=settings,
        rule_hashes=rules.hashes(),
        seconds=stages.seconds,
        project_hashes=hashes,
        past=_past(digest, now, runs, remembered, clustering),
    )
    return run, rules


def _normalised(imported: Import, rules: Rulebook, stages: _Stages, tables: Shelf) -> Import:
    """Give the import with normalised records and what was learned of them, as far as matching asks for it.

    The whole tables are on the shelf then.
    """
    from sot import normalise

    def work() -> Import:
        for source in imported.sources:
            # Fix files give back rows of accounts alone; what is told of the others is in RECORDS and DOCUMENTS.
            if source.object == ObjectKind.ACCOUNT:
                tables.put_rows(source)
            else:
                source.forget()
        tables.put("documents", imported.documents)
        records = normalise.normalise(imported.records, rules)
        tables.put_aside("read", records.select(_READ))
        sources = _with_habits(imported.sources, normalise.habits(records))
        return replace(
            imported, records=records.select(_MATCHED), documents=empty(DOCUMENTS), sources=sources
        )

    return stages.do(
        "normalise", work, lambda got: counted(got.records["n_name"].n_unique(), "different name")
    )


def _at_home(imported: Import, clustering: Clustering, rules: Rulebook, tables: Shelf) -> Import:
    """Give the import with what resolving asks for, of the records as they are now that their customers are known.

    The whole records are on the shelf then.
    """
    from sot import normalise

    # Texts of the records in memory are parts of whole exports, which would stay there too.
    records = tables.get("read").hstack(imported.records.select(*NORMALISED))
    records = normalise.at_home(records, clustering.memberships, rules)
    tables.put("records", records)
    documents = tables.get("documents", _BELONGING)
    return replace(imported, records=records.select(_RESOLVED), documents=documents)


def _resolved(
    imported: Import,
    clustering: Clustering,
    constraints: Constraints,
    settings: Settings,
    rules: Rulebook,
    tables: Shelf,
) -> Resolution:
    """Resolve the customers, and put provenance on the shelf."""
    from sot import resolve

    found = resolve.resolve(imported.records, imported.documents, clustering, constraints, settings, rules)
    tables.put("provenance", found.provenance)
    return replace(found, provenance=empty(PROVENANCE).lazy())


def _with_habits(sources: tuple[Source, ...], habits: dict[str, str]) -> tuple[Source, ...]:
    """Give the sources, the first of each system with what was learned of the names of that system."""
    first = {source.system: i for i, source in reversed(list(enumerate(sources)))}
    return tuple(
        replace(source, warnings=[*source.warnings, habits[source.system]])
        if source.system in habits and first[source.system] == i
        else source
        for i, source in enumerate(sources)
    )


def _past(
    digest: str, now: datetime, runs: tuple[Entry, ...], remembered: ledger.Ledger, clustering: Clustering
) -> Past:
    """Give what a run knows of itself and of those before it; what changed is not known yet."""
    return Past(
        at=now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        digest=digest,
        runs=runs,
        churn=ledger.churn(remembered, clustering.clusters["golden_id"], clustering.redirects),
    )


def _compared(run: Run, out: Path) -> Past:
    """Compare the run with the earlier one of this project that `out` still holds, if there is one.

    The history knows the runs of the project by their digests; a folder of another project is not compared.
    A run that is the last one once more is told as that was, so there is nothing to compare.
    """
    from sot import compare

    past = run.past
    place = history.line_of(past.runs, run_digest(out))
    if place is None or past.again():
        return past
    try:
        before = compare.finished(out)
    except SotError:
        # An earlier run of which a part was deleted is no reason to lose this one.
        return past
    return replace(
        past, change={"since": past.runs[place].at} | compare.telling(before, compare.at_work(run))
    )


def _inputs(sources: Sequence[Source]) -> list[list[str]]:
    """Tell of every input what it is and a hash of it, sorted."""
    return sorted(
        [source.system or "", source.object or "", source.sheet or "", source.sha256 or _content(source)]
        for source in sources
    )


def _digest(
    inputs: list[list[str]],
    rules: dict[str, str],
    project: dict[str, str],
    clustering: Clustering,
    resolution: Resolution,
) -> str:
    """Give one hash over all that the figures follow from; where a file lies and its name are no part of it.

    Which waivers hold is in it, because that follows from the day too. So are the golden ids that moved: a run
    tells of them once, and the same exports again find the ledger as that run left it.
    """
    waived = resolution.conflicts.drop_nulls("waived_until")["conflict_id"]
    return history.digest(
        {
            "sot": __version__,
            "inputs": inputs,
            "rules": rules,
            "project": project,
            "moved": sorted(clustering.redirects.select("old", "new", "why").rows()),
            "waived": sorted(waived),
        }
    )


def _content(source: Source) -> str:
    """Hash what a table of a database delivered: there is no file to hash."""
    return "" if source.frame is None else _sha256(source.frame.write_csv().encode())


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
