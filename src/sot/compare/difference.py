"""What changed from one finished run to another: customers, their values, and conflicts."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import polars as pl

from sot.errors import InputError
from sot.model.exceptions import exception_change
from sot.model.kinds import Severity
from sot.model.run import Run
from sot.model.tables import EXCEPTIONS, empty
from sot.workspace.run_folder import unfinished

DECIMALS = {"match_probability": 2, "exposure": 2}
"""A figure that agrees in so many decimals has not changed."""

_STAKE = "#stake"
_GRAVE = {severity.value: rank for rank, severity in enumerate(Severity)}
_EXCEPTION = ("finding_id", "severity", "kind", "golden_name", "documents", "difference", "currency")
_CONFLICT = ("conflict_id", "severity", "kind", "golden_name", "field", "values")


@dataclass(frozen=True)
class Difference:
    """Tables; what a run is compared with is `before`.

    Customers with the most exposure come first, then by id; conflicts by severity before that, exceptions by money.

    new, gone         golden_id, name
    merged            golden_id, name, before (ids, joined by `|`)
    split             golden_id, name (before), after (ids, joined by `|`)
    renamed           before, after: customers of the same records under another id
    changed           golden_id, name, field, before, after
    opened, closed    conflict_id, severity, kind, golden_name, field, values
    arisen, mended    finding_id, severity, kind, golden_name, documents, difference, currency: exceptions
    grown             the same, and `was`: the difference before
    """

    new: pl.DataFrame
    gone: pl.DataFrame
    merged: pl.DataFrame
    split: pl.DataFrame
    renamed: pl.DataFrame
    changed: pl.DataFrame
    opened: pl.DataFrame
    closed: pl.DataFrame
    arisen: pl.DataFrame
    mended: pl.DataFrame
    grown: pl.DataFrame

    def counts(self) -> dict[str, int]:
        """Give how many rows each table has; changed counts customers."""
        counts = {part.name: getattr(self, part.name).height for part in fields(self)}
        return {**counts, "changed": self.changed["golden_id"].n_unique()}

    def plain(self) -> dict[str, Any]:
        """Give everything as plain JSON values."""
        return {"counts": self.counts()} | {
            part.name: getattr(self, part.name).to_dicts() for part in fields(self)
        }


@dataclass(frozen=True)
class State:
    """What of a run is compared: GOLDEN, CONFLICTS, EXCEPTIONS, and the golden map (system, record_id, golden_id)."""

    golden: pl.DataFrame
    conflicts: pl.DataFrame
    crosswalk: pl.DataFrame
    exceptions: pl.DataFrame


def finished(run: Path) -> State:
    """Read what is compared of a finished run."""
    records = _table(run, "records", "uid", "system", "record_id")
    return _state(
        _table(run, "golden"),
        _table(run, "conflicts"),
        records,
        _table(run, "memberships", "uid", "golden_id"),
        # A run of an older sot has none.
        _table(run, "handoffs") if (run / "tables" / "handoffs.parquet").is_file() else empty(EXCEPTIONS),
    )


def at_work(run: Run) -> State:
    """Give what is compared of a run whose files are not written yet."""
    resolution = run.resolution
    return _state(
        resolution.golden,
        resolution.conflicts,
        run.records,
        run.clustering.memberships,
        run.handoffs.exceptions,
    )


def _state(
    golden: pl.DataFrame,
    conflicts: pl.DataFrame,
    records: pl.DataFrame,
    members: pl.DataFrame,
    exceptions: pl.DataFrame,
) -> State:
    crosswalk = records.select("uid", "system", "record_id").join(
        members.select("uid", "golden_id"), on="uid"
    )
    return State(golden, conflicts, crosswalk.drop("uid"), exceptions)


def difference(before: State, after: State) -> Difference:
    """Compare two runs; customers are the same by their records, whatever their ids."""
    old, new = before.golden, after.golden
    links = before.crosswalk.join(after.crosswalk, on=["system", "record_id"], suffix="_after")
    links = links.select("golden_id", "golden_id_after").unique()
    from_several = pl.len().over("golden_id_after") > 1
    to_several = pl.len().over("golden_id") > 1
    pairs = links.filter(~from_several & ~to_several)
    opened, closed = _conflicts(before.conflicts, after.conflicts)
    exceptions = exception_change(before.exceptions, after.exceptions)
    return Difference(
        new=_named(new.join(links, left_on="golden_id", right_on="golden_id_after", how="anti")),
        gone=_named(old.join(links, on="golden_id", how="anti")),
        merged=_gathered(links.filter(from_several), "golden_id_after", "golden_id", "before", new),
        split=_gathered(links.filter(to_several), "golden_id", "golden_id_after", "after", old),
        renamed=_renamed(pairs, new),
        changed=_changed(old, new, pairs),
        opened=opened,
        closed=closed,
        arisen=exceptions.new.select(_EXCEPTION),
        mended=exceptions.gone.select(_EXCEPTION),
        grown=exceptions.grown.select(*_EXCEPTION, "was"),
    )


def _table(run: Path, name: str, *columns: str) -> pl.DataFrame:
    path = run / "tables" / f"{name}.parquet"
    if not path.is_file():
        raise unfinished(run)
    try:
        return pl.read_parquet(path, columns=list(columns) or None)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(f"{path}: can't be read: {error}", "run sot dedupe again") from error


def _named(golden: pl.DataFrame) -> pl.DataFrame:
    return _weightiest(golden.select("golden_id", "name"), golden)


def _weightiest(
    table: pl.DataFrame, *golden: pl.DataFrame, by: tuple[str, ...] = ("golden_id",)
) -> pl.DataFrame:
    """Sort customers by what is at stake in them, the most first, in whichever state it was more; then `by`."""
    stake = pl.concat(state.select("golden_id", pl.col("exposure").fill_null(0).abs()) for state in golden)
    stake = stake.group_by("golden_id").agg(pl.col("exposure").max().alias(_STAKE))
    ranked = table.join(stake, on="golden_id", how="left")
    return ranked.sort(_STAKE, *by, descending=[True, *[False] * len(by)], nulls_last=True).drop(_STAKE)


def _renamed(pairs: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    renamed = pairs.filter(pl.col("golden_id") != pl.col("golden_id_after"))
    renamed = renamed.select(before="golden_id", golden_id="golden_id_after")
    return _weightiest(renamed, new, by=("before",)).rename({"golden_id": "after"})


def _gathered(links: pl.DataFrame, whole: str, part: str, name: str, golden: pl.DataFrame) -> pl.DataFrame:
    parts = (
        links.sort(whole, part).group_by(whole, maintain_order=True)
        .agg(pl.col(part).str.join("|").alias(name)).rename({whole: "golden_id"})
    )  # fmt: skip
    named = parts.join(golden.select("golden_id", "name"), on="golden_id").select("golden_id", "name", name)
    return _weightiest(named, golden)


def _changed(old: pl.DataFrame, new: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Compare the values of the customers that are one to one; `golden_id` is the id after."""
    columns = [name for name in new.columns if name in old.columns and name != "golden_id"]
    text = [_text(name) for name in columns]
    then = old.select("golden_id", *text).join(pairs, on="golden_id").drop("golden_id")
    then = then.rename({"golden_id_after": "golden_id"}).select("golden_id", *columns)
    now = new.select("golden_id", *text).join(then, on="golden_id", how="semi").sort("golden_id")
    then = then.sort("golden_id")
    tables = [
        pl.DataFrame(
            {"golden_id": now["golden_id"], "name": now["name"], "before": then[name], "after": now[name]}
        )
        .with_columns(pl.lit(name).alias("field"))
        .filter(pl.col("before").ne_missing(pl.col("after")))
        for name in columns
    ]
    changes = pl.concat(tables).select("golden_id", "name", "field", "before", "after")
    was = old.join(pairs, on="golden_id").select("exposure", golden_id="golden_id_after")
    return _weightiest(changes, was, new, by=("golden_id", "field"))


def _text(name: str) -> pl.Expr:
    value = pl.col(name)
    if name in DECIMALS:
        value = value.cast(pl.Float64).round(DECIMALS[name])
    return value.cast(pl.String)


def _conflicts(before: pl.DataFrame, after: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    then, now = _gravest(before), _gravest(after)
    opened = now.join(then, on="conflict_id", how="anti", maintain_order="left")
    return opened, then.join(now, on="conflict_id", how="anti", maintain_order="left")


def _gravest(conflicts: pl.DataFrame) -> pl.DataFrame:
    grave = pl.col("severity").replace_strict(_GRAVE, return_dtype=pl.Int8)
    stake = pl.col("exposure").fill_null(0).abs()
    return conflicts.sort(grave, stake, "conflict_id", descending=[False, True, False]).select(_CONFLICT)
