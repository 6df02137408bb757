"""Gates held against the tables of a finished run, with examples of the records that miss them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from sot.errors import InputError, UsageError
from sot.rules.quality import SHARES, Gate

EXAMPLES = 3


@dataclass(frozen=True)
class Example:
    """One record that misses a gate: where it stands in the export."""

    source: str
    row: int
    record: str


@dataclass(frozen=True)
class Outcome:
    """One gate in one system (None: over all): the value, how many miss it, and the first of them."""

    gate: Gate
    system: str | None
    value: float
    missing: int
    examples: tuple[Example, ...] = ()

    @property
    def met(self) -> bool:
        """Whether the limit is kept."""
        return self.value >= self.gate.limit if self.gate.metric in SHARES else self.value <= self.gate.limit

    @property
    def failed(self) -> bool:
        """Whether the check fails by this."""
        return not self.met and self.gate.severity == "blocker"

    @property
    def words(self) -> str:
        """What was found and what is allowed, for people."""
        if self.gate.metric in SHARES:
            # Cut, not rounded: 98.96 % must not read as 99.0 % beside a limit of 99 %.
            shown = int(self.value * 1000) / 10
            return f"{shown:.1f} % (at least {self.gate.limit * 100:g} %), {self.missing:,} to put right"
        return f"{self.value:,.0f} (at most {self.gate.limit:,.0f})"


def check_run(folder: Path, gates: Sequence[Gate]) -> list[Outcome]:
    """Hold the run in `folder` to `gates`; the worst come first."""
    if not (folder / "tables" / "records.parquet").is_file():
        raise UsageError(f"{folder} holds no finished run", "run sot dedupe first, or name its output folder")
    try:
        records = _records(folder / "tables")
        conflicts = pl.read_parquet(folder / "tables" / "conflicts.parquet")
        rejects = pl.read_parquet(folder / "tables" / "rejects.parquet")
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(f"{folder}: the tables can't be read: {error}", "run sot dedupe again") from error
    found: list[Outcome] = []
    for gate in gates:
        if gate.metric in SHARES:
            found += _shares(gate, records)
        else:
            found.append(_count(gate, conflicts, rejects))
    return sorted(found, key=lambda one: (not one.failed, one.met, one.gate.name, one.system or ""))


def _records(tables: Path) -> pl.DataFrame:
    """Give the records of the run with how each is linked, and the marks that gates ask for."""
    columns = ["uid", "system", "record_id", "object", "source", "row", "n_email", "n_tax_valid", "n_country",
               "name", "tax_id", "website", "email", "phone", "street", "city", "postcode", "country"]  # fmt: skip
    members = pl.scan_parquet(tables / "memberships.parquet").select("uid", "golden_id", "linked_by")
    merges = pl.scan_parquet(tables / "merges.parquet").select("uid", pl.lit(True).alias("merged"))
    records = pl.scan_parquet(tables / "records.parquet").select(columns)
    joined = records.join(members, on="uid", how="left").join(merges, on="uid", how="left")
    known = joined.group_by("golden_id").agg(pl.col("system").n_unique().alias("systems"))
    return joined.join(known, on="golden_id", how="left").collect().sort("uid")


def _shares(gate: Gate, records: pl.DataFrame) -> list[Outcome]:
    applies, good = _predicates(gate)
    chosen = records.filter(applies & (pl.col("system") == gate.system if gate.system else pl.lit(True)))
    marked = chosen.with_columns(good.fill_null(False).alias("good"))
    found = []
    shares = marked.group_by("system").agg(
        pl.col("good").mean().alias("share"), (~pl.col("good")).sum().alias("bad")
    )
    for system, share, bad in shares.sort("system").iter_rows():
        first = marked.filter(~pl.col("good") & (pl.col("system") == system)).head(EXAMPLES)
        examples = first.select("source", "row", "system", "record_id").iter_rows()
        told = tuple(Example(source, row, f"{owner}:{key}") for source, row, owner, key in examples)
        found.append(Outcome(gate, system, share, bad, told))
    return found


def _predicates(gate: Gate) -> tuple[pl.Expr, pl.Expr]:
    """Of which records a share is taken, and which of them are good."""
    account = pl.col("object") == "account"
    cell = pl.col(gate.field or "name").str.strip_chars()
    filled = cell.is_not_null() & (cell != "")
    if gate.metric == "filled":
        return account, filled
    if gate.metric == "valid":
        tested = pl.col("n_tax_valid").is_not_null() if gate.field == "tax_id" else pl.lit(True)
        valid = pl.col("n_tax_valid") if gate.field == "tax_id" else pl.col(f"n_{gate.field}").is_not_null()
        return account & filled & tested, valid
    if gate.metric == "unique":
        return account, pl.col("merged").is_null()
    if gate.metric == "counterpart":
        return account, pl.col("systems") > 1
    return pl.lit(True), pl.col("linked_by") != "doubt"


def _count(gate: Gate, conflicts: pl.DataFrame, rejects: pl.DataFrame) -> Outcome:
    if gate.metric == "rejects":
        rows = rejects.sort("source", "row").head(EXAMPLES).select("source", "row", "reason").iter_rows()
        return Outcome(gate, None, rejects.height, rejects.height, tuple(Example(*row) for row in rows))
    mine = (pl.col("severity") == gate.field) | (pl.col("kind") == gate.field)
    if gate.system:
        mine &= pl.col("fix_in").str.split("|").list.contains(gate.system)
    open_ = conflicts.filter(mine & pl.col("waived_until").is_null()).sort("conflict_id")
    shown = open_.head(EXAMPLES).select("kind", "golden_name").iter_rows()
    told = tuple(Example("conflicts.csv", 0, f"{kind}: {name}") for kind, name in shown)
    return Outcome(gate, gate.system, open_.height, open_.height, told)
