"""Whole addresses in one cell, as people of many countries write them."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sot.addresses.usual_forms import usual_forms
from sot.addresses.whole_cells import WholeCells
from sot.addresses.words import PARTS, fold
from sot.rules import Rulebook

WHOLE = WholeCells(Rulebook())
CASES = yaml.safe_load((Path(__file__).parent / "addresses.yaml").read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("case", CASES, ids=[case[0][:40] for case in CASES])
def test_an_address(case: list[str | None]) -> None:
    cell, *wanted = case
    assert cell is not None
    street, *found = WHOLE.parts(cell)
    assert found == wanted
    if found == [None] * 4:
        assert street == cell


def test_all_at_once_is_one_by_one() -> None:
    cells = [case[0] for case in CASES]
    whole = WHOLE.split(pl.Series([*cells, None, cells[0]]))
    assert whole.columns == list(PARTS)
    assert whole.rows()[:-2] == [WHOLE.parts(cell) for cell in cells]
    assert whole.row(-2) == (None,) * 5
    assert whole.row(-1) == whole.row(0)


TEXT = (
    "12 5a Main St Suite Leeds CJ Halle 1015 80331 WA 98107 Roma MI GB US Georgia New York , - ( ) . LS1 4AB"
)
WORDS = st.sampled_from([*TEXT.split(), "Straße", "de", "México", "Singapore", "\n", ", "])


@given(st.lists(WORDS, min_size=1, max_size=9).map(" ".join))
def test_no_word_is_lost_or_made_up(cell: str) -> None:
    parts = [part for part in WHOLE.parts(cell) if part is not None]
    assert set(fold(" ".join(parts)).split()) == set(fold(cell).split())


@given(
    st.lists(
        st.tuples(WORDS, WORDS, WORDS, WORDS, WORDS).map(lambda w: f"{w[0]} {w[1]}, {w[2]}, {w[3]} {w[4]}"),
        min_size=1,
    )
)
def test_the_usual_forms_give_the_same(cells: list[str]) -> None:
    distinct = pl.Series(sorted(set(cells)))
    for cell, *parts in usual_forms(distinct, WHOLE._is_plain_town, WHOLE.regions).rows():
        assert tuple(parts) == WHOLE.parts(cell)
