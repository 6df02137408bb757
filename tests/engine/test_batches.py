"""Work on a stream of batches is work on the whole: however it is cut, and groups stay together."""

from __future__ import annotations

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sot.engine.batches import OverBatches, UnsortedError, arrow_schema, as_arrow, ddl, on_engine

COLUMNS = {"group": pl.Int64, "many": pl.Int64}


def counted(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.group_by("group", maintain_order=True).agg(many=pl.len())


def stream(groups: list[int], cuts: int) -> list[pa.RecordBatch]:
    table = pa.table({"group": pa.array(groups, pa.int64())})
    return table.to_batches(max_chunksize=cuts)


@settings(max_examples=30)
@given(st.lists(st.integers(0, 6), max_size=60).map(sorted), st.integers(1, 9), st.integers(1, 20))
def test_a_group_is_never_divided(groups: list[int], cuts: int, rows: int) -> None:
    found = list(OverBatches(counted, COLUMNS, "group", rows)(stream(groups, cuts)))
    got = [row for batch in found for row in zip(*(column.to_pylist() for column in batch), strict=True)]
    assert got == [(group, groups.count(group)) for group in sorted(set(groups))]


@pytest.mark.parametrize("groups", [[2, 2, 1, 1, 3, 3], [1, 1, 2, 2, 3, 1], [1, 2, 1, 1, 1, 1]])
def test_a_stream_that_is_not_sorted_is_refused(groups: list[int]) -> None:
    with pytest.raises(UnsortedError, match="do not come in the order of 'group'"):
        list(OverBatches(counted, COLUMNS, "group", 2)(stream(groups, 1)))


@given(st.lists(st.integers(0, 6), min_size=1, max_size=60), st.integers(1, 9), st.integers(1, 20))
def test_every_row_is_worked_on_once(values: list[int], cuts: int, rows: int) -> None:
    sizes: list[int] = []

    def seen(part: pl.DataFrame) -> pl.DataFrame:
        sizes.append(part.height)
        return part

    found = list(OverBatches(seen, {"group": pl.Int64}, None, rows)(stream(values, cuts)))
    assert [value for batch in found for value in batch.column(0).to_pylist()] == values
    # No part is larger than what was asked for and one batch.
    assert max(sizes) < rows + cuts


def test_types_are_those_of_engines() -> None:
    columns = {"a": pl.UInt32, "b": pl.Int8, "c": pl.List(pl.String), "d": pl.Datetime("us"), "e": pl.Boolean}
    assert ddl(on_engine(columns)) == "`a` bigint, `b` int, `c` array<string>, `d` timestamp_ntz, `e` boolean"
    table = pl.DataFrame(
        {"a": [1], "b": [2], "c": [["x"]], "d": [None], "e": [True]}, schema_overrides=columns
    )
    assert as_arrow(table, on_engine(columns)).schema == arrow_schema(on_engine(columns))
