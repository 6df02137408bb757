"""Of several projects of a deal, the one that a bill is for."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from sot.handoffs.links.phases import of_their_projects, phases

FIRST, SECOND = 1, 2


def _table(texts: tuple[str, str], ends: tuple[date, date], starts: tuple[date, date]) -> pl.DataFrame:
    names = ("Yard gates - Phase 1", "Yard gates - Phase 2")
    projects = [
        {"doc": doc, "kind": "project", "name": name, "day": start, "end": end}
        for doc, name, start, end in zip((FIRST, SECOND), names, starts, ends, strict=True)
    ]
    bills = [
        {"doc": 10 + at, "kind": "invoice", "line_text": text, "day": day}
        for at, text, day in zip((1, 2), texts, (date(2026, 3, 4), date(2026, 5, 6)), strict=True)
    ]
    schema = {
        "doc": pl.Int32, "kind": pl.String, "name": pl.String, "line_text": pl.String, "memo": pl.String,
        "reference": pl.String, "day": pl.Date, "end": pl.Date,
    }  # fmt: skip
    rows = [{name: row.get(name) for name in schema} for row in (*projects, *bills)]
    return pl.DataFrame(rows, schema=schema)


def _both() -> pl.DataFrame:
    rows = [(0, bill, project, False) for bill in (11, 12) for project in (FIRST, SECOND)]
    schema = {"l": pl.Int32, "r": pl.Int32, "project": pl.Int32, "fits": pl.Boolean}
    return pl.DataFrame(rows, schema=schema, orient="row")


IN_TURN = (date(2026, 1, 5), date(2026, 3, 5))
ENDS = (date(2026, 3, 1), date(2026, 5, 1))


@pytest.mark.parametrize(
    ("texts", "starts", "wanted"),
    [
        (("Phase 1", "Phase 2"), (date(2026, 1, 5), date(2026, 1, 5)), {(11, FIRST), (12, SECOND)}),
        (("As agreed", "As agreed"), IN_TURN, {(11, FIRST), (12, SECOND)}),
        (("As agreed", "As agreed"), (date(2026, 1, 5), date(2026, 1, 5)),
         {(11, FIRST), (11, SECOND), (12, FIRST), (12, SECOND)}),
        (("Phase 1 and phase 2", "Travel"), (date(2026, 1, 5), date(2026, 1, 5)),
         {(11, FIRST), (11, SECOND), (12, FIRST), (12, SECOND)}),
    ],
)  # fmt: skip
def test_a_bill_goes_with_its_phase(
    texts: tuple[str, str], starts: tuple[date, date], wanted: set[tuple[int, int]]
) -> None:
    table = _table(texts, ENDS, starts)
    left = of_their_projects(_both(), table, phases(table))
    assert set(left.select("r", "project").iter_rows()) == wanted
