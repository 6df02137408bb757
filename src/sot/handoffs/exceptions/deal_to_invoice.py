"""Deal to invoice: what was won and not billed, billed too little, too much, twice, or without a deal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from sot.handoffs.exceptions.facts import Facts
from sot.handoffs.exceptions.finding import finding, money, since, text
from sot.model.kinds import HandoffKind

if TYPE_CHECKING:
    from sot.handoffs.exceptions.habits import Habits

_RUNNING = 45
"""A series whose last invoice is no older than this, or than half of its interval more, goes on."""


def deal_to_invoice(known: Facts, habits: Habits, not_auditable: dict[str, int]) -> list[pl.DataFrame]:
    """Give the exceptions between deals and invoices."""
    if not known.windows.invoice.read or not known.windows.deal.read:
        return [_duplicates(known)] if known.windows.invoice.read else []
    return [
        _not_invoiced(known, not_auditable),
        *_billed_wrong(known, not_auditable),
        _not_won(known),
        _mismatches(known),
        _without_deal(known, habits, not_auditable),
        _duplicates(known),
    ]


def _invoices_of(known: Facts) -> pl.DataFrame:
    """Give (deal, invoices): the live invoices of each deal."""
    live = known.table.filter(pl.col("live")).select("doc")
    pairs = known.of("deal_invoice").join(live, left_on="r", right_on="doc", how="semi")
    return pairs.group_by("l").agg(invoices=pl.col("r").sort())


def _not_invoiced(known: Facts, not_auditable: dict[str, int]) -> pl.DataFrame:
    window, kind = known.windows.invoice, HandoffKind.WON_NOT_INVOICED
    until = known.windows.until(window)
    bare = known.deals.filter(
        (pl.col("state") == "deal_won")
        & (pl.col("bills") == 0)
        & (pl.col("worth").is_null() | (pl.col("worth") > 0))
    )
    all_cancelled = (pl.col("projects") > 0) & (pl.col("stopped") == pl.col("projects"))
    bare = bare.filter(~all_cancelled & (pl.col("done") == 0))
    judged = bare.filter(pl.col("party").is_not_null() & window.covers("day"))
    not_auditable[kind] = bare.height - judged.height
    late = judged.filter(since("day", until) > known.limits.invoice_after_win_days)
    why = text("won on ", pl.col("day").cast(pl.String), ", and there is no live invoice for it")
    return finding(
        late,
        kind,
        why,
        expected=pl.col("worth"),
        found=pl.lit(0.0),
        difference=pl.col("worth"),
        days=since("day", until),
    )


def _billed_wrong(known: Facts, not_auditable: dict[str, int]) -> list[pl.DataFrame]:
    limits, until = known.limits, known.windows.until(known.windows.invoice)
    deals = known.deals.filter(
        (pl.col("state") == "deal_won") & (pl.col("bills") > 0) & (pl.col("worth") > 0)
        & ~pl.col("same") & ~pl.col("mismatch").fill_null(False)
    ).join(_invoices_of(known), left_on="doc", right_on="l", how="left", maintain_order="left")  # fmt: skip
    off = (pl.col("worth") - pl.col("billed")).round(2)
    least = pl.max_horizontal(pl.lit(limits.billed_amount), limits.billed_share * pl.col("worth"))
    real = pl.col("projects").cast(pl.Int64) - pl.col("stopped")
    delivered = (
        (pl.col("projects") > 0)
        & (real > 0)
        & (pl.col("done") >= real)
        & (since("last_done", until) > limits.invoice_after_delivery_days)
    )
    no_project = (pl.col("projects") == 0) & (since("day", until) > limits.billed_in_full_days)
    running = pl.col("recurs").fill_null(False) & (since("last_bill", until) <= _RUNNING)
    short = deals.filter((off > least) & (delivered | no_project) & ~running)
    covered = short.filter(known.windows.invoice.covers("day"))
    not_auditable[HandoffKind.UNDERBILLED] = short.height - covered.height
    over = deals.filter((off < -least) & ~pl.col("recurs").fill_null(False))
    why = text("worth ", money("worth"), ", billed ", money("billed"))

    def about(table: pl.DataFrame, kind: HandoffKind, difference: pl.Expr, days: pl.Expr) -> pl.DataFrame:
        return finding(
            table, kind, why, expected=pl.col("worth"), found=pl.col("billed"), difference=difference, days=days,
            others=pl.col("invoices"),
        )  # fmt: skip

    return [
        about(covered, HandoffKind.UNDERBILLED, off, since("day", until)),
        about(over, HandoffKind.OVERBILLED, -off, since("last_bill", until)),
    ]


def _not_won(known: Facts) -> pl.DataFrame:
    deals = known.deals.filter(pl.col("state").is_in(["deal_open", "deal_lost"]) & (pl.col("bills") > 0))
    deals = deals.join(_invoices_of(known), left_on="doc", right_on="l", how="left", maintain_order="left")
    state = pl.when(pl.col("state") == "deal_lost").then(pl.lit("lost")).otherwise(pl.lit("open"))
    return finding(
        deals, HandoffKind.BILLED_NOT_WON, text("is ", state, ", and ", money("billed"), " is billed for it"),
        expected=pl.lit(0.0), found=pl.col("billed"), difference=pl.col("billed"),
        days=since("first_bill", known.windows.as_of), others=pl.col("invoices"),
    )  # fmt: skip


def _mismatches(known: Facts) -> pl.DataFrame:
    deals = known.table.select("doc", worth=pl.coalesce("net", "total"), deal_currency="currency")
    pairs = known.of("deal_invoice").join(deals, left_on="l", right_on="doc", maintain_order="left")
    bills = known.table.filter(pl.col("live") & pl.col("duplicate").is_null())
    both = pairs.join(bills, left_on="r", right_on="doc", maintain_order="left").rename({"r": "doc"})
    other = both.filter(pl.col("deal_currency") != pl.col("currency"))
    other = other.sort("doc", "l").unique("doc", keep="first", maintain_order=True)
    return finding(
        other, HandoffKind.CURRENCY_MISMATCH,
        text("is in ", pl.col("currency"), ", its deal in ", pl.col("deal_currency")),
        expected=pl.col("worth"), found=pl.col("billed_net"), difference=pl.col("billed_net"),
        days=since("day", known.windows.as_of), others=pl.concat_list("l"),
    )  # fmt: skip


def _without_deal(known: Facts, habits: Habits, not_auditable: dict[str, int]) -> pl.DataFrame:
    won = known.deals.filter((pl.col("state") == "deal_won") & (pl.col("worth") > 0))
    alone = known.invoices.filter(
        pl.col("live") & (pl.col("deals") == 0) & (pl.col("projects") == 0) & pl.col("series").is_null()
        & pl.col("duplicate").is_null() & (pl.col("billed_net") > 0)
    )  # fmt: skip
    usual = pl.col("currency").replace_strict(
        dict(habits.worth), default=habits.worth_of_any, return_dtype=pl.Float64
    )
    least = known.limits.least_invoice_share * usual
    large = alone.filter(pl.col("billed_net") >= least)
    buyers = won.select("party").drop_nulls().unique()
    judged = large.join(buyers, on="party", how="semi", maintain_order="left").filter(
        known.windows.deal.covers("day")
    )
    not_auditable[HandoffKind.INVOICE_WITHOUT_DEAL] = large.height - judged.height
    return finding(
        judged, HandoffKind.INVOICE_WITHOUT_DEAL,
        text("no deal and no project belongs to it, though the customer has won deals"),
        expected=pl.lit(0.0), found=pl.col("billed_net"), difference=pl.col("billed_net"),
        days=since("day", known.windows.as_of),
    )  # fmt: skip


def _duplicates(known: Facts) -> pl.DataFrame:
    later = known.table.filter(pl.col("duplicate").is_not_null())
    first = known.table.select("doc", first_number=pl.coalesce("number", "record_id"))
    later = later.join(first, left_on="duplicate", right_on="doc", how="left", maintain_order="left")
    return finding(
        later, HandoffKind.DUPLICATE_INVOICE,
        text("same customer, amount and text as ", pl.col("first_number"), ", which is live"),
        expected=pl.lit(0.0), found=pl.col("total"), difference=pl.col("total"),
        days=since("day", known.windows.as_of), others=pl.concat_list("duplicate"),
    )  # fmt: skip
