"""What stewards answered beside what the model saw: from this table rules and calibration are learned."""

from __future__ import annotations

import polars as pl

from sot.decision_log import Findings
from sot.model.matching import UsedComparison
from sot.review.run_reader import FinishedRun

KEY = ("system_l", "record_id_l", "system_r", "record_id_r")
GRADES = ((8.0, "strongly for"), (2.0, "for"), (-2.0, "neither"))
"""Bits from which a graded comparison is named so in rules; below: against."""


def answered(run: FinishedRun, findings: Findings) -> pl.DataFrame:
    """Give the scored pairs about which something is settled: match_weight, levels by name, verdict."""
    keys = sorted(set(findings.members) | {key for pair in findings.apart for key in pair})
    uids = run.records(keys)["uid"]
    pairs = with_levels(run, run.pairs_among(uids))
    verdicts = [
        str(findings.verdict((sl, il), (sr, ir)) or "") for sl, il, sr, ir in pairs.select(KEY).iter_rows()
    ]
    return pairs.with_columns(verdict=pl.Series(verdicts, dtype=pl.String)).filter(pl.col("verdict") != "")


def waiting(run: FinishedRun, findings: Findings) -> pl.DataFrame:
    """Give the scored pairs that the queue asks about and that are open, with their case_id."""
    asked = run.questions.select("uid_l", "uid_r", "case_id").unique(["uid_l", "uid_r"], keep="first")
    uids = pl.concat([asked["uid_l"], asked["uid_r"].rename("uid_l")]).unique()
    pairs = with_levels(run, run.pairs_among(uids)).join(asked, on=["uid_l", "uid_r"])
    is_open = [
        findings.verdict((sl, il), (sr, ir)) is None for sl, il, sr, ir in pairs.select(KEY).iter_rows()
    ]
    return pairs.filter(pl.Series(is_open, dtype=pl.Boolean)).sort("uid_l", "uid_r")


def to_calibrate(answered: pl.DataFrame, plan: pl.DataFrame | None, auto: float, least: int) -> pl.DataFrame:
    """Give the answers to calibrate by, with how many pairs each stands for (`stands`).

    The blind sample, if enough of it is answered: it alone holds pairs that nobody was asked about. Else what
    was asked, as far as it lies below the automatic links: above, only the odd ones are ever asked.
    """
    if plan is not None and plan.height:
        drawn = pl.col("population") / pl.len().over("stratum")
        sample = answered.join(plan.with_columns(stands=drawn).select(*KEY, "stands"), on=KEY)
        if sample.height >= least:
            return sample
    return answered.filter(pl.col("match_probability") < auto).with_columns(stands=pl.lit(1.0))


def comparisons(run: FinishedRun) -> list[str]:
    """Give the names of the comparisons of the model that scored the run."""
    return [comparison.name for comparison in run.model.comparisons]


def with_levels(run: FinishedRun, pairs: pl.DataFrame) -> pl.DataFrame:
    """Give pairs with their keys and, for each comparison, the name of its level (null: none)."""
    made = pairs.select(
        "uid_l", "uid_r", "match_weight", "match_probability", "against", *_levels(run, pairs.columns)
    )
    keys = run.scan("records").select("uid", "system", "record_id")
    for side in ("l", "r"):
        uids = made[f"uid_{side}"].unique().implode()
        names = {"uid": f"uid_{side}", "system": f"system_{side}", "record_id": f"record_id_{side}"}
        made = made.join(
            keys.filter(pl.col("uid").is_in(uids)).rename(names).collect(), on=f"uid_{side}", how="left"
        )
    return made.sort("uid_l", "uid_r")


def _levels(run: FinishedRun, columns: list[str]) -> list[pl.Expr]:
    return [_level(comparison, columns).alias(comparison.name) for comparison in run.model.comparisons]


def _level(comparison: UsedComparison, columns: list[str]) -> pl.Expr:
    name = comparison.name
    if f"gamma_{name}" not in columns:
        return pl.lit(None, dtype=pl.String)
    names = {level.gamma: level.name for level in comparison.levels}
    if f"bits_{name}" in columns and all(text.endswith(" bits") for text in names.values()):
        bits = pl.col(f"bits_{name}")
        graded: pl.Expr = pl.lit("against")
        for least, text in reversed(GRADES):
            graded = pl.when(bits >= least).then(pl.lit(text)).otherwise(graded)
        return graded
    return pl.col(f"gamma_{name}").replace_strict(names, default=None, return_dtype=pl.String)
