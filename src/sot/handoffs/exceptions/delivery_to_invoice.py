"""Delivery to invoice: projects that are done and not invoiced, and cancelled ones that are."""

from __future__ import annotations

import polars as pl

from sot.handoffs.exceptions.facts import Facts
from sot.handoffs.exceptions.finding import finding, since, text
from sot.model.kinds import HandoffKind


def delivery_to_invoice(known: Facts, not_auditable: dict[str, int]) -> list[pl.DataFrame]:
    """Give the exceptions between projects and invoices."""
    window = known.windows.invoice
    if not window.read or not known.windows.project.read:
        return []
    return [_delivered(known, not_auditable), _cancelled(known)]


def _delivered(known: Facts, not_auditable: dict[str, int]) -> pl.DataFrame:
    window, kind = known.windows.invoice, HandoffKind.DELIVERED_NOT_INVOICED
    until = known.windows.until(window)
    bare = known.projects.filter(pl.col("done") & (pl.col("bills") == 0) & (pl.col("deal_bills") == 0))
    judged = bare.filter(pl.col("party").is_not_null() & window.covers("done_on"))
    not_auditable[kind] = bare.height - judged.height
    amount = pl.coalesce(pl.when(pl.col("deal_worth") > 0).then("deal_worth"), "net", "total")
    late = judged.filter(since("done_on", until) > known.limits.invoice_after_delivery_days)
    return finding(
        late.with_columns(currency=pl.coalesce("deal_currency", "currency")), kind,
        text("done on ", pl.col("done_on").cast(pl.String), ", and there is no live invoice for it"),
        expected=amount, found=pl.lit(0.0), difference=amount, days=since("done_on", until),
        others=pl.concat_list("deal").list.drop_nulls(),
    )  # fmt: skip


def _cancelled(known: Facts) -> pl.DataFrame:
    by_deal = pl.col("all_cancelled").fill_null(False) & (pl.col("bills") > 0)
    billed = known.projects.filter(
        (pl.col("state") == "project_cancelled") & ((pl.col("own_bills") > 0) | by_deal)
    ).with_columns(live=pl.coalesce("own_invoices", "invoices"))
    sums = (
        billed.select("doc", "live").explode("live", empty_as_null=True)
        .join(known.table.select("doc", "billed_net", invoice_currency="currency"), left_on="live", right_on="doc")
        .group_by("doc").agg(amount=pl.col("billed_net").sum(), invoice_currency=pl.col("invoice_currency").first())
    )  # fmt: skip
    billed = billed.join(sums, on="doc", how="left", maintain_order="left")
    return finding(
        billed.with_columns(currency=pl.coalesce("invoice_currency", "currency")), HandoffKind.CANCELLED_BUT_INVOICED,
        text("is cancelled, and has a live invoice"), expected=pl.lit(0.0), found=pl.col("amount"),
        difference=pl.col("amount"), days=since("end", known.windows.as_of), others=pl.col("live"),
    )  # fmt: skip
