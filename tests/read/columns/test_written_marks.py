"""NULL, \\N and HTML escapes in place of values."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from sot.read.columns.written_marks import without_marks
from tests.read.reading import names, one


@pytest.mark.parametrize("mark", ["\\N", "NULL", "null", "(null)", "<NULL>", "[NULL]"])
def test_nothing_is_empty(mark: str, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(
        f"id,company,city\n1,Acme Ltd,{mark}\n2,Null Ltd,Hull\n3,{mark},{mark}\n", encoding="utf-8"
    )
    source, found = one(path)
    assert found.records.sort("row").select("name", "city").rows()[:2] == [
        ("Acme Ltd", None),
        ("Null Ltd", "Hull"),
    ]
    assert "3 cells say NULL or \\N; read as empty" in source.warnings


def test_escapes_are_undone_where_all_are_escaped(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(
        "id,company,city\n1,Smith &amp; Sons,D&uuml;ren\n2,O&#39;Brien &quot;Bell&quot;,Hull\n3,Plain,K&#246;ln\n",
        encoding="utf-8",
    )
    source, found = one(path)
    assert names(found) == ["Smith & Sons", 'O\'Brien "Bell"', "Plain"]
    assert found.records.sort("row")["city"].to_list() == ["Düren", "Hull", "Köln"]
    assert "signs are written as HTML (&amp; for &); read as the signs" in source.warnings


@pytest.mark.parametrize("other", ["Brown & Co", "R&D Ltd", "A&B", "&"])
def test_escapes_stay_beside_a_bare_sign(other: str) -> None:
    cells = pl.DataFrame({"a": ["Smith &amp; Sons", other]})
    assert without_marks(cells) == (cells, []) or without_marks(cells)[0].equals(cells)


def test_no_cells_at_all() -> None:
    assert without_marks(pl.DataFrame())[1] == []
    assert without_marks(pl.DataFrame({"a": []}, schema={"a": pl.String}))[1] == []


def test_marks_of_direction_are_no_part_of_an_id(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("id,company\n\u200e1,\u202bAcme Ltd\u202c\n2,Bolt Ltd\n", encoding="utf-8")
    source, found = one(path)
    assert sorted(found.records["record_id"]) == ["1", "2"]
    assert names(found) == ["Acme Ltd", "Bolt Ltd"]
    assert "texts have invisible marks of the direction of writing; read without them" in source.warnings
