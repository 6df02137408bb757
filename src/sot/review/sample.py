"""A blind random sample of pairs, by strata, kept in review_sample.csv so that it can take days."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from math import sqrt
from pathlib import Path

import polars as pl

from sot.evaluation.blind_sample import PLAN, fingerprint, read_plan
from sot.model.decisions import Decision
from sot.review.cases import Case
from sot.review.run_reader import FinishedRun
from sot.workspace.project import SAMPLE

STRATA = (
    "joined without doubt",
    "joined in doubt or through others",
    "apart but likely",
    "apart and unlikely",
)

LEAST_LIKELY = 0.01
"""Pairs that are apart and less likely than this are left out: links missed among them are not looked for."""

LEAST_PER_STRATUM = 10


def sample_cases(folder: Path, size: int, run: FinishedRun, decisions: Sequence[Decision]) -> list[Case]:
    """Give the sample as cases; it is drawn if the project has none of this run, or a smaller one."""
    del decisions  # which pairs are drawn must not hang on what was decided
    plan = read_plan(folder)
    if plan is None or plan["run"][0] != fingerprint(run.folder) or plan.height < size:
        plan = draw(run, size)
        plan.write_csv(folder / SAMPLE, line_terminator="\n")
    return [_case(row) for row in plan.iter_rows(named=True)]


def universe(run: FinishedRun) -> pl.DataFrame:
    """Give all pairs that are joined or likely enough, with p (null: not scored), linked and stratum."""
    members = run.table("memberships").select("uid", "cluster")
    joined = members.join(members, on="cluster", suffix="_r").filter(pl.col("uid") < pl.col("uid_r"))
    joined = joined.select(uid_l="uid", uid_r="uid_r", linked=pl.lit(True))
    scored = run.scan("pairs").select("uid_l", "uid_r", "band", p="match_probability").collect()
    pairs = joined.join(scored, on=["uid_l", "uid_r"], how="full", coalesce=True).with_columns(
        pl.col("linked").fill_null(False)
    )
    sure = pl.col("linked") & (pl.col("band") == "auto").fill_null(False)
    likely = pl.col("p") >= run.model.bands.get("ask", 0.15)
    stratum = pl.when(sure).then(0).when("linked").then(1).when(likely).then(2).otherwise(3)
    return (
        pairs.filter(pl.col("linked") | (pl.col("p") >= LEAST_LIKELY))
        .with_columns(stratum=stratum)
        .sort("uid_l", "uid_r")
    )


def draw(run: FinishedRun, size: int) -> pl.DataFrame:
    """Draw about `size` pairs: of each stratum those with the smallest hashes, so that samples can grow."""
    pairs = _keyed(run, universe(run))
    hashes = [
        hashlib.sha256("\n".join(key).encode()).hexdigest()
        for key in pairs.select("system_l", "record_id_l", "system_r", "record_id_r").iter_rows()
    ]
    pairs = pairs.with_columns(chance=pl.Series(hashes, dtype=pl.String))
    drawn = []
    for number, count in allocation(pairs, size).items():
        part = pairs.filter(pl.col("stratum") == number)
        chosen = part.sort("chance").head(count).with_columns(population=pl.lit(part.height, dtype=pl.Int64))
        drawn.append(chosen.with_columns(stratum=pl.lit(STRATA[number])))
    if not drawn:
        return pl.DataFrame(schema=PLAN)
    plan = pl.concat(drawn).sort("chance").with_columns(run=pl.lit(fingerprint(run.folder)))
    return plan.select(pl.col(name).cast(kind) for name, kind in PLAN.items())


def allocation(pairs: pl.DataFrame, size: int) -> dict[int, int]:
    """Give how many pairs each stratum gets (Neyman): more where more pairs are in more doubt; some each."""
    doubt = pl.col("p").cast(pl.Float64).fill_null(0.9)
    strata = pairs.group_by("stratum").agg(pl.len(), spread=(doubt * (1 - doubt)).mean()).sort("stratum")
    weights = {s: n * sqrt(max(spread, 0.0025)) for s, n, spread in strata.iter_rows()}
    counts = dict(strata.select("stratum", "len").iter_rows())
    total = sum(weights.values())
    return {s: min(counts[s], max(LEAST_PER_STRATUM, round(size * w / total))) for s, w in weights.items()}


def _keyed(run: FinishedRun, pairs: pl.DataFrame) -> pl.DataFrame:
    keys = run.scan("records").select("uid", "system", "record_id").collect()
    for side in ("l", "r"):
        names = {"uid": f"uid_{side}", "system": f"system_{side}", "record_id": f"record_id_{side}"}
        pairs = pairs.join(keys.rename(names), on=f"uid_{side}", how="left")
    return pairs


def _case(row: dict[str, str]) -> Case:
    pair = ((row["system_l"], row["record_id_l"]), (row["system_r"], row["record_id_r"]))
    text = "\n".join(":".join(key) for key in pair)
    return Case(
        id="P" + hashlib.sha256(text.encode()).hexdigest()[:10].upper(),
        kind="sample",
        names=" | ".join(":".join(key) for key in pair),
        why="",
        asked=(pair,),
    )
