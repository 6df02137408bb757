"""Budgets of a project tool in hours, or of costs, are not compared with what deals are worth."""

from __future__ import annotations

import polars as pl

from sot.handoffs.budgets import without_foreign_budgets


def documents(budgets: list[float]) -> pl.DataFrame:
    rows = [
        {"kind": kind, "system": system, "party": party, "total": total}
        for party, budget in enumerate(budgets)
        for kind, system, total in (("deal", "crm", 1000.0 + 100 * party), ("project", "tasks", budget))
    ]
    empty = {name: None for name in ("net", "tax", "open", "paid")}
    table = pl.DataFrame([{**row, **empty} for row in rows]).with_columns(pl.col(*empty).cast(pl.Float64))
    return table.with_row_index("doc").with_columns(pl.col("doc").cast(pl.Int32))


def test_hours_are_no_amounts() -> None:
    table, notes = without_foreign_budgets(documents([80.0, 120.0, 40.0, 80.0, 200.0, 60.0, 80.0, 120.0]))
    assert table.filter(pl.col("kind") == "project")["total"].null_count() == 8
    assert table.filter(pl.col("kind") == "deal")["total"].null_count() == 0
    assert len(notes) == 1


def test_what_deals_are_worth_stays() -> None:
    worth = [1000.0 + 100 * party for party in range(8)]
    assert without_foreign_budgets(documents([*worth[:4], 10.0, 20.0, 30.0, 40.0]))[1] == ()


def test_few_projects_show_nothing() -> None:
    assert without_foreign_budgets(documents([80.0, 120.0, 40.0]))[1] == ()
