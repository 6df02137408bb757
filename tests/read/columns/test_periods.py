"""Periods as BI tools write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sot.read.columns.periods import month_of, month_period, period
from sot.rules import Rulebook
from sot.rules.systems import unknown_rules

MONTHS = unknown_rules(Rulebook()).months


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", (2024, 1, 1), (2024, 12, 31)),
        ("FY 2024", (2024, 1, 1), (2024, 12, 31)),
        ("Q2 2024", (2024, 4, 1), (2024, 6, 30)),
        ("2024-Q4", (2024, 10, 1), (2024, 12, 31)),
        ("Quartal 3 2024", (2024, 7, 1), (2024, 9, 30)),
        ("T1 2024", (2024, 1, 1), (2024, 3, 31)),
        ("2024-02", (2024, 2, 1), (2024, 2, 29)),
        ("02/2023", (2023, 2, 1), (2023, 2, 28)),
        ("Jan 2024", (2024, 1, 1), (2024, 1, 31)),
        ("März 2024", (2024, 3, 1), (2024, 3, 31)),
        ("Dez 24", (2024, 12, 1), (2024, 12, 31)),
        ("2024 juin", (2024, 6, 1), (2024, 6, 30)),
        ("2024-05-17", (2024, 5, 17), (2024, 5, 17)),
        ("2024-05-17T00:00:00", (2024, 5, 17), (2024, 5, 17)),
    ],
)
def test_periods_in_many_forms(text: str, first: tuple[int, int, int], last: tuple[int, int, int]) -> None:
    assert period(text, MONTHS) == (date(*first), date(*last))


@pytest.mark.parametrize(
    "text", ["", "Acme", "17", "Q5 2024", "13/2024", "2024-02-30", "Room 2024", "1999 Acme Ltd"]
)
def test_what_is_no_period(text: str) -> None:
    assert period(text, MONTHS) is None


@pytest.mark.parametrize(
    ("word", "number"), [("Januar", 1), ("enero", 1), ("7", 7), ("13", None), ("Acme", None)]
)
def test_months_by_name_or_number(word: str, number: int | None) -> None:
    assert month_of(word, MONTHS) == number


@given(st.integers(1950, 2049), st.integers(1, 12))
def test_a_month_is_whole_and_written_forms_agree(year: int, month: int) -> None:
    first, last = month_period(year, month)
    assert (first.day, first.month, last.month) == (1, month, month)
    assert (last.toordinal() - first.toordinal()) in (27, 28, 29, 30)
    for written in (f"{year}-{month:02d}", f"{month:02d}/{year}", f"{year}/{month:02d}"):
        assert period(written, MONTHS) == (first, last)
