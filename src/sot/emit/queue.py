"""The review queue: the questions of a run grouped into cases, those first that buy most."""

from __future__ import annotations

import hashlib

import polars as pl

from sot.emit.contract import money, probability
from sot.model.run import Run

QUEUE_COLUMNS = (
    "case_id", "priority", "golden_ids", "records", "match_probability", "exposure", "why",
    "exposure_currency", "kind", "names",
)  # fmt: skip

_CASE = ["golden_id_l", "golden_id_r"]


def questions_with_cases(run: Run) -> pl.DataFrame:
    """Give QUESTIONS with the case that each belongs to: all that is asked of the same customers."""
    golden = run.clustering.memberships.select("uid", "golden_id")
    asked = (
        run.clustering.questions.join(golden, left_on="uid_l", right_on="uid")
        .rename({"golden_id": "_l"})
        .join(golden, left_on="uid_r", right_on="uid")
        .rename({"golden_id": "_r"})
        .with_columns(golden_id_l=pl.min_horizontal("_l", "_r"), golden_id_r=pl.max_horizontal("_l", "_r"))
        .drop("_l", "_r")
    )
    cases = asked.select(_CASE).unique().sort(_CASE)
    ids = [_case_id(left, right) for left, right in cases.iter_rows()]
    named = cases.with_columns(case_id=pl.Series(ids, dtype=pl.String))
    return asked.join(named, on=_CASE).sort("uid_l", "uid_r", "kind")


def _case_id(golden_l: str, golden_r: str) -> str:
    return "Q" + hashlib.sha256(f"{golden_l}\n{golden_r}".encode()).hexdigest()[:10].upper()


def review_queue(run: Run, questions: pl.DataFrame) -> pl.DataFrame:
    """One row per case. Priority 1 is where the chance that the map is wrong weighs most in money."""
    asked = questions.with_columns(risk=_risk())
    cases = asked.group_by("case_id", *_CASE).agg(
        pl.col("risk").max(),
        pl.col("match_probability").sort_by("risk", "uid_l", "uid_r").last(),
        pl.col("why").drop_nulls().unique().sort().str.join("; "),
        pl.col("kind").unique().sort().str.join("|"),
    )
    stakes = _stakes(run, cases)
    return (
        cases.join(stakes, on="case_id", how="left")
        .join(_members(run, asked), on="case_id", how="left")
        .with_columns(money("exposure"), probability("match_probability"))
        .sort(
            pl.col("risk").cast(pl.Float64).round(6) * (1 + pl.col("weight")),
            "match_probability",
            "case_id",
            descending=[True, False, False],
        )
        .with_row_index("priority", offset=1)
        .select(QUEUE_COLUMNS)
    )


def _risk() -> pl.Expr:
    """Give the chance that the map is wrong at a question: joined but two customers, or apart but one."""
    p = pl.col("match_probability").cast(pl.Float64)
    return (
        pl.when(pl.col("kind") == "doubtful_link")
        .then(1 - p)
        .when(pl.col("kind") == "vetoed")
        .then(pl.min_horizontal(p, pl.lit(0.5)))
        .otherwise(p)
    )


def _sides(cases: pl.DataFrame) -> pl.DataFrame:
    return (
        pl.concat([cases.select("case_id", golden_id=pl.col(side)) for side in _CASE])
        .unique()
        .sort("case_id", "golden_id")
    )


def _stakes(run: Run, cases: pl.DataFrame) -> pl.DataFrame:
    """Give each case its golden ids, their names and their exposure; two currencies are never added."""
    golden = run.resolution.golden.select("golden_id", "name", "exposure", "exposure_currency")
    several = pl.col("exposure_currency").drop_nulls().n_unique() > 1
    return (
        _sides(cases)
        .join(golden, on="golden_id", how="left")
        .sort("case_id", "golden_id")
        .group_by("case_id", maintain_order=True)
        .agg(
            golden_ids=pl.col("golden_id").str.join("|"),
            names=pl.col("name").str.join(" | "),
            weight=pl.col("exposure").fill_null(0).abs().sum(),
            exposure=pl.when(several | (pl.col("exposure").count() == 0))
            .then(None)
            .otherwise(pl.col("exposure").sum()),
            exposure_currency=pl.when(several)
            .then(pl.col("exposure_currency").drop_nulls().unique().sort().str.join("|"))
            .otherwise(pl.col("exposure_currency").drop_nulls().first()),
        )
    )


def _members(run: Run, asked: pl.DataFrame) -> pl.DataFrame:
    """Give each case the records that its questions are about, as system:record_id."""
    keys = run.records.select("uid", key=pl.concat_str("system", pl.lit(":"), "record_id"))
    ends = pl.concat([asked.select("case_id", uid=pl.col(end)) for end in ("uid_l", "uid_r")]).unique()
    return (
        ends.join(keys, on="uid")
        .sort("case_id", "uid")
        .group_by("case_id", maintain_order=True)
        .agg(records=pl.col("key").str.join("|"))
    )
