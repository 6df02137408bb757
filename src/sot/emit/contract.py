"""The contract tables (DESIGN.md, section 4): what each CSV holds, computed from a run."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import polars as pl

from sot.model.kinds import Severity
from sot.model.run import Run

GOLDEN_COLUMNS = (
    "golden_id", "name", "legal_form", "tax_id", "domain", "phone", "email", "street", "city", "region",
    "postcode", "country", "systems", "record_count", "exposure", "match_probability", "status",
)  # fmt: skip
CONFLICT_COLUMNS = (
    "conflict_id", "severity", "kind", "golden_id", "golden_name", "field", "values", "chosen", "rule",
    "fix_in", "record_ids", "exposure",
)  # fmt: skip
RELATED_COLUMNS = ("golden_id_l", "golden_id_r", "relation", "evidence")


def first(table: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """Put the contract's columns first, in its order; what a stage tells beyond it follows."""
    return table.select(*columns, *(name for name in table.columns if name not in columns))


def probability(column: str) -> pl.Expr:
    """Give a probability with six decimals, so that no digit hangs on the arithmetic of one machine."""
    return pl.col(column).cast(pl.Float64).round(6)


def money(column: str) -> pl.Expr:
    """Give an amount with two decimals."""
    return pl.col(column).round(2)


def golden_customers(run: Run) -> pl.DataFrame:
    """One row per golden customer, in the order of their ids."""
    golden = run.resolution.golden.with_columns(probability("match_probability"), money("exposure"))
    return first(golden, GOLDEN_COLUMNS)


def crosswalk(run: Run) -> pl.DataFrame:
    """One row per record: the golden map, in the order of system and record id that the uids have.

    The survivor is the record whose name the customer bears.
    """
    survives = np.zeros(run.records.height, dtype=bool)
    survives[run.resolution.survivors["uid"].to_numpy()] = True
    members = run.clustering.memberships.select("golden_id", "match_probability", "linked_by")
    return run.records.select("system", "record_id", "name").hstack(members).select(
        "system", "record_id", "golden_id", "name", probability("match_probability"), "linked_by",
        pl.Series("is_survivor", survives),
    )  # fmt: skip


def conflicts(run: Run) -> pl.DataFrame:
    """One row per conflict, the gravest first, then by the money at stake; those of severity info if they are few."""
    conflicts = run.resolution.conflicts
    return gravest_first(
        conflicts.filter(pl.col("severity") != Severity.INFO) if unlisted(run) else conflicts
    )


def unlisted(run: Run) -> int:
    """Give how many conflicts of severity info are in the tables of the run alone: all of them, or none."""
    informing = run.resolution.conflicts.filter(pl.col("severity") == Severity.INFO).height
    return informing if informing > run.settings.outputs.info_conflicts else 0


def gravest_first(conflicts: pl.DataFrame) -> pl.DataFrame:
    """Give conflicts in the order and with the columns of the contract."""
    rank = pl.col("severity").replace_strict({"blocker": 0, "warning": 1, "info": 2}, return_dtype=pl.Int8)
    table = conflicts.with_columns(money("exposure"))
    weight = pl.col("exposure").fill_null(0)
    return first(table.sort(rank, weight, "conflict_id", descending=[False, True, False]), CONFLICT_COLUMNS)


def related(run: Run) -> pl.DataFrame:
    """One row per pair of golden customers that belong together without being one."""
    return run.clustering.related.select(RELATED_COLUMNS).sort("golden_id_l", "golden_id_r", "relation")


def to_fix(run: Run) -> pl.DataFrame:
    """One row per account to merge and per cell to correct: what `fixes/` holds, on one list to read."""
    records = run.records.select("uid", "system", "record_id", "name")
    into = records.select(uid_survivor="uid", after="record_id")
    merges = run.resolution.merges.select("uid", "uid_survivor", "rule", "golden_id").join(
        into, on="uid_survivor"
    )
    merges = merges.select("uid", "after", "rule", "golden_id", do=pl.lit("merge into"))
    cells = run.resolution.corrections.with_columns(do=pl.lit("correct"))
    return (
        pl.concat([merges, cells], how="diagonal")
        .join(records, on="uid")
        .sort("system", pl.col("do") == "correct", "uid", "field")
        .select("system", "record_id", "name", "do", "field", "before", "after", "rule", "golden_id")
    )


def rejects(run: Run) -> pl.DataFrame:
    """One row per row of an export that could not be used."""
    return run.imported.rejects.sort("source", "sheet", "row", "reason")


HANDOFF_LINK_COLUMNS = (
    "system_l", "object_l", "record_id_l", "system_r", "object_r", "record_id_r", "linked_by", "match_probability",
    "amount",
)  # fmt: skip
HANDOFF_COLUMNS = (
    "finding_id", "handoff", "kind", "severity", "golden_id", "golden_name", "documents", "expected", "found",
    "difference", "currency", "days", "fix_in", "why",
)  # fmt: skip


def handoff_links(run: Run) -> pl.DataFrame:
    """One row per link between two documents, the earlier one of the handoff first."""
    links = run.handoffs.links.with_columns(probability("match_probability"), money("amount"))
    return first(links, HANDOFF_LINK_COLUMNS)


def handoffs(run: Run) -> pl.DataFrame:
    """One row per exception: the gravest first, then by the money at stake times the days."""
    rank = pl.col("severity").replace_strict({"blocker": 0, "warning": 1, "info": 2}, return_dtype=pl.Int8)
    weight = pl.col("difference").fill_null(0) * pl.col("days").fill_null(0).clip(lower_bound=1)
    exceptions = run.handoffs.exceptions.sort(rank, weight, "finding_id", descending=[False, True, False])
    return first(exceptions, HANDOFF_COLUMNS).with_columns(
        money("expected"), money("found"), money("difference")
    )


BI_COLUMNS = (
    "bi_system", "golden_id", "golden_name", "bi_amount", "ledger_amount", "difference", "currency", "reason",
    "documents",
)  # fmt: skip


def bi_reconciliation(run: Run) -> pl.DataFrame:
    """One row per golden customer and BI table: what does not agree first, the largest first."""
    amounts = ("bi_amount", "ledger_amount", "difference")
    off = pl.coalesce(pl.col("difference").abs(), "bi_amount", "ledger_amount")
    order: list[str | pl.Expr] = [
        "bi_system",
        "source",
        pl.col("reason") == "agrees",
        off,
        "golden_id",
        "currency",
    ]
    figures = run.bi.figures.sort(
        *order, descending=[False, False, False, True, False, False], nulls_last=True
    )
    return first(figures, BI_COLUMNS).with_columns(money(name) for name in amounts)


def bi_mapping(run: Run) -> pl.DataFrame:
    """One row per label of a BI table, with the golden customer that it stands for."""
    return run.bi.mapping.sort("bi_system", "label", "key", nulls_last=True)


def data_model(run: Run) -> pl.DataFrame:
    """One row per system, object and canonical field that a column holds."""
    return run.data_model


TABLES: dict[str, Callable[[Run], pl.DataFrame]] = {
    "golden_customers.csv": golden_customers,
    "crosswalk.csv": crosswalk,
    "conflicts.csv": conflicts,
    "related.csv": related,
    "handoff_links.csv": handoff_links,
    "handoffs.csv": handoffs,
    "bi_reconciliation.csv": bi_reconciliation,
    "bi_mapping.csv": bi_mapping,
    "data_model.csv": data_model,
}
"""The files that are there in every run, if only with their header."""
