"""The rows of a run hold the contract, and redirects lead to the customers of today."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sot.errors import InputError
from sot.publish.content import content, redirects
from sot.publish.contract import TABLES
from sot.workspace.project import Project
from tests.publish.runs import Runs

IDS = st.sampled_from("ABCDEF")


def test_every_table_has_the_columns_of_the_contract(runs: Runs) -> None:
    tables = content(runs.run(2), Project(runs.project(2)))
    assert {name: tuple(rows.columns) for name, rows in tables.items()} == {t.name: t.names for t in TABLES}
    golden = pl.read_csv(runs.run(2) / "golden_customers.csv", infer_schema=False)
    assert tables["dim_customer"]["golden_id"].to_list() == sorted(golden["golden_id"])
    crosswalk = pl.read_csv(runs.run(2) / "crosswalk.csv", infer_schema=False)
    xref = tables["xref_customer"].select("system", "record_id", "golden_id")
    assert xref.rows() == sorted(crosswalk.select("system", "record_id", "golden_id").rows())


def test_a_run_that_breaks_the_contract_is_an_error(runs: Runs, tmp_path: Path) -> None:
    run = tmp_path / "run"
    shutil.copytree(runs.run(1), run)
    lines = (run / "crosswalk.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (run / "crosswalk.csv").write_text("".join([*lines, lines[-1]]), encoding="utf-8")
    with pytest.raises(
        InputError, match="xref_customer: the key salesforce, 0010000000004AAA occurs 2 times"
    ):
        content(run, Project(runs.project(1)))


@settings(max_examples=200, deadline=None)
@given(moves=st.lists(st.tuples(IDS, IDS, st.sampled_from(["merged", "split"]))), live=st.sets(IDS))
def test_redirects_lead_to_customers_of_today(moves: list[tuple[str, str, str]], live: set[str]) -> None:
    schema = ["old", "new", "why"]
    moved = pl.DataFrame(moves, schema=dict.fromkeys(schema, pl.String), orient="row")
    found = redirects(moved.with_columns(when=pl.lit("2026-01-01")), pl.Series(sorted(live), dtype=pl.String))
    assert set(found["golden_id"]) <= live
    assert not found.select("old_golden_id", "golden_id").is_duplicated().any()
    retired = found.filter(pl.col("reason") == "merged")
    assert not set(retired["old_golden_id"]) & live
    assert set(found["old_golden_id"]) <= {old for old, _, _ in moves}


def test_a_chain_of_merges_is_resolved_to_its_end() -> None:
    moved = pl.DataFrame(
        [("A", "B", "2026-01-01", "merged"), ("B", "C", "2026-02-01", "merged"), ("C", "D", "2026-03-01", "split")],
        schema=["old", "new", "when", "why"], orient="row",
    )  # fmt: skip
    found = redirects(moved, pl.Series(["C", "D"]))
    assert found.select("old_golden_id", "golden_id", "reason").rows() == [
        ("A", "C", "merged"), ("B", "C", "merged"), ("C", "D", "split"),
    ]  # fmt: skip
