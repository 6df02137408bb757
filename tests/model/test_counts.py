from __future__ import annotations

from sot.model.counts import counted


def test_one_is_told_as_one() -> None:
    assert counted(1, "row") == "1 row"
    assert counted(0, "row") == "0 rows"
    assert counted(2000, "row is", "rows are") == "2,000 rows are"
