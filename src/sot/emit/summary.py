"""The summary: every figure that is told of a run, computed once; others only show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import polars as pl

from sot import __version__
from sot.emit.bi import bi_tables
from sot.emit.contract import unlisted
from sot.emit.examples import examples
from sot.emit.fixes import Fixes
from sot.emit.money import amounts
from sot.emit.opening import largest_sums, opening
from sot.emit.readiness import State, readiness
from sot.emit.sources import source
from sot.emit.sub_accounts import is_sub_account
from sot.emit.titles import titles
from sot.model.document_links import is_link_question
from sot.model.kinds import (
    ConflictKind,
    CustomerStatus,
    Department,
    LinkedBy,
    ObjectKind,
    Severity,
)
from sot.model.run import Run
from sot.model.value_conflicts import is_value_question
from sot.rules import Rulebook
from sot.rules.lint import absent
from sot.rules.quality import readiness as readiness_rules
from sot.workspace.project import PROJECT_FILE

Plain = dict[str, Any]

SIDES = (("joined", True), ("apart", False))


def summarise(
    run: Run, asked: pl.DataFrame, queue: pl.DataFrame, fixes: Sequence[Fixes], rules: Rulebook
) -> Plain:
    """Give everything that is told of `run`, its questions with their cases, its queue and its fix files."""
    holdings = _holdings(run, rules)
    systems = _systems(run, holdings)
    conflicts = _conflicts(run)
    customers = _customers(run)
    # A system that gave documents alone has no customers of its own, but a name that people read.
    reading = (read.system for read in run.imported.sources if read.system)
    named = titles((*(row["system"] for row in systems), *reading), rules)
    ready = rules.get(readiness_rules.NAME, readiness_rules.ReadinessRules)
    summary = {
        "sot": __version__,
        "counts": _counts(run, queue, conflicts),
        "sources": [source(read) for read in run.imported.sources],
        "ignored": [{"path": path, "reason": reason} for path, reason in run.imported.ignored],
        "unreadable": [{"path": path, "reason": reason} for path, reason in run.imported.unreadable],
        "project": {"name": PROJECT_FILE, "notes": _notes(run, systems)},
        "systems": systems,
        "overlap": _overlap(run),
        "customers": customers,
        "links": _tally(run.clustering.memberships, "linked_by", LinkedBy),
        "titles": named,
        "doubt": _doubt(run, queue),
        "conflicts": conflicts,
        "related": _tally(run.clustering.related, "relation"),
        "matching": asdict(run.matching.report),
        "handoffs": run.handoffs.figures,
        "bi": bi_tables(run),
        "examples": examples(run, asked, queue),
        "workbook": {
            "written": run.records.height <= run.settings.outputs.workbook_records,
            "most_records": run.settings.outputs.workbook_records,
        },
        "readiness": readiness(_state(run, asked, systems, holdings, named), ready, run.settings.company),
    }
    return summary | {"opening": opening(run, summary, fixes, largest_sums(run))}


def _notes(run: Run, systems: list[Plain]) -> list[str]:
    """Tell what of the project file does not fit what was read."""
    return [what for _, what in absent(run.settings, {row["system"]: row["department"] for row in systems})]


def _counts(run: Run, queue: pl.DataFrame, conflicts: Plain) -> Plain:
    return {
        "records": run.records.height,
        "documents": run.imported.documents.height,
        "rejects": run.imported.rejects.height,
        "pairs": run.matching.pairs.height,
        "golden_customers": run.resolution.golden.height,
        "related": run.clustering.related.height,
        "conflicts": conflicts["open"],
        "blockers": conflicts["by_severity"][Severity.BLOCKER],
        "waived": conflicts["waived"],
        "cases": queue.height,
        "document_links": run.handoffs.links.height,
        "exceptions": run.handoffs.exceptions.height,
        "decisions": len(run.constraints.decisions),
    }


def _tally(table: pl.DataFrame, column: str, words: Any = ()) -> dict[str, int]:
    """Count the values of a column; every one of `words` is there, if only with 0."""
    counted = dict(table.group_by(column).len().sort(column).iter_rows())
    return {str(word): int(counted.pop(str(word), 0)) for word in words} | counted


def _holdings(run: Run, rules: Rulebook) -> pl.DataFrame:
    """Count the records of each customer in each system, and the `below` that are no account of their own but a
    sub-account of one (sub-customers, jobs); `reach` is how many systems know the customer.
    """
    return (
        # Systems as numbers and customers as rows: texts take long to group by.
        run.records.select(
            pl.col("system").cast(pl.Categorical), run.customer_of, is_sub_account(rules).alias("below")
        )
        .group_by("system", "customer")
        .agg(records=pl.len(), below=pl.col("below").sum())
        .with_columns(
            pl.col("system").cast(pl.String),
            below=pl.min_horizontal("below", pl.col("records") - 1),
            reach=pl.len().over("customer"),
        )
    )


def _systems(run: Run, holdings: pl.DataFrame) -> list[Plain]:
    """Give each system its records, the duplicates among them, and the customers that they are."""
    counted = holdings.group_by("system").agg(
        pl.col("records").sum(),
        pl.col("below").sum(),
        customers=pl.len(),
        only_here=(pl.col("reach") == 1).sum(),
    )
    total = run.resolution.golden.height
    objects = _objects(run)
    departments = {read.system: str(read.department) for read in run.imported.sources if read.system}
    systems = [
        _system(row, objects[row["system"]], departments.get(row["system"], Department.UNKNOWN), total)
        for row in counted.iter_rows(named=True)
    ]
    order = {str(department): place for place, department in enumerate(Department)}
    return sorted(systems, key=lambda row: (order[row["department"]], row["system"]))


def _objects(run: Run) -> dict[str, dict[str, int]]:
    counted = run.records.group_by("system", "object").len().sort("system", "object")
    objects: dict[str, dict[str, int]] = {}
    for system, kind, count in counted.iter_rows():
        objects.setdefault(system, {})[str(kind)] = count
    return objects


def _system(row: Plain, objects: dict[str, int], department: str, total: int) -> Plain:
    """Give the figures of one system: of the records that are there `again`, which are duplicates, which sub-accounts.

    Only accounts can be duplicates: a customer may have many projects.
    """
    again = row["records"] - row["customers"]
    # Customers that the list leaves out are there by the documents that name them.
    is_list = objects.get(ObjectKind.ACCOUNT, 0) > 0
    below = row["below"] if is_list else 0
    return {
        "system": row["system"],
        "department": department,
        "objects": objects,
        "lists_accounts": is_list,
        "records": row["records"],
        "again": again,
        "duplicates": again - below if is_list else 0,
        "sub_accounts": below,
        "customers": row["customers"],
        "only_here": row["only_here"],
        "shared": row["customers"] - row["only_here"],
        "elsewhere": total - row["customers"],
    }


def _overlap(run: Run) -> list[Plain]:
    """Count the customers of each combination of systems; the combinations exclude each other."""
    counted = (
        run.resolution.golden.group_by("systems")
        .agg(customers=pl.len(), records=pl.col("record_count").sum())
        .sort("customers", "systems", descending=[True, False])
    )
    return [
        {"systems": systems.split("|"), "customers": customers, "records": records}
        for systems, customers, records in counted.iter_rows()
    ]


def _customers(run: Run) -> Plain:
    golden = run.resolution.golden
    return {
        "total": golden.height,
        "in_several_systems": golden.filter(pl.col("systems").str.contains("|", literal=True)).height,
        "by_status": _tally(golden, "status", CustomerStatus),
        "exposure": amounts(golden),
    }


def _doubt(run: Run, queue: pl.DataFrame) -> Plain:
    """Count what a steward is asked: cases of records that are joined or apart now, document links, values to choose.

    `joined` and `apart` are all cases there are; `links` counts their links in the same way. `vetoed` are those that
    negative evidence contradicts.
    """
    values = run.resolution.conflicts.filter(is_value_question()).height
    documents = run.handoffs.links.filter(is_link_question()).height
    joined = int(queue["joined"].sum())
    return {
        "links": {name: _links(run.clustering.questions, joined) for name, joined in SIDES},
        "cases": queue.height,
        "joined": joined,
        "apart": queue.height - joined,
        "vetoed": int(queue["vetoed"].sum()),
        "documents": documents,
        "values": values,
        "to_answer": queue.height + documents + values,
        "customers": run.resolution.golden.filter(pl.col("status") == CustomerStatus.NEEDS_REVIEW).height,
    }


def _links(asked: pl.DataFrame, joined: bool) -> dict[str, int]:
    side = asked.filter(pl.col("joined") == joined)
    return {"all": side.height, "vetoed": int(side["vetoed"].sum())}


def _conflicts(run: Run) -> Plain:
    """Count what is open, by kind, by severity and the system to fix; waived ones stand apart."""
    table = run.resolution.conflicts
    is_open = table.filter(pl.col("waived_until").is_null())
    places = is_open.select("severity", pl.col("fix_in").str.split("|")).explode("fix_in").drop_nulls()
    return {
        "open": is_open.height,
        "waived": table.height - is_open.height,
        "unlisted": unlisted(run),
        "by_severity": _tally(is_open, "severity", Severity),
        "by_kind": _by(is_open, "kind", [kind for kind in ConflictKind]),
        "fix_in": _by(places, "fix_in"),
        "exposure": {
            str(severity): amounts(_each_once(is_open.filter(pl.col("severity") == severity)))
            for severity in Severity
        },
    }


def _each_once(conflicts: pl.DataFrame) -> pl.DataFrame:
    """Leave one conflict of each customer, the one with the most exposure: its money is at stake once."""
    first = pl.struct("golden_id", "exposure_currency").is_first_distinct() | pl.col("golden_id").is_null()
    return conflicts.sort("exposure", descending=True, nulls_last=True, maintain_order=True).filter(first)


def _by(table: pl.DataFrame, column: str, order: list[ConflictKind] | None = None) -> list[Plain]:
    counted = table.group_by(column, "severity").len()
    rows: dict[str, Plain] = {}
    for value, severity, count in counted.sort(column, "severity").iter_rows():
        rows.setdefault(value, {column: value} | dict.fromkeys(map(str, Severity), 0))[severity] = count
    names = [str(kind) for kind in order or [] if str(kind) in rows] or sorted(rows)
    return sorted(
        (rows[name] for name in names),
        key=lambda row: tuple(-row[severity] for severity in Severity),
    )


def _state(
    run: Run, asked: pl.DataFrame, systems: list[Plain], holdings: pl.DataFrame, named: dict[str, str]
) -> State:
    lists = [row["system"] for row in systems if row["duplicates"]]
    customers = run.resolution.golden.select(
        pl.int_range(pl.len(), dtype=pl.Int32).alias("customer"), "systems", "exposure", "exposure_currency"
    )
    rows = customers.select("customer", run.resolution.golden["golden_id"])
    conflicts = run.resolution.conflicts.select(
        "conflict_id", "severity", "golden_id", "waived_until", "record_ids"
    )
    system = run.records["system"]
    cases = asked.select(
        "case_id",
        system_l=system.gather(asked["uid_l"]),
        system_r=system.gather(asked["uid_r"]),
        customer_l=run.customer_of.gather(asked["uid_l"]),
        customer_r=run.customer_of.gather(asked["uid_r"]),
    )
    return State(
        customers=customers,
        repeated=holdings.filter((pl.col("records") - pl.col("below") > 1) & pl.col("system").is_in(lists)),
        conflicts=conflicts.filter(pl.col("waived_until").is_null()).join(rows, on="golden_id"),
        cases=cases.unique(maintain_order=True),
        departments={row["system"]: row["department"] for row in systems},
        titles=named,
    )
