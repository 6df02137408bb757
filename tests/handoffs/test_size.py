"""What is looked up in an index gives what comparing all with all gave, which took a day for a million records."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from types import SimpleNamespace
from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from sot.handoffs.bi.reasons import _near
from sot.handoffs.links.strangers import (
    _AROUND,
    _CLEAR,
    _LEAST,
    _MOST_OF_ONE,
    _NAMES_AT_MOST,
    _clear,
    _hopeful,
    _in_time,
)

customers = st.integers(0, 5)
bits = st.sampled_from([-4.0, 0.0, 3.0, 5.0, 6.5, 8.0, 9.5])


@given(st.dictionaries(st.tuples(customers, customers), bits), st.sampled_from([0.0, 1.0, 4.0]))
def test_strangers_are_clear_of_every_rival(sums: dict[tuple[int, int], float], chance: float) -> None:
    wanted = {}
    for (buyer, party), own in sorted(sums.items()):
        rivals = [
            other
            for ends, other in sums.items()
            if ends != (buyer, party) and (ends[0] == buyer or ends[1] == party)
        ]
        if own - chance >= _LEAST and own - max(rivals, default=0.0) >= _CLEAR:
            wanted[party] = buyer
    assert {party: buyer for buyer, party in _clear(sums, chance)} == wanted


@given(
    st.dictionaries(
        st.tuples(customers, customers), st.tuples(st.integers(1, 3), st.sampled_from([0.5, 0.9, 1.0]))
    ),
    st.frozensets(customers),
    st.sampled_from([8.0, 12.0, 16.0, 20.0, 30.0]),
)
def test_pairs_that_are_left_out_early_change_nothing(
    pairs: dict[tuple[int, int], tuple[int, float]], alike: frozenset[int], chance: float
) -> None:
    rows = [(deal, buyer, party) for (buyer, party), (deals, _) in pairs.items() for deal in range(deals)]
    known = pl.DataFrame(rows, schema={"deal": pl.Int32, "buyer": pl.Int32, "party": pl.Int32}, orient="row")
    names = pl.DataFrame(
        [(party, "same" if party in alike else f"own {party}") for party in range(6)],
        schema={"party": pl.Int32, "word": pl.String}, orient="row",
    )  # fmt: skip
    sums = {
        (buyer, party): deals * part * _MOST_OF_ONE
        + _NAMES_AT_MOST * ({buyer, party} <= alike or buyer == party)
        for (buyer, party), (deals, part) in pairs.items()
    }
    kept = set(_hopeful(known, names, chance).select("buyer", "party").iter_rows())
    assert _clear({ends: bits for ends, bits in sums.items() if ends in kept}, chance) == _clear(sums, chance)


days = st.one_of(st.none(), st.integers(-400, 400))


@given(st.lists(days, min_size=1), st.lists(days, min_size=1), st.sampled_from([0, 1, 45]))
def test_spans_of_days_leave_out_no_bill_in_time(
    won: list[int | None], billed: list[int | None], before: int
) -> None:
    rules: Any = SimpleNamespace(window={"deal_invoice": SimpleNamespace(before=before)})
    found = _in_time(_dated("deal", "won", won), _dated("doc", "day", billed), rules).select("deal", "doc")
    wanted = [
        (deal, doc)
        for (deal, start), (doc, day) in product(enumerate(won), enumerate(billed))
        if start is not None and day is not None and -before <= day - start <= _AROUND
    ]
    assert sorted(found.rows()) == wanted


def _dated(name: str, day: str, offsets: list[int | None]) -> pl.DataFrame:
    """Give documents of one amount on days before and after the beginning of 1970."""
    on = [None if offset is None else date(1970, 1, 1) + timedelta(days=offset) for offset in offsets]
    currency = "money_in" if name == "deal" else "currency"
    return pl.DataFrame(
        {name: range(len(on)), day: on, "cents": 100, currency: None},
        schema={name: pl.Int32, day: pl.Date, "cents": pl.Int64, currency: pl.String},
    )


@given(
    st.lists(st.sampled_from([-1.0, 0.5, 0.9, 0.905, 0.91, 1.1, 2.0]), min_size=1),
    st.floats(-0.1, 1),
    st.data(),
)
def test_figures_near_a_ratio_are_counted(ratios: list[float], most: float, data: st.DataObject) -> None:
    ordered = sorted(ratios)
    place = data.draw(st.integers(0, len(ordered) - 1))
    assert _near(ordered, place, most) == sum(abs(other - ordered[place]) <= most for other in ordered)
