"""An explanation says what the run did, and why a pair that it never compared was not found."""

from __future__ import annotations

import polars as pl
import pytest

from sot.match import match
from sot.match.explain import explain
from sot.rules import Rulebook
from tests.match.making import crowd, records

RULES = Rulebook()


@pytest.fixture(scope="module")
def table() -> pl.DataFrame:
    return records(crowd(120))


def test_it_comes_to_the_weight_of_the_run(table: pl.DataFrame) -> None:
    found = match(table, RULES)
    pairs = found.pairs.filter(pl.col("bits_name") > 0).sort("match_weight")
    for row in (
        pairs.row(0, named=True),
        pairs.row(pairs.height // 2, named=True),
        pairs.row(-1, named=True),
    ):
        told = explain(table, RULES, found.report, row["uid_r"], row["uid_l"])
        assert told["match_weight"] == pytest.approx(row["match_weight"], abs=0.01)
        assert told["band"] == row["band"]
        assert sum(step["bits"] for step in told["steps"]) == pytest.approx(told["chance"], abs=0.01)
        assert {rule["rule"] for rule in told["blocking"] if rule["found"]}
        sides = table["record_id"].gather([row["uid_l"], row["uid_r"]]).to_list()
        assert [side["record_id"] for side in told["records"]] == sides


def test_a_pair_that_was_never_compared_is_explained_too(table: pl.DataFrame) -> None:
    found = match(table, RULES)
    compared = set(found.pairs.select("uid_l", "uid_r").rows())
    left, right = next((0, i) for i in range(1, table.height) if (0, i) not in compared)
    told = explain(table, RULES, found.report, left, right)
    assert told["band"] == "apart"
    assert told["steps"][0]["comparison"] == "name" and told["steps"][0]["left"] != told["steps"][0]["right"]
