from __future__ import annotations

from pathlib import Path

import polars as pl

from sot.model.sources import Source
from sot.workspace.table_store import table_store

TABLE = pl.DataFrame({f"c{i}": [f"{i}a", None, ""] for i in range(20)})


def test_columns_are_read_back_as_they_are_asked_for(tmp_path: Path) -> None:
    with table_store(tmp_path) as tables:
        tables.put("some", TABLE)
        wanted = [f"c{i}" for i in (19, 0, 7, *range(1, 7), 11, 12)]
        found = tables.get("some", wanted)
    assert found.equals(TABLE.select(wanted))
    assert found.n_chunks() == 1
    assert [path.name for path in tmp_path.iterdir()] == ["some.parquet"]


def test_rows_as_they_were_read_are_given_back_until_the_run_ends(tmp_path: Path) -> None:
    rows = pl.DataFrame({"Id": ["1", "2", "2"], "a b": ["x", None, ""], "#row": [2, 4, 5]})
    kept, other = Source("a.csv", frame=rows), Source("b.csv", frame=rows.head(1))
    with table_store(tmp_path) as tables:
        for source in (kept, other):
            tables.spill_rows(source)
        assert kept.frame is None
        found = kept.rows_at(pl.Series([5, 2]))
        assert found is not None
        assert found.equals(rows[[0, 2]])
        assert other.rows_at(pl.Series([5])).is_empty()
        scratch = tables.scratch
    assert not scratch.exists()
    assert not list(tmp_path.iterdir())


def test_rows_in_memory_are_given_and_forgotten_ones_are_not() -> None:
    source = Source("a.csv", frame=pl.DataFrame({"Id": ["1", "2"], "#row": [2, 3]}))
    found = source.rows_at(pl.Series([3]))
    assert found is not None
    assert found["Id"].to_list() == ["2"]
    source.forget()
    assert source.rows_at(pl.Series([3])) is None
