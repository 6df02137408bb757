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
    riskiest = asked.sort("risk", "uid_l", "uid_r").unique("case_id", keep="last")
    cases = _with_stakes(run, riskiest.select("case_id", *_CASE, "risk", "match_probability"))
    for table in (_distinct(asked, "why", "; "), _distinct(asked, "kind", "|"), _members(run, asked)):
        cases = cases.join(table, on="case_id", how="left")
    return (
        cases.with_columns(money("exposure"), probability("match_probability"), pl.col("why").fill_null(""))
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


def _distinct(asked: pl.DataFrame, column: str, separator: str) -> pl.DataFrame:
    """Give each case the different texts of `column` as one, in their order."""
    texts = asked.select("case_id", column).drop_nulls().unique().sort("case_id", column)
    return texts.group_by("case_id", maintain_order=True).agg(pl.col(column).str.join(separator))


def _with_stakes(run: Run, cases: pl.DataFrame) -> pl.DataFrame:
    """Give each case its golden ids, their names and their exposure; two currencies are never added."""
    golden = run.resolution.golden.select("golden_id", "name", "exposure", "exposure_currency")
    # A case is about two customers or, where it asks of links inside one, about one: then the right side is empty.
    other = pl.when(pl.col("golden_id_l") != pl.col("golden_id_r")).then("golden_id_r")
    sides = (
        cases.with_columns(golden_id_r=other)
        .join(golden, left_on="golden_id_l", right_on="golden_id", how="left")
        .join(golden, left_on="golden_id_r", right_on="golden_id", how="left", suffix="_r")
    )
    currencies = ("exposure_currency", "exposure_currency_r")
    several = (pl.col(currencies[0]) != pl.col(currencies[1])).fill_null(False)
    low, high = pl.min_horizontal(currencies), pl.max_horizontal(currencies)
    nothing = pl.col("exposure").is_null() & pl.col("exposure_r").is_null()
    total = pl.sum_horizontal("exposure", "exposure_r")
    return sides.select(
        "case_id",
        "risk",
        "match_probability",
        golden_ids=pl.concat_str("golden_id_l", "golden_id_r", separator="|", ignore_nulls=True),
        names=pl.concat_str("name", "name_r", separator=" | ", ignore_nulls=True),
        weight=pl.sum_horizontal(pl.col("exposure", "exposure_r").abs()),
        exposure=pl.when(~several & ~nothing).then(total),
        exposure_currency=pl.when(several).then(low + "|" + high).otherwise(pl.coalesce(currencies)),
    )


def _members(run: Run, asked: pl.DataFrame) -> pl.DataFrame:
    """Give each case the records that its questions are about, as system:record_id."""
    ends = pl.concat([asked.select("case_id", uid=pl.col(end)) for end in ("uid_l", "uid_r")])
    ends = ends.unique().sort("case_id", "uid")
    keys = run.records.select("system", "record_id")[ends["uid"]]
    rows = ends.with_columns(
        keys.select(records=pl.concat_str("system", pl.lit(":"), "record_id"))["records"]
    )
    return rows.group_by("case_id", maintain_order=True).agg(pl.col("records").str.join("|"))
