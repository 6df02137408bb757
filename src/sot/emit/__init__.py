"""emit: a finished run as files, for programs and for people (DESIGN.md, section 4)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeAlias

import polars as pl

from sot.emit.contract import TABLES, rejects, to_fix
from sot.emit.fixes import Fixes, write_fixes, write_todo
from sot.emit.formulas import without_formulas
from sot.emit.history_entry import entry_of, trend
from sot.emit.manifest import write_manifest
from sot.emit.ocel import write_event_log
from sot.emit.queue import cases_of, questions_with_cases, review_queue
from sot.emit.report import write_report
from sot.emit.summary import summarise
from sot.emit.workbook import write_workbook
from sot.model.history import Entry
from sot.model.run import Run
from sot.rules import Rulebook
from sot.rules.quality import trend as trend_rules
from sot.workspace.table_store import write_table

__all__ = ["emit"]


def emit(folder: Path, run: Run, rules: Rulebook) -> Entry:
    """Write every output of `run` into `folder`; the same run always gives the same bytes.

    Nothing is in the folder but tables of which the run holds some columns only. Gives the line of the run for the
    history. Polars and the disk work on the tables while Python works on what people read.
    """
    questions = questions_with_cases(run)
    cases = cases_of(run, questions)
    (folder / "tables").mkdir(exist_ok=True)
    with ThreadPoolExecutor(max_workers=2) as beside:
        for_programs = (
            beside.submit(write_event_log, folder / "handoffs.ocel.json", run),
            beside.submit(_write_tables, folder / "tables", run, questions, cases),
        )
        fixes = write_fixes(folder / "fixes", run, rules)
        write_todo(folder / "fixes", run, rules)
        summary, entry = _write_for_people(folder, run, (questions, cases), fixes, rules)
        for written in for_programs:
            written.result()
    write_manifest(folder, run, rules, summary["counts"])
    return entry


Asked: TypeAlias = tuple[pl.DataFrame, pl.DataFrame]
"""The questions of a run with their cases, and the cases."""


def _write_for_people(
    folder: Path, run: Run, asked: Asked, fixes: Sequence[Fixes], rules: Rulebook
) -> tuple[dict[str, Any], Entry]:
    """Write the contract tables, summary, report and workbook; give summary and history line.

    Very large runs have no workbook.
    """
    contract = {name: make(run) for name, make in TABLES.items()}
    contract["review_queue.csv"] = review_queue(asked[1])
    if run.imported.rejects.height:
        contract["rejects.csv"] = rejects(run)
    for name, table in contract.items():
        shown = without_formulas(table) if run.settings.outputs.formulas == "text" else table
        shown.write_csv(folder / name, line_terminator="\n")
    summary = summarise(run, *asked, fixes, rules)
    entry = entry_of(run, summary)
    summary |= {
        "since": entry.change,
        "trend": trend(run, entry, rules.get(trend_rules.NAME, trend_rules.TrendRules)),
    }
    write_json(folder / "tables" / "summary.json", summary)
    write_report(folder / "report.html", run, summary, rules)
    if summary["workbook"]["written"]:
        write_workbook(folder / "workbook.xlsx", summary, contract, to_fix(run))
    return summary, entry


def _write_tables(folder: Path, run: Run, questions: pl.DataFrame, cases: pl.DataFrame) -> None:
    """Write the tables of all stages, so that later commands read the run without doing it again."""
    tables: dict[str, pl.DataFrame | pl.LazyFrame] = {
        "records": run.records,
        "documents": run.imported.documents,
        "rejects": run.imported.rejects,
        "pairs": run.matching.pairs,
        "memberships": run.clustering.memberships,
        "clusters": run.clustering.clusters,
        "related": run.clustering.related,
        "questions": questions,
        "cases": cases,
        "golden": run.resolution.golden,
        "provenance": run.resolution.provenance,
        "conflicts": run.resolution.conflicts,
        "exposure": run.resolution.exposure,
        "merges": run.resolution.merges,
        "corrections": run.resolution.corrections,
        "handoff_links": run.handoffs.links,
        "handoffs": run.handoffs.exceptions,
        "handoff_documents": run.handoffs.documents,
        "bi_reconciliation": run.bi.figures,
        "bi_bridge": run.bi.bridge,
        "bi_mapping": run.bi.mapping,
        "data_model": run.data_model,
    }
    for name, table in tables.items():
        path = folder / f"{name}.parquet"
        if not path.exists():
            write_table(path, table)
    write_json(
        folder / "matching.json",
        {"report": asdict(run.matching.report), "parameters": asdict(run.matching.model)},
    )
    write_json(folder / "splink_model.json", run.matching.splink)


def write_json(path: Path, content: Any) -> None:
    """Write plain values as JSON that a person can read and git can compare."""
    text = json.dumps(content, ensure_ascii=False, indent=2, default=_plain) + "\n"
    path.write_bytes(text.encode())


def _plain(value: Any) -> Any:
    if isinstance(value, pl.Series):
        return value.to_list()
    if hasattr(value, "item"):
        return value.item()
    raise TypeError(f"{type(value).__name__} is no plain value")
