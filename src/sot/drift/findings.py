"""What drifted since a run was approved, kind by kind."""

from __future__ import annotations

import polars as pl

from sot.decision_log import Findings
from sot.drift.exceptions import exceptions
from sot.drift.links import IS_ACCOUNT, Fresh, fresh, lost
from sot.drift.snapshot import KEY, Side
from sot.model.kinds import LinkedBy
from sot.model.tables import Schema, conform
from sot.rules.governance import Step
from sot.rules.quality.drift import DriftRules

DRIFT: Schema = {
    "kind": pl.String, "severity": pl.String, "system": pl.String, "department": pl.String, "owner": pl.String,
    "record_id": pl.String, "name": pl.String, "golden_id": pl.String, "field": pl.String, "before": pl.String,
    "after": pl.String, "what": pl.String, "who": pl.String, "do": pl.String,
}  # fmt: skip
"""One row per finding: `owner` is the owner of the account as its system names it, `who` the role that acts;
of a value that moved, `before` and `after` are the system's own, and `what` says what it should be. Of an exception
`record_id` is object:id of its document, `before` and `after` its money."""

_FOUND = ("system", "record_id", "name", "golden_id", "field", "before", "after", "what")


def drift(before: Side, after: Side, rules: DriftRules, decided: Findings) -> pl.DataFrame:
    """Give DRIFT: everything that drifted from the approved run `before`, the kinds in the order of the rules.

    What stewards `decided` is no drift.
    """
    new = fresh(before, after)
    findings = {
        "stopped_delivering": _stopped(before, after, rules),
        "link_broken": new.renamed.select(
            *KEY, before="was", after="record_id", what=pl.format("it was {} before", "was")
        ),
        "link_lost": _lost(before, after, decided),
        "duplicate_again": new.twice.select(
            *KEY, what=pl.format("{} is the same customer there already", "beside")
        ),
        "value_moved": _moved(before, after),
        "without_link": _without_link(before, new),
        **exceptions(before, after),
    }
    tables = [_told(kind, table, before, after, rules) for kind, table in findings.items()]
    return pl.concat(tables)


def _told(kind: str, table: pl.DataFrame, before: Side, after: Side, rules: DriftRules) -> pl.DataFrame:
    """Add what is known of the record, of its system, and of who acts."""
    rule = getattr(rules.kinds, kind)
    records = pl.concat([after.records, before.records], how="diagonal")
    known = records.select(*KEY, "name", "golden_id", "owner").unique(KEY, keep="first", maintain_order=True)
    departments = records.select("system", "department").unique("system", keep="first", maintain_order=True)
    whole = (
        table.select(
            pl.col(name).cast(pl.String) if name in table.columns else pl.lit(None, pl.String).alias(name)
            for name in _FOUND
        )
        .join(known, on=KEY, how="left", maintain_order="left", suffix="_known")
        .join(departments, on="system", how="left", maintain_order="left")
        .with_columns(
            name=pl.coalesce("name", "name_known"),
            golden_id=pl.coalesce("golden_id", "golden_id_known"),
            kind=pl.lit(kind),
            severity=pl.lit(rule.severity),
            who=pl.lit(rule.who),
            do=pl.lit(rule.do),
        )
    )
    return conform(whole, DRIFT).sort("system", "record_id", "field", nulls_last=True)


def _stopped(before: Side, after: Side, rules: DriftRules) -> pl.DataFrame:
    """Find systems, and kinds of rows of a system, that deliver nothing or far less than before."""
    rows = before.delivered.join(after.delivered, on=["system", "object"], how="left", suffix="_now")
    rows = rows.with_columns(pl.col("rows_now").fill_null(0))
    silent = pl.col("rows_now").sum().over("system") == 0
    lacking = pl.col("rows") - pl.col("rows_now")
    short = ~silent & (pl.col("rows_now") < rules.few_rows * pl.col("rows"))
    # Of a short list the half must be gone: two of five rows may well be deleted.
    short &= (lacking >= rules.rows_lacking) | (pl.col("rows_now") < pl.col("rows") / 2)
    kind = pl.col("object").str.replace("_", " ", literal=True)
    whole = rows.filter(silent).group_by("system").agg(pl.col("rows", "rows_now").sum())
    return pl.concat(
        [
            whole.with_columns(what=pl.format("no row at all, {} before", "rows")),
            rows.filter(short).with_columns(
                what=pl.format("{} {} rows, {} before", "rows_now", kind, "rows")
            ),
        ],
        how="diagonal",
    ).with_columns(before="rows", after="rows_now")


def _lost(before: Side, after: Side, decided: Findings) -> pl.DataFrame:
    what = (
        pl.when("doubted")
        .then(pl.format("whether it is one customer with the others of {} is in doubt now", "was"))
        .otherwise(pl.format("it was one customer with the others of {}", "was"))
    )
    return lost(before, after, decided).select(*KEY, before="was", after="golden_id", what=what)


def _moved(before: Side, after: Side) -> pl.DataFrame:
    """Find cells that differ from what the authority says now, and did not before.

    Either the cell changed, or the authority did and the cell stayed behind. That a customer has other
    accounts now is no move of a value.
    """
    cells = after.cells.join(before.cells, on=[*KEY, "field"], how="anti")
    kept = after.golden_map.join(before.golden_map, on=[*KEY, "golden_id"], how="semi")
    cells = cells.join(kept, on=KEY)
    cells = _valued(_valued(cells, before, "before"), after, "after")
    same = pl.col("before").eq_missing(pl.col("after"))
    alike = _accounts(before).join(_accounts(after), on=["golden_id", "accounts"], how="semi")
    by_authority = pl.col("rule").str.starts_with(str(Step.AUTHORITY))
    stayed = cells.filter(same & by_authority).join(alike, on="golden_id", how="semi")
    return pl.concat(
        [
            cells.filter(~same).with_columns(what=pl.format("should be {} ({})", "should", "rule")),
            stayed.with_columns(what=pl.format("the authority has {} ({})", "should", "rule")),
        ]
    )


def _valued(cells: pl.DataFrame, side: Side, name: str) -> pl.DataFrame:
    """Add the raw values of the cells as one side has them."""
    fields = sorted(set(cells["field"]))
    rows = side.records.join(cells, on=KEY, how="semi").select(*KEY, *fields)
    values = rows.unpivot(fields, index=list(KEY), variable_name="field", value_name=name)
    return cells.join(values.with_columns(pl.col(name).cast(pl.String)), on=[*KEY, "field"], how="left")


def _accounts(side: Side) -> pl.DataFrame:
    """Give the accounts of each customer as one text."""
    keys = side.records.filter(IS_ACCOUNT).select("golden_id", key=pl.format("{}:{}", *KEY))
    return (
        keys.sort("golden_id", "key").group_by("golden_id").agg(pl.col("key").str.join("|").alias("accounts"))
    )


def _without_link(before: Side, new: Fresh) -> pl.DataFrame:
    """Find the other records that came, unless they hold a golden id themselves.

    A project or an invoice names its customer, so only one whose customer nobody knew is told.
    """
    known = before.records.group_by("golden_id").agg(
        pl.col("system").unique().sort().str.join(", ").alias("where")
    )
    ids = known["golden_id"].implode()
    marked = pl.any_horizontal(pl.col(name).is_in(ids) for name in ("account_number", "external_id"))
    came = (
        new.came.filter(~marked.fill_null(False))
        .join(new.twice, on=KEY, how="anti", maintain_order="left")
        .join(known, on="golden_id", how="left", maintain_order="left")
    )
    doubt = pl.col("linked_by") == str(LinkedBy.DOUBT)
    what = (
        pl.when(doubt)
        .then(pl.format("perhaps {}, a person must decide", "golden_id"))
        .when(pl.col("where").is_not_null())
        .then(pl.format("its customer is known in {}", "where"))
        .otherwise(pl.lit("its customer was unknown"))
    )
    return came.filter(IS_ACCOUNT | doubt | pl.col("where").is_null()).with_columns(what=what)
