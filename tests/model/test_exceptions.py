"""Exceptions of two runs: new, gone and grown, each once, whatever the order of rows."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from sot.model.exceptions import exception_change
from sot.model.tables import EXCEPTIONS

FOUND = st.dictionaries(
    st.sampled_from([f"H{i}" for i in range(12)]), st.none() | st.integers(-5000, 5000).map(lambda n: n / 10)
)


def table(found: dict[str, float | None]) -> pl.DataFrame:
    rows = [{"finding_id": name, "difference": amount, "currency": "EUR"} for name, amount in found.items()]
    return pl.DataFrame(
        [{name: row.get(name) for name in EXCEPTIONS} for row in rows], schema=dict(EXCEPTIONS)
    )


def ids(rows: pl.DataFrame) -> list[str]:
    return rows["finding_id"].to_list()


@given(FOUND, FOUND)
def test_every_exception_is_new_gone_or_in_both(
    before: dict[str, float | None], after: dict[str, float | None]
) -> None:
    change = exception_change(table(before), table(after))
    assert set(ids(change.new)) == after.keys() - before.keys()
    assert set(ids(change.gone)) == before.keys() - after.keys()
    assert set(ids(change.grown)) <= after.keys() & before.keys()
    assert exception_change(table(after), table(before)).new.equals(change.gone)
    assert change.new.equals(exception_change(table(before), table(after).reverse()).new)


@given(FOUND)
def test_nothing_changed_nothing_found(found: dict[str, float | None]) -> None:
    change = exception_change(table(found), table(found))
    assert not any(part.height for part in (change.new, change.gone, change.grown))


def test_a_cent_more_is_no_growth_and_less_is_none() -> None:
    before = table({"a": 100.0, "b": 100.0, "c": -100.0, "d": 1000.0, "e": None})
    after = table({"a": 101.0, "b": 101.01, "c": -300.0, "d": 400.0, "e": 50.0})
    assert ids(exception_change(before, after).grown) == ["c", "b", "e"]
    assert exception_change(before, after).grown["was"].to_list() == [-100.0, 100.0, None]
