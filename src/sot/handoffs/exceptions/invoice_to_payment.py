"""Invoice to payment: overdue, paid too little or too much, paid and still open, and payments of no invoice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from sot.handoffs.exceptions.facts import Facts
from sot.handoffs.exceptions.finding import finding, money, since, text
from sot.handoffs.refunds import sent_back
from sot.model.kinds import HandoffKind

if TYPE_CHECKING:
    from sot.handoffs.exceptions.habits import Habits

_GRACE = 30
"""Payments of the first days of the exports may settle invoices that are older than the exports."""

_CENTS = 0.021
_DISCOUNTS = (0.02, 0.03)
"""Usual discounts for payment within days; what is taken off is such a share to the cent."""


def invoice_to_payment(known: Facts, habits: Habits, not_auditable: dict[str, int]) -> list[pl.DataFrame]:
    """Give the exceptions between invoices and payments."""
    if not known.windows.invoice.read:
        return []
    # Unless nearly all payments of that system are what their invoices say.
    taxed = pl.col("taxed") & ~pl.col("system").is_in(list(habits.untaxed))
    bills = judged_bills(known).with_columns(taxed=taxed)
    return [
        _paid_but_open(known, bills),
        *_overdue_and_short(known, bills, habits, not_auditable),
        _overpaid(known, bills),
        _unapplied(known, not_auditable),
    ]


def judged_bills(known: Facts) -> pl.DataFrame:
    """Give the live invoices with owed, least (what counts as a difference), remains, covered, is_open and late.

    Payments are `equal` to the cent, or seem to include a tax (`taxed`).
    """
    limits = known.limits
    bills = known.invoices.filter(pl.col("live") & (pl.col("total") > 0))
    owed = (pl.col("total") - pl.col("credited")).round(2)
    closed = pl.col("state") == "invoice_paid"
    # A journal says nothing of what is open: there the payments do, and without them nobody knows.
    silent = pl.all_horizontal(pl.col("open", "paid", "state").is_null())
    rest = (owed - pl.col("received").fill_null(0)).clip(lower_bound=0)
    unpaid = pl.when(silent).then(rest if known.windows.payment.read else pl.lit(0.0))
    remains = pl.coalesce(
        "open", unpaid, pl.when(closed.fill_null(False)).then(0.0), (pl.col("total") - pl.col("paid")), owed
    )
    bills = bills.with_columns(owed=owed, remains=remains.round(2)).with_columns(
        least=pl.max_horizontal(pl.lit(limits.paid_amount), limits.paid_share * pl.col("owed")).round(2)
    )
    # Where the export names neither tax nor net, the payments may include a tax that the amount does not.
    ratio = pl.col("received") / pl.col("owed") - 1
    taxed = pl.col("net").is_null() & pl.any_horizontal(
        [(ratio - rate / 1000).abs() < 0.0005 for rate in range(50, 275, 5)]
    )
    return bills.with_columns(
        covered=(pl.col("received") > 0) & (pl.col("received") >= pl.col("owed") - pl.col("least")),
        equal=(pl.col("received") - owed).abs() <= _CENTS,
        taxed=taxed,
        is_open=(pl.col("remains") > pl.col("least")) & ~closed.fill_null(False),
        late=(pl.col("due_on") < known.windows.as_of).fill_null(False),
    )


def _paid_but_open(known: Facts, bills: pl.DataFrame) -> pl.DataFrame:
    covered = bills.filter(pl.col("covered") & pl.col("is_open"))
    why = text("payments of ", money("received"), " cover it, and ", money("remains"), " is still open")
    return finding(
        covered, HandoffKind.PAID_BUT_OPEN, why, expected=pl.lit(0.0), found=pl.col("remains"),
        difference=pl.col("remains"), days=since("last_payment", known.windows.as_of), others=pl.col("payments"),
    )  # fmt: skip


def not_covered(bills: pl.DataFrame) -> pl.DataFrame:
    """Give the judged bills that payments do not cover, with what they `got` and whether a `discount` explains it."""
    settled = (
        pl.when(pl.col("state") == "invoice_paid").then(pl.lit(0.0)).otherwise(pl.col("paid").fill_null(0))
    )
    got = pl.max_horizontal("received", (settled - pl.col("credited")).clip(lower_bound=0))
    off = pl.col("owed") - pl.col("got")
    taken = pl.any_horizontal((off - pl.col("owed") * share).abs() <= _CENTS for share in _DISCOUNTS)
    return (
        bills.filter(~pl.col("covered")).with_columns(got=got).with_columns(discount=taken.fill_null(False))
    )


def _overdue_and_short(
    known: Facts, bills: pl.DataFrame, habits: Habits, not_auditable: dict[str, int]
) -> list[pl.DataFrame]:
    as_of = known.windows.as_of
    rest = not_covered(bills)
    nothing = pl.col("got") <= 0.01
    not_auditable[HandoffKind.OVERDUE] = rest.filter(
        nothing & pl.col("is_open") & pl.col("due_on").is_null()
    ).height
    overdue = rest.filter(nothing & pl.col("is_open") & pl.col("late"))
    missing = (pl.col("owed") - pl.col("got")).round(2)
    closed = ~pl.col("is_open")
    seen = known.windows.payment.covers("day")
    usual = pl.col("discount") & pl.col("system").is_in(list(habits.discounts))
    short = rest.filter(
        ~nothing & ~usual & (missing > pl.col("least")) & ((pl.col("late") & ~closed) | (closed & seen))
    )
    return [
        finding(overdue, HandoffKind.OVERDUE,
                text("due on ", pl.col("due_on").cast(pl.String), ", and nothing is paid"),
                expected=pl.col("owed"), found=pl.lit(0.0), difference=pl.col("remains"), days=since("due_on", as_of)),
        finding(short.with_columns(missing=missing), HandoffKind.SHORT_PAID,
                text("of ", money("owed"), " only ", money("got"), " is paid"),
                expected=pl.col("owed"), found=pl.col("got"), difference=pl.col("missing"),
                days=since("due_on", as_of), others=pl.col("payments")),
    ]  # fmt: skip


def _overpaid(known: Facts, bills: pl.DataFrame) -> pl.DataFrame:
    over = bills.filter(
        (pl.col("received") > pl.col("owed") + pl.col("least")) & ~pl.col("taxed") & ~pl.col("is_open")
    )
    more = (pl.col("received") - pl.col("owed")).round(2)
    return finding(
        over, HandoffKind.OVERPAID, text("payments of ", money("received"), " exceed ", money("owed")),
        expected=pl.col("owed"), found=pl.col("received"), difference=more,
        days=since("last_payment", known.windows.as_of), others=pl.col("payments"),
    )  # fmt: skip


def _unapplied(known: Facts, not_auditable: dict[str, int]) -> pl.DataFrame:
    applied = known.of("invoice_payment").select(doc="r")
    loose = known.table.filter((pl.col("kind") == "payment") & (pl.col("total") > 0)).join(
        applied, on="doc", how="anti", maintain_order="left"
    )
    first = known.windows.invoice.first
    back = sent_back(known.table, loose.select("doc", "party", "currency", more="total", on="day"))
    loose = loose.join(back, on="doc", how="anti", maintain_order="left")
    judged = loose.filter(since("day", first) < -_GRACE) if first else loose.clear()
    not_auditable[HandoffKind.PAYMENT_UNAPPLIED] = loose.height - judged.height
    return finding(
        judged, HandoffKind.PAYMENT_UNAPPLIED, text("belongs to no invoice, neither by reference nor by amount"),
        expected=pl.lit(0.0), found=pl.col("total"), difference=pl.col("total"), days=since("day", known.windows.as_of),
    )  # fmt: skip
