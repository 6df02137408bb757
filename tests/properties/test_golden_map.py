"""The outputs of whole runs over made-up companies agree with the exports and with each other."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from sot.cli.errors import run as sot
from sot.demo import write_demo

KEY = ["system", "record_id"]


@pytest.fixture(scope="module", params=[(1, 7), (40, 1), (150, 2)], ids=lambda drawn: f"{drawn[0]} customers")
def company(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    customers, seed = request.param
    folder = tmp_path_factory.mktemp("company")
    write_demo(folder / "exports", customers, seed)
    out, project = str(folder / "out"), str(folder)
    assert sot(["dedupe", str(folder / "exports"), "--out", out, "--project", project, "--quiet"]) == 0
    return folder


def table(company: Path, name: str) -> pl.DataFrame:
    return pl.read_csv(company / "out" / name, infer_schema=False)


def test_every_record_of_every_export_is_in_the_map_exactly_once(company: Path) -> None:
    truth = pl.read_csv(company / "exports" / "truth" / "truth.csv", infer_schema=False).select(KEY)
    found = table(company, "crosswalk.csv").select(KEY)
    assert found.is_duplicated().sum() == 0
    assert found.sort(KEY).equals(truth.sort(KEY))


def test_customers_and_map_tell_the_same(company: Path) -> None:
    golden, crosswalk = table(company, "golden_customers.csv"), table(company, "crosswalk.csv")
    counted = crosswalk.group_by("golden_id").agg(
        record_count=pl.len().cast(pl.String),
        systems=pl.col("system").unique().sort().str.join("|"),
        survivors=(pl.col("is_survivor") == "true").sum(),
    )
    assert counted["survivors"].to_list() == [1] * golden.height
    told = golden.select("golden_id", "record_count", "systems").sort("golden_id")
    assert counted.drop("survivors").sort("golden_id").equals(told)
    single = golden.filter(pl.col("status") == "single")["golden_id"].sort()
    assert crosswalk.filter(pl.col("linked_by") == "single")["golden_id"].sort().equals(single)


def test_what_is_told_names_only_what_is_there(company: Path) -> None:
    ids = set(table(company, "golden_customers.csv")["golden_id"])
    keys = {
        f"{system}:{record}" for system, record in table(company, "crosswalk.csv").select(KEY).iter_rows()
    }
    queue, conflicts = table(company, "review_queue.csv"), table(company, "conflicts.csv")
    related = table(company, "related.csv")
    assert {one for cell in queue["golden_ids"] for one in cell.split("|")} <= ids
    assert {one for cell in queue["records"] for one in cell.split("|")} <= keys
    assert set(conflicts["golden_id"].drop_nulls()) <= ids
    assert {*related["golden_id_l"], *related["golden_id_r"]} <= ids
    assert queue["case_id"].is_unique().all()
    assert conflicts["conflict_id"].is_unique().all()


def test_what_hangs_together_by_doubt_is_in_the_queue(company: Path) -> None:
    doubtful = table(company, "golden_customers.csv").filter(pl.col("status") == "needs_review")["golden_id"]
    asked = {one for cell in table(company, "review_queue.csv")["golden_ids"] for one in cell.split("|")}
    assert set(doubtful) <= asked
