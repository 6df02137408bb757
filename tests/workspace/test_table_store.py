from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from sot.model.sources import Source
from sot.workspace import table_store as table_store_module
from sot.workspace.table_store import table_store

TABLE = pl.DataFrame({f"c{i}": [f"{i}a", None, ""] for i in range(20)})


@pytest.mark.parametrize("at_hand", [0, table_store_module.AT_HAND], ids=["on the disk", "at hand"])
def test_columns_are_read_back_as_they_are_asked_for(
    at_hand: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_store_module, "AT_HAND", at_hand)
    with table_store(tmp_path) as tables:
        tables.put("some", TABLE)
        wanted = [f"c{i}" for i in (19, 0, 7, *range(1, 7), 11, 12)]
        found = tables.get("some", wanted)
        assert len(tables.at_hand) == (at_hand > 0)
        tables.spill("more", TABLE.head(2))
        assert tables.get("more").equals(TABLE.head(2))
        assert any(tables.scratch.iterdir()) == (at_hand == 0)
    assert found.equals(TABLE.select(wanted))
    assert found.n_chunks() == 1
    assert [path.name for path in tmp_path.iterdir()] == ["some.parquet"]


@pytest.mark.parametrize("at_hand", [0, table_store_module.AT_HAND], ids=["on the disk", "at hand"])
def test_rows_as_they_were_read_are_given_back_until_the_run_ends(
    at_hand: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_store_module, "AT_HAND", at_hand)
    rows = pl.DataFrame({"Id": ["1", "2", "2"], "a b": ["x", None, ""], "#row": [2, 4, 5]})
    kept, other = Source("a.csv", frame=rows), Source("b.csv", frame=rows.head(1))
    with table_store(tmp_path) as tables:
        for source in (kept, other):
            tables.spill_rows(source)
        assert (kept.frame is None) == (at_hand == 0)
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
