"""The two sides of a drift: what of a run, finished or at work, is held against the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from sot.errors import InputError, UsageError
from sot.model.run import Run
from sot.model.tables import EXCEPTIONS, RECORDS, empty
from sot.workspace.run_folder import unfinished

KEY = ("system", "record_id")

_MEMBER = ("uid", "golden_id", "linked_by")

_NORMALISED = ("n_name", "n_tax_id", "n_domain", "n_email", "n_phone_key", "n_postcode", "n_street", "n_marks",
               "n_status")  # fmt: skip


@dataclass(frozen=True)
class Side:
    """One run.

    records     RECORDS with the normalised columns that tell equals, golden_id, linked_by and `live`
    delivered   system, object and rows: how much each system delivered of what
    cells       system, record_id, field, should and rule: what the systems should change (CORRECTIONS)
    exceptions  EXCEPTIONS: what went wrong from deal to payment
    """

    records: pl.DataFrame
    delivered: pl.DataFrame
    cells: pl.DataFrame
    exceptions: pl.DataFrame

    @property
    def golden_map(self) -> pl.DataFrame:
        """The golden map: system, record_id, golden_id."""
        return self.records.select(*KEY, "golden_id")


def approved(run: Path) -> Side:
    """Read a finished run."""
    if not (run / "tables" / "records.parquet").is_file():
        wrong = unfinished(run)
        raise UsageError(wrong.message, f"{wrong.hint}\nname the approved run with --since RUN")

    def table(name: str) -> pl.DataFrame:
        path = run / "tables" / f"{name}.parquet"
        # A run of an older sot has no exceptions.
        return empty(EXCEPTIONS) if name == "handoffs" and not path.is_file() else pl.read_parquet(path)

    try:
        return _side(table)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(f"{run}: the tables can't be read: {error}", "run sot dedupe again") from error


def at_work(run: Run) -> Side:
    """Give a run whose outputs are not written."""
    tables = {
        "records": run.records,
        "documents": run.imported.documents,
        "memberships": run.clustering.memberships,
        "corrections": run.resolution.corrections,
        "handoffs": run.handoffs.exceptions,
    }
    return _side(tables.__getitem__)


def _side(table: Callable[[str], pl.DataFrame]) -> Side:
    members = table("memberships").select(_MEMBER)
    # An account that is marked as junk or inactive is no duplicate that anyone works with.
    live = (
        (pl.col("object") == "account")
        & (pl.col("n_marks").list.len().fill_null(0) == 0)
        & (pl.col("n_status").fill_null("active") != "inactive")
    )
    records = (
        table("records")
        .select(*RECORDS, *_NORMALISED)
        .join(members, on="uid", maintain_order="left")
        .with_columns(live.alias("live"))
    )
    rows = [table("documents").select("system", "object"), records.select("system", "object")]
    counts = pl.concat([part.group_by("system", "object").len("rows") for part in rows])
    cells = table("corrections").join(records.select("uid", *KEY), on="uid", maintain_order="left")
    return Side(
        records.drop("n_marks", "n_status"),
        counts.group_by("system", "object").agg(pl.col("rows").max()).sort("system", "object"),
        cells.select(*KEY, "field", pl.col("after").alias("should"), "rule"),
        table("handoffs"),
    )
