"""Whether the budgets of a project tool are amounts of deals: those in hours, or of costs, say nothing of a deal."""

from __future__ import annotations

import polars as pl

_ENOUGH = 8
"""So many projects with a budget, of customers with deals, are looked at before budgets are disbelieved."""
_SOME = 0.15
"""If a smaller share of them is worth about what a deal of the customer is, that is chance."""
_ABOUT = 0.05


def without_foreign_budgets(table: pl.DataFrame) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Give the table without the amounts of projects of those systems where no amount is a deal's, and what was found.

    A tool that plans in hours calls both hours and money a budget, so the figures must show which one it is.
    """
    worth = pl.coalesce("net", "total")
    deals = table.filter((pl.col("kind") == "deal") & (worth > 0)).select("party", worth=worth)
    budgets = table.filter((pl.col("kind") == "project") & (worth > 0)).select(
        "doc", "system", "party", budget=worth
    )
    pairs = budgets.join(deals.drop_nulls("party"), on="party", maintain_order="left")
    about = ((pl.col("budget") - pl.col("worth")).abs() <= _ABOUT * pl.col("worth")).any()
    seen = pairs.group_by("system", "doc").agg(about=about)
    counted = seen.group_by("system").agg(n=pl.len(), share=pl.col("about").mean()).sort("system")
    foreign = counted.filter((pl.col("n") >= _ENOUGH) & (pl.col("share") < _SOME))["system"].to_list()
    if not foreign:
        return table, ()
    gone = (pl.col("kind") == "project") & pl.col("system").is_in(foreign)
    amounts = [
        pl.when(gone).then(None).otherwise(name).alias(name)
        for name in ("total", "net", "tax", "open", "paid")
    ]
    return table.with_columns(amounts), tuple(
        f"the budgets of projects of {system} are not compared with deals: hardly one is worth what a deal is"
        for system in foreign
    )
