"""How dirty lists are, in figures that can be held against each other: what a level of `sot demo --noise` is set by."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from sot import pipeline
from sot.demo import NOISE, TRUTH, Demo, write
from sot.match.candidates.blocking import candidate_pairs
from sot.match.stage import workbench
from sot.model.run import Silent
from sot.model.sources import InputSpec
from sot.rules.matching import BlockingRules
from sot.workspace.project import find_project
from tests.bench.sets import write_sets
from tests.bench.tools import DEMO_RECORDS_PER_CUSTOMER, row

SIZES = (23_000,)
_COLUMNS = ("street", "city", "postcode", "phone", "website", "email", "tax_id")
HEADER = ("list", "records", "candidates per record", "names per record", "pairs with other words", *_COLUMNS)


def table(work: Path, sizes: tuple[int, ...], only: str) -> Iterator[str]:
    """Give the lines of a Markdown table: the labelled lists, and demo companies of every level of noise."""
    yield row(HEADER)
    yield row("---" for _ in HEADER)
    for labelled in write_sets(work / "dirt"):
        if labelled.truth and only in labelled.name:
            yield _line(labelled.name, labelled.exports, labelled.truth)
    for records in sizes:
        for noise in NOISE:
            folder = work / f"dirt_{noise}_{records}"
            write(folder, Demo(round(records / DEMO_RECORDS_PER_CUSTOMER), noise=noise))
            yield _line(f"`sot demo --noise {noise}`", folder, folder / TRUTH / "truth.csv")


def _line(name: str, exports: Path, truth: Path) -> str:
    project = find_project(exports.parent)
    _, records, rules, _ = pipeline.prepare([InputSpec(str(exports))], project, Silent())
    with workbench(records, rules) as (con, _):
        candidate_pairs(con, rules.get("matching/blocking.yaml", BlockingRules))
        pairs = int(con.sql("select count(*) from candidate").fetchall()[0][0])
    filled = (1 - records[column].null_count() / records.height for column in _COLUMNS)
    figures = (pairs / records.height, records["n_name"].n_unique() / records.height, _unlike(records, truth))
    return row(
        (name, f"{records.height:,}", *(f"{figure:.2f}" for figure in figures), *(f"{x:.2f}" for x in filled))
    )


def _unlike(records: pl.DataFrame, truth: Path) -> float:
    """Give the share of the true pairs whose names, without legal form, order and case, have other words."""
    of = pl.read_csv(truth, infer_schema=False).select("system", "record_id", "entity_id")
    words = pl.col("n_tokens").list.sort().list.join(" ")
    named = records.select("uid", "system", "record_id", words=words).join(of, on=["system", "record_id"])
    pairs = named.join(named, on="entity_id").filter(pl.col("uid") < pl.col("uid_right"))
    return float(pairs.select((pl.col("words") != pl.col("words_right")).mean()).item() or 0.0)
