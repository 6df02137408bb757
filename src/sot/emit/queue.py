"""The review queue: the questions of a run grouped into cases, those with the most money at risk first."""

from __future__ import annotations

import hashlib

import polars as pl

from sot.emit.contract import money, probability
from sot.model.run import Run
from sot.model.tables import CASES, conform


def questions_with_cases(run: Run) -> pl.DataFrame:
    """Give QUESTIONS with the case that each belongs to: all that is asked of the same customers."""
    ids = run.resolution.golden["golden_id"]
    asked = run.clustering.questions.with_columns(_sides(run, run.clustering.questions))
    cases = asked.select("low", "high").unique()
    left, right = ids.gather(cases["low"]), ids.gather(cases["high"])
    named = [_case_id(*pair) for pair in zip(left, right, strict=True)]
    cases = cases.with_columns(golden_id_l=left, golden_id_r=right, case_id=pl.Series(named, dtype=pl.String))
    asked = asked.join(cases, on=["low", "high"], how="left", maintain_order="left")
    return asked.drop("low", "high").sort("uid_l", "uid_r")


def _sides(run: Run, questions: pl.DataFrame) -> list[pl.Series]:
    """Give the two customers that each question is about as rows of GOLDEN, the one with the lower id first."""
    ends = pl.DataFrame({end: run.customer_of.gather(questions[end]) for end in ("uid_l", "uid_r")})
    return ends.select(low=pl.min_horizontal(pl.all()), high=pl.max_horizontal(pl.all())).get_columns()


def _case_id(golden_l: str, golden_r: str) -> str:
    return "Q" + hashlib.sha256(f"{golden_l}\n{golden_r}".encode()).hexdigest()[:10].upper()


def review_queue(cases: pl.DataFrame) -> pl.DataFrame:
    """Give CASES as the contract wants them: lists joined by `|`."""
    return cases.with_columns(pl.col("golden_ids", "records").list.join("|"))


def cases_of(run: Run, questions: pl.DataFrame) -> pl.DataFrame:
    """Give CASES, one row per case. Priority 1 is where the chance that the map is wrong weighs most in money."""
    # Cases are numbers here: texts take long to group by.
    number = pl.col("case_id").cast(pl.Categorical).to_physical()
    asked = questions.with_columns(_sides(run, questions), risk=_risk(), case=number)
    riskiest = asked.sort("risk", "uid_l", "uid_r").unique("case", keep="last")
    cases = _with_stakes(run, riskiest.select("case", "case_id", "low", "high", "risk", "match_probability"))
    facts = asked.group_by("case").agg(pl.col("joined").any(), pl.col("vetoed").any())
    for table in (_distinct(asked, "why", " | "), facts, _members(run, asked)):
        cases = cases.join(table, on="case", how="left")
    ordered = (
        cases.with_columns(money("exposure"), probability("match_probability"), pl.col("why").fill_null(""))
        .sort(
            pl.col("risk").cast(pl.Float64).round(6) * (1 + pl.col("weight")),
            "match_probability",
            "case_id",
            descending=[True, False, False],
        )
        .with_row_index("priority", offset=1)
    )
    return conform(ordered, CASES)


def _risk() -> pl.Expr:
    """Give the chance that the map is wrong at a question: joined but two customers, or apart but one.

    Where negative evidence contradicts the link, the model's probability is worth less: an even chance at most.
    """
    p = pl.col("match_probability").cast(pl.Float64)
    return (
        pl.when(pl.col("vetoed"))
        .then(pl.min_horizontal(p, pl.lit(0.5)))
        .when(pl.col("joined"))
        .then(1 - p)
        .otherwise(p)
    )


def _distinct(asked: pl.DataFrame, column: str, separator: str) -> pl.DataFrame:
    """Give each case the different texts of `column` as one, in their order."""
    texts = asked.select("case", column).drop_nulls().unique()
    return _together(texts, column, column, separator)


def _together(rows: pl.DataFrame, order: str, column: str, separator: str) -> pl.DataFrame:
    """Give each case its texts of `column` as one, in the order of `order`; most cases have but one row."""
    several = pl.len().over("case") > 1
    joined = rows.filter(several).sort("case", order)
    joined = joined.group_by("case", maintain_order=True).agg(pl.col(column).str.join(separator))
    return pl.concat([rows.filter(~several).select("case", column), joined])


def _with_stakes(run: Run, cases: pl.DataFrame) -> pl.DataFrame:
    """Give each case its golden ids, their names and their exposure; two currencies are never added."""
    golden = run.resolution.golden.select("golden_id", "name", "exposure", "exposure_currency")
    # A case is about two customers or, where it asks of links inside one, about one: then the right side is empty.
    other = cases.select(pl.when(pl.col("low") != pl.col("high")).then("high")).to_series()
    right = golden.select(pl.all().gather(other).name.suffix("_r"))
    sides = cases.hstack(golden[cases["low"]]).hstack(right)
    currencies = ("exposure_currency", "exposure_currency_r")
    several = (pl.col(currencies[0]) != pl.col(currencies[1])).fill_null(False)
    low, high = pl.min_horizontal(currencies), pl.max_horizontal(currencies)
    nothing = pl.col("exposure").is_null() & pl.col("exposure_r").is_null()
    total = pl.sum_horizontal("exposure", "exposure_r")
    return sides.select(
        "case",
        "case_id",
        "risk",
        "match_probability",
        golden_ids=pl.concat_list("golden_id", "golden_id_r").list.drop_nulls(),
        names=pl.concat_str("name", "name_r", separator=" | ", ignore_nulls=True),
        weight=pl.sum_horizontal(pl.col("exposure", "exposure_r").abs()),
        exposure=pl.when(~several & ~nothing).then(total),
        exposure_currency=pl.when(several).then(low + "|" + high).otherwise(pl.coalesce(currencies)),
    )


def _members(run: Run, asked: pl.DataFrame) -> pl.DataFrame:
    """Give each case the records that its questions are about, as system:record_id."""
    ends = pl.concat([asked.select("case", uid=pl.col(end)) for end in ("uid_l", "uid_r")])
    ends = ends.unique().sort("case", "uid")
    keys = run.records.select("system", "record_id")[ends["uid"]]
    rows = ends.select(
        "case", keys.select(records=pl.concat_str("system", pl.lit(":"), "record_id"))["records"]
    )
    return rows.group_by("case", maintain_order=True).agg("records")
