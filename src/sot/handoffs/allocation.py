"""How much of two documents each link explains: no document is linked to more than it amounts to."""

from __future__ import annotations

import polars as pl


def allocated(links: pl.DataFrame, table: pl.DataFrame) -> pl.DataFrame:
    """Give the links with `amount`, the surest link first; null where neither document says an amount.

    Deals and invoices are compared net of tax, invoices and payments with it.
    """
    columns = ("doc", "total", "net", "billed_net", "credited", "live", "kind")
    worth: dict[int, float | None] = {}
    gross: dict[int, float | None] = {}
    for doc, total, net, billed, credited, live, kind in table.select(columns).iter_rows():
        is_bill = kind == "invoice"
        worth[doc] = (billed if live else 0.0) if is_bill else (net if net is not None else total)
        gross[doc] = None if total is None else round(max(total - credited, 0.0), 2) if is_bill else total
    ordered = links.with_row_index("place").sort(
        "pair", "probability", "l", "r", descending=[False, True, False, False]
    )
    left: dict[tuple[str, str, int], float] = {}
    amounts: dict[int, float | None] = {}
    for place, pair, one, other in ordered.select("place", "pair", "l", "r").iter_rows():
        of = gross if pair == "invoice_payment" else worth
        ends = [(pair, "l", one), (pair, "r", other)]
        values = [left.get(end, of[end[2]]) for end in ends]
        known = [value for value in values if value is not None]
        amount = round(max(min(known), 0.0), 2) if known else None
        amounts[place] = amount
        for end, value in zip(ends, values, strict=True):
            if value is not None and amount is not None:
                left[end] = round(value - amount, 2)
    series = pl.Series("amount", [amounts[i] for i in range(links.height)], dtype=pl.Float64)
    return links.with_columns(series)
