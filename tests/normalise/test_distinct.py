"""Work on distinct values: what it gives to few and many values, and to none."""

from __future__ import annotations

import polars as pl
import pytest

from sot.normalise import distinct
from sot.normalise.distinct import CELL, over_distinct

TABLE = pl.DataFrame({"a": ["x", None, "y", "x", None, ""], "b": ["1", "1", None, "1", None, "2"]})


@pytest.mark.parametrize("few", [0, 10_000])
def test_every_combination_is_worked_on_once_whatever_the_size(
    few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(distinct, "FEW", few)
    seen: list[tuple[str | None, ...]] = []

    def work(cells: pl.DataFrame) -> pl.DataFrame:
        seen.extend(cells.select("a", "b").rows())
        return cells.select(CELL, both=pl.concat_str(pl.col("a", "b").fill_null("-")))

    done = over_distinct(TABLE, ["a", "b"], work)
    assert seen == [("x", "1"), (None, "1"), ("y", None), ("", "2")]
    assert done["both"].to_list() == ["x1", "-1", "y-", "x1", None, "2"]


def test_a_column_without_values_gets_nulls_of_the_type_that_the_work_gives() -> None:
    calls = []

    def work(cells: pl.DataFrame) -> pl.DataFrame:
        calls.append(cells.height)
        return cells.select(CELL, size=pl.col("a").str.len_chars())

    for height in (1, 3):
        done = over_distinct(pl.DataFrame({"a": [None] * height}, schema={"a": pl.String}), ["a"], work)
        assert done["size"].to_list() == [None] * height and done["size"].dtype == pl.UInt32
    assert calls == [0], "the second list without values asks nothing"
    assert over_distinct(pl.DataFrame({"a": ["abc"]}), ["a"], work)["size"].to_list() == [3]
