"""The order of the stages: from paths to a finished run. The only module that knows them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
from polars import selectors

from sot import distributed, history, lake_results
from sot.distributed import engine_of
from sot.model.counts import counted
from sot.model.decisions import Constraints
from sot.model.history import Entry, Past
from sot.model.kinds import ObjectKind
from sot.model.run import BiCheck, Clustering, Handoffs, Matching, Progress, Resolution, Run, Stages
from sot.model.sources import Import, InputSpec, with_warnings
from sot.model.tables import DOCUMENTS, NORMALISED, PAIRS, PROVENANCE, RECORDS, empty
from sot.rules import Rulebook
from sot.rules.governance import load_governance
from sot.rules.lint import require_clear
from sot.rules.project import Settings, load_settings
from sot.workspace import golden_id_ledger
from sot.workspace.commit import Change, commit
from sot.workspace.project import Project
from sot.workspace.run_folder import output_folder, require_apart, require_replaceable
from sot.workspace.safe_write import require_writable, scratch_folder
from sot.workspace.table_store import TableStore, table_store

if TYPE_CHECKING:
    from sot.engine.protocol import Engine
    from sot.profile import Profile

# Tables are read back column by column, so that no stage holds the columns of another.
_CLUSTERED = ("uid", "system", "record_id", "name", "parent_id", "parent_name")
"""What clustering asks of a record; what matching does is in match.copies."""
_MADE = selectors.by_name(*NORMALISED, require_all=False)
"""What normalising made of a record, as far as it is there."""
_EMITTED = (
    "uid", "system", "record_id", "department", "object", "source", "sheet", "row", "name", "trade_name", "tax_id",
    "registration_id", "website", "email", "phone", "street", "city", "region", "postcode", "country", "industry",
    "parent_id", "parent_name", "n_name", "n_marks", "n_country", "n_region", "created_on", "updated_on",
)  # fmt: skip
"""What of a record stands in files that people read, or can be corrected, and when it was made and changed."""
_RECORDS = (*RECORDS, "id_repeated", *NORMALISED)
_BELONGING = (
    "system", "object", "source", "sheet", "record_id", "account_id", "account_name", "customer_id",
    "currency", "state", "amount_value", "open_amount_value", "dated_on",
)  # fmt: skip
"""What is asked of a document: where it is, whose, of which day, and how much money it stands for."""


def read(
    specs: Sequence[InputSpec], project: Project, progress: Progress
) -> tuple[Import, Rulebook, Settings]:
    """Read the exports, and give the rules and settings that this was done with."""
    from sot.read import read_exports

    rules, settings = _rules(project)
    return read_exports(specs, rules, settings, progress), rules, settings


def _rules(project: Project) -> tuple[Rulebook, Settings]:
    rules = Rulebook(project.rules)
    settings = load_settings(project)
    require_clear(rules, settings, project.file)
    return rules, settings


def profile(specs: Sequence[InputSpec], project: Project) -> Profile:
    """Measure the quality of exports as delivered, column by column; nothing is merged."""
    from sot import profile
    from sot.normalise import Examiner
    from sot.read import look_at_exports

    rules, settings = _rules(project)
    sources, ignored = look_at_exports(specs, rules, settings)
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

    Outputs, golden ids and history change together, at the end; `now` stands in the last two, and its day ends
    waivers. An engine writes the results to its lake after that.
    """
    from sot import compare, emit

    require_writable(project.folder)
    require_apart(out, project.folder)
    before = golden_id_ledger.on_disk(project.ledger)
    with output_folder(out) as folder, table_store(folder / "tables") as tables:
        tables.outputs.mkdir()
        stages = Stages(progress)
        remembered = lake_results.remembered(project, stages)
        run, rules = _run(_Task(specs, project, remembered, now), stages, tables)
        run = replace(run, past=compare.since(run, out))
        with stages.doing("emit") as tell:
            entry = emit.emit(folder, run, rules)
            tell(counted(len(list(folder.iterdir())), "file"))
        require_replaceable(out)
        past = history.load(project.history)
        ledger = run.clustering.ledger, run.clustering.redirects, now.date().isoformat()
        files = golden_id_ledger.files(project.ledger, remembered.redirects, *ledger)
        line = history.new_line(past, entry)
        commit(project.folder, Change(folder, out, files, project.history.name, line), before)
    if past.torn:
        progress.start("history")
        progress.done("history", f"an unfinished last line was set aside in {project.history.name}.torn")
    if run.settings.engine.results:
        with stages.doing("results") as tell:
            tell(lake_results.write(run, out, project, now.date()))
    return run


def rehearse(
    specs: Sequence[InputSpec],
    project: Project,
    progress: Progress,
    now: datetime,
    remembered: golden_id_ledger.Ledger,
) -> Run:
    """Run the flow over `specs` up to the conflicts, with the golden ids of `remembered`; nothing is left on disk."""
    with scratch_folder() as folder, table_store(folder) as tables:
        run, _ = _run(_Task(specs, project, remembered, now), Stages(progress), tables)
        documents = tables.get("documents", list(DOCUMENTS))
        records = tables.get("records", _RECORDS)
        return replace(run, records=records, imported=replace(run.imported, documents=documents))


@dataclass(frozen=True)
class _Task:
    """What a run is made of: exports, a project, the golden ids that it remembers, and when."""

    specs: Sequence[InputSpec]
    project: Project
    remembered: golden_id_ledger.Ledger
    now: datetime


def _run(task: _Task, stages: Stages, tables: TableStore) -> tuple[Run, Rulebook]:
    """Do the task up to the conflicts. Each name is bound anew to what is kept, so that memory holds no more."""
    from sot import decision_log, resolve
    from sot.match.candidates.exact_duplicates import USED
    from sot.read import read_exports

    project = task.project
    written = project.hashes()
    runs = history.load(project.history).runs
    rules, settings = _rules(project)
    with engine_of(settings.engine, project.folder, stages.progress) as engine:
        with stages.doing("read") as tell:
            imported = read_exports(task.specs, rules, settings, stages.progress, engine)
            files = counted(len(imported.sources), "file")
            tell(f"{counted(imported.records.height, 'record')} from {files}")
        inputs = history.inputs(imported.sources)
        with stages.doing("normalise") as tell:
            imported, names = _normalised(imported, (*_CLUSTERED, *USED), rules, tables, engine)
            tell(counted(names, "different name"))
        constraints = decision_log.constraints(decision_log.load(project.decisions), imported.records)
        asked = (constraints, task.remembered, settings, rules, stages)
        matching, clustering = distributed.joined(engine, *asked) if engine else _joined(imported, *asked)
        tables.put("pairs", matching.pairs)
        matching = replace(matching, pairs=empty(PAIRS))
        with stages.doing("resolve") as tell:
            # Bound anew here: as long as `_run` held the old records, both would be in memory.
            imported = imported if engine else _at_home(imported, clustering, rules, tables)
            decided = (constraints, settings, rules)
            imported, resolution = _resolved(imported, clustering, *decided, tables, engine)
            resolution = resolve.without_expired(resolution, task.now.date())
            members, golden = clustering.memberships, resolution.golden
            clustering = replace(
                clustering, questions=resolve.without_tests(clustering.questions, members, golden)
            )
            tell(counted(resolution.conflicts.height, "conflict"))
        with stages.doing("handoffs") as tell:
            chain, bi, model = _handed_off(imported, clustering, resolution, decided, tables, engine)
            tell(f"{counted(chain.links.height, 'link')}, {counted(chain.exceptions.height, 'exception')}")
    imported = replace(imported, records=imported.records.select(_EMITTED))
    matching = replace(matching, pairs=tables.get("pairs"))
    hashes = {**written, project.ledger.name: sha256(golden_id_ledger.content(clustering.ledger)).hexdigest()}
    digest = history.digest(inputs, rules.hashes(), hashes, clustering.redirects, resolution.conflicts)
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
        handoffs=chain,
        bi=bi,
        data_model=model,
        past=_past(digest, task, runs, clustering),
    )
    return run, rules


def _normalised(
    imported: Import, asked: Sequence[str], rules: Rulebook, tables: TableStore, engine: Engine | None
) -> tuple[Import, int]:
    """Give the import with what was learned of the records, and of them the columns that are `asked` for next.

    The whole tables are in the table store then. The number is that of different names.
    """
    from sot import normalise

    for source in imported.sources:
        # Fix files give back rows of accounts alone; what is told of the others is in RECORDS and DOCUMENTS.
        if source.object == ObjectKind.ACCOUNT:
            tables.spill_rows(source)
        else:
            source.forget()
    tables.put("documents", imported.documents)
    if engine:
        matched, names = distributed.normalise(engine, imported, rules)
        habits = normalise.habits(matched)
    else:
        records = normalise.normalise(imported.records, rules)
        matched, names = records.select(list(dict.fromkeys(asked))), records["n_name"].n_unique()
        # Texts as delivered are parts of whole exports, which would stay in memory too: they are read back.
        tables.spill("unmatched", records.drop(matched.select(_MADE).columns))
        habits = normalise.habits(records)
    sources = with_warnings(imported.sources, habits)
    return replace(imported, records=matched, documents=empty(DOCUMENTS), sources=sources), names


def _joined(
    imported: Import,
    constraints: Constraints,
    remembered: golden_id_ledger.Ledger,
    settings: Settings,
    rules: Rulebook,
    stages: Stages,
) -> tuple[Matching, Clustering]:
    """Match the records, and cluster them."""
    from sot import cluster, match

    with stages.doing("match") as tell:
        matching = match.match(imported.records, rules)
        tell(counted(matching.pairs.height, "scored pair"))
    with stages.doing("cluster") as tell:
        clustering = cluster.cluster(imported.records, matching, constraints, remembered, settings, rules)
        tell(counted(clustering.clusters.height, "golden customer"))
    return matching, clustering


def _at_home(imported: Import, clustering: Clustering, rules: Rulebook, tables: TableStore) -> Import:
    """Give the import with what resolving asks for, of the records as they are now that their customers are known.

    The whole records are in the table store then.
    """
    from sot import normalise
    from sot.resolve import ASKED

    records = tables.get("unmatched")
    kept = [name for name in NORMALISED if name not in records.columns]
    records = records.hstack(imported.records.select(kept)).select(_RECORDS)
    records = normalise.at_home(records, clustering.memberships, rules)
    tables.put("records", records)
    documents = tables.get("documents", _BELONGING)
    return replace(imported, records=records.select(ASKED), documents=documents)


def _resolved(
    imported: Import,
    clustering: Clustering,
    constraints: Constraints,
    settings: Settings,
    rules: Rulebook,
    tables: TableStore,
    engine: Engine | None,
) -> tuple[Import, Resolution]:
    """Resolve the customers; put records and provenance into the table store. Give what the handoffs ask of records."""
    from sot import resolve

    if engine:
        imported = replace(imported, documents=tables.get("documents", _BELONGING))
        resolution = distributed.resolved(engine, imported, clustering, constraints, settings, rules, tables)
        imported = replace(imported, records=tables.get("records", resolve.ASKED))
    else:
        resolution = resolve.resolve(
            imported.records, imported.documents, clustering, constraints, settings, rules
        )
    tables.put("provenance", resolution.provenance)
    return imported, replace(resolution, provenance=empty(PROVENANCE).lazy())


def _handed_off(
    imported: Import,
    clustering: Clustering,
    resolution: Resolution,
    known: tuple[Constraints, Settings, Rulebook],
    tables: TableStore,
    engine: Engine | None,
) -> tuple[Handoffs, BiCheck, pl.DataFrame]:
    """Link the documents, find what went wrong, hold BI tables against the ledger, and give the data model."""
    from sot import handoffs

    documents = tables.get("documents", list(DOCUMENTS))
    records = imported.records
    documents = handoffs.with_owners(documents, records, clustering.memberships)
    constraints, settings, rules = known
    both = (records, documents)
    chain = handoffs.handoffs(both, clustering, resolution.golden, constraints, settings, rules, engine)
    bi = handoffs.reconcile(documents, chain.documents, records, clustering, resolution.golden, rules)
    model = handoffs.data_model(
        imported.sources,
        both,
        clustering,
        resolution.golden,
        load_governance(rules, settings.governance),
    )
    return chain, bi, model


def _past(digest: str, task: _Task, runs: tuple[Entry, ...], clustering: Clustering) -> Past:
    """Give what a run knows of itself and of those before it; what changed is not known yet."""
    return Past(
        at=task.now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        digest=digest,
        runs=runs,
        churn=golden_id_ledger.churn(task.remembered, clustering.clusters["golden_id"], clustering.redirects),
    )
