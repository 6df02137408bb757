"""What the report says of BI tables: the bridge to the ledger, the reasons, the largest differences, the keys."""

from __future__ import annotations

from typing import Any

import polars as pl

from sot.model.run import Run

Plain = dict[str, Any]

STEPS = {
    "bi_all_rows": "all rows of the table",
    "totals": "totals taken out",
    "rests": "“other” rows taken out",
    "counted_twice": "customers counted twice",
    "unmapped": "labels that are no known customer",
    "only_in_bi": "customers without an invoice",
    "only_in_ledger": "customers only in the ledger",
    "period": "other period",
    "tax": "tax",
    "void": "void and credited invoices",
    "unpaid": "unpaid invoices",
    "currency": "converted figures",
    "rounding": "rounding",
    "unexplained": "unexplained",
    "ledger": "the ledger: live invoices less credit notes",
}
"""What each step of the bridge is called."""

REASONS = {
    "agrees": "agrees",
    "duplicate_in_bi": "twice in the table",
    "tax": "with tax in one, without in the other",
    "currency": "converted",
    "void_counted": "void invoices counted",
    "unpaid_left_out": "unpaid invoices left out",
    "timing": "invoices of other periods",
    "not_in_bi": "not in the table",
    "not_in_ledger": "not in the ledger",
    "unexplained": "unexplained",
}
"""What each reason is called."""

_ENDS = ("bi_all_rows", "ledger")
_LARGEST = 10


def bi_tables(run: Run) -> list[Plain]:
    """Give each BI table as plain values: system, source, measure, bridges by currency, reasons, largest, keys."""
    figures = run.bi.figures
    tables = run.bi.bridge.select("bi_system", "source", "measure").unique(maintain_order=True)
    return [
        {
            "system": system,
            "source": source,
            "measure": measure,
            "bridges": _bridges(run.bi.bridge.filter(bi_system=system, source=source)),
            "reasons": _reasons(figures.filter(bi_system=system, source=source)),
            "largest": _largest(figures.filter(bi_system=system, source=source)),
            "keys": [key for key in run.bi.keys if (key["bi_system"], key["source"]) == (system, source)],
        }
        for system, source, measure in tables.iter_rows()
    ]


def _bridges(steps: pl.DataFrame) -> list[Plain]:
    """Give the steps in each currency; those of nothing are left out, but never the unexplained one."""
    return [
        {
            "currency": str(currency) if currency else "",
            "steps": [
                {"step": step, "amount": amount, "count": count}
                for step, amount, count in part.select("step", "amount", "count").iter_rows()
                if amount or step in (*_ENDS, "unexplained")
            ],
        }
        for (currency,), part in steps.group_by(["currency"], maintain_order=True)
    ]


def _reasons(figures: pl.DataFrame) -> list[Plain]:
    counts = figures.group_by("reason").agg(pl.len().alias("count"))
    order = {reason: place for place, reason in enumerate(REASONS)}
    return sorted(counts.to_dicts(), key=lambda row: order[row["reason"]])


def _largest(figures: pl.DataFrame) -> list[Plain]:
    """Give the largest differences inside one currency."""
    off = figures.filter(pl.col("difference").abs() > 0).filter(pl.col("reason") != "agrees")
    largest = off.sort(pl.col("difference").abs(), "golden_id", "currency", descending=[True, False, False])
    columns = ("golden_id", "golden_name", "bi_amount", "ledger_amount", "difference", "currency", "reason")
    return largest.head(_LARGEST).select(columns).to_dicts()


def amount(value: float | None) -> str:
    """Write an amount as people do, nothing where there is none."""
    return "" if value is None else f"{value:,.2f}".replace("-", "−")
