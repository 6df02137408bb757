"""Exceptions from deal to payment that are new, that grew, and that are gone since a run was approved."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import polars as pl

from sot.drift.snapshot import Side
from sot.model.amounts import money
from sot.model.exceptions import exception_change

_FOUND = ("system", "record_id", "name", "golden_id", "before", "after", "what")


def exceptions(before: Side, after: Side) -> dict[str, pl.DataFrame]:
    """Give the findings of each kind: the document as (system, object:record_id), its customer and the money."""
    change = exception_change(before.exceptions, after.exceptions)
    return {
        "exception_new": _found(
            {"after": row["difference"], "what": f"{_said(row, row['difference'])}; {row['why']}"} | row
            for row in change.new.to_dicts()
        ),
        "exception_grown": _found(
            {"before": row["was"], "after": row["difference"], "what": _grown(row)} | row
            for row in change.grown.to_dicts()
        ),
        "exception_gone": _found(
            {"before": row["difference"], "what": f"{_said(row, row['difference'])}; before: {row['why']}"}
            | row
            for row in change.gone.to_dicts()
        ),
    }


def _found(rows: Iterable[dict[str, Any]]) -> pl.DataFrame:
    listed = []
    for row in rows:
        system, _, document = row["documents"].split("|")[0].partition(":")
        money = [None if row.get(side) is None else f"{abs(row[side]):.2f}" for side in ("before", "after")]
        listed.append((system, document, row["golden_name"], row["golden_id"], *money, row["what"]))
    return pl.DataFrame(listed, schema=dict.fromkeys(_FOUND, pl.String), orient="row")


def _grown(row: dict[str, Any]) -> str:
    more = abs(row["difference"]) - abs(row["was"] or 0)
    return (
        f"{_said(row, row['difference'])}, {money(more, row['currency'], 2)} more than before; {row['why']}"
    )


def _said(row: dict[str, Any], amount: float | None) -> str:
    """Name an exception and its money."""
    kind = row["kind"].replace("_", " ")
    return kind if amount is None else f"{kind}: {money(abs(amount), row['currency'], 2)}"
