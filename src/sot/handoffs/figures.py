"""The figures of the chain from deal to payment: the funnel, the bridge of the gap, days between the steps, KPIs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import cast

import polars as pl

from sot.handoffs.exceptions.facts import Facts
from sot.model.counts import counted
from sot.model.handoff_figures import (
    Days,
    Funnel,
    Gap,
    GapStep,
    HandoffFigures,
    KindFigures,
    Kpis,
    LargeException,
    StepCount,
)
from sot.model.kinds import HANDOFF_OF, HandoffKind
from sot.rules.project import CompanySettings

_LEAKAGE = ("won_not_invoiced", "delivered_not_invoiced", "underbilled")
_LARGEST = 10
_YEAR = 365
_NONE = ""
"""Stands for money of which nobody knows the currency."""


def figures(
    known: Facts, exceptions: pl.DataFrame, links: pl.DataFrame, company: CompanySettings
) -> HandoffFigures:
    """Give the figures as plain values; amounts of different currencies are never added up.

    With `company.rates`, amounts are given in the company's currency as far as the rates go.
    """
    money = Money(company.currency, company.rates)
    deals = _won(known, money)
    steps = links.group_by("object_l", "object_r", "step").len()
    return {
        "funnel": _funnel(deals, not known.projects.is_empty()),
        "gap": _gap(deals, exceptions),
        "times": _times(known, deals),
        "kpis": _kpis(known, exceptions, money),
        "kinds": _kinds(exceptions, money),
        "steps": cast(list[StepCount], steps.sort("object_l", "object_r", "step").to_dicts()),
        "largest": _largest(exceptions, money),
    }


def earlier_wins(known: Facts) -> tuple[str, ...]:
    """Tell of the won deals that no figure counts, since the exports do not show what was billed at that time."""
    first = known.windows.invoice.first
    won = known.deals.filter((pl.col("state") == "deal_won") & (pl.col("worth") > 0))
    count = won.height - won.filter(_billable(known)).height
    if first is None or not count:
        return ()
    which = f"{counted(count, 'deal')} won before {first}, the day of the first invoice in the exports,"
    return (f"{which} {'is' if count == 1 else 'are'} not in the progress of the won deals",)


def _billable(known: Facts) -> pl.Expr:
    """Whether the exports show what was billed at the time of a deal."""
    window = known.windows.invoice
    return window.covers("day") if window.read else pl.lit(True)


class Money:
    """Amounts in the currency in which they are told: the company's where a rate is known, else their own."""

    def __init__(self, currency: str | None, rates: Mapping[str, float]) -> None:
        self.currency = currency
        self.rates = {**rates, **({currency: 1.0} if currency else {})}

    def told(self, table: pl.DataFrame, *columns: str, currency: str = "currency") -> pl.DataFrame:
        """Give the table with its amounts and their currency as they are told."""
        rate = pl.col(currency).replace_strict(self.rates, default=None, return_dtype=pl.Float64)
        return table.with_columns(
            *((pl.col(name) * rate.fill_null(1.0)).round(2).alias(name) for name in columns),
            pl.when(rate.is_not_null()).then(pl.lit(self.currency)).otherwise(currency).alias(currency),
        )


def sums(table: pl.DataFrame, amount: str, currency: str = "currency") -> dict[str, float]:
    """Give the sum of an amount in each currency, the largest first."""
    added = (
        table.group_by(pl.col(currency).fill_null(_NONE).alias("in"))
        .agg(pl.col(amount).sum().round(2))
        .filter(pl.col(amount) != 0)
    )
    return dict(added.sort(amount, "in", descending=[True, False]).select("in", amount).iter_rows())


def _won(known: Facts, money: Money) -> pl.DataFrame:
    """Give the won deals that the exports let judge, with what was billed and paid of each."""
    deals = known.deals.filter((pl.col("state") == "deal_won") & (pl.col("worth") > 0) & _billable(known))
    bills = known.invoices.filter(pl.col("live") & pl.col("duplicate").is_null()).select(
        "doc",
        "total",
        got=pl.max_horizontal("received", pl.col("paid").fill_null(0)),
        last_payment="last_payment",
    )
    share = pl.when(pl.col("total") > 0).then((pl.col("got") / pl.col("total")).clip(0, 1)).otherwise(0.0)
    paid = (
        known.of("deal_invoice")
        .join(bills, left_on="r", right_on="doc")
        .group_by("l")
        .agg(
            paid_share=share.mean(), settled=(share >= 0.99).all(), last_payment=pl.col("last_payment").max()
        )
    )
    deals = deals.join(paid, left_on="doc", right_on="l", how="left", maintain_order="left")
    other = pl.col("mismatch").fill_null(False)
    deals = deals.with_columns(
        billed=pl.when(other).then("worth").otherwise(pl.col("billed").fill_null(0)),
        settled=pl.col("settled").fill_null(False),
    )
    # An amount with tax that is the same as the net one is told as the net one.
    deals = deals.with_columns(billed=pl.when("same").then("worth").otherwise("billed"))
    deals = deals.with_columns(paid=(pl.col("billed") * pl.col("paid_share").fill_null(0)).round(2))
    return money.told(deals, "worth", "billed", "paid").with_columns(pl.col("currency").fill_null(_NONE))


def _funnel(deals: pl.DataFrame, projects: bool) -> list[Funnel]:
    """Give per currency how much of the won money reached each step; those of `projects` where there are any."""
    funnels: list[Funnel] = []
    for (currency,), mine in deals.group_by("currency", maintain_order=False):
        steps = [
            ("won", mine, "worth"),
            *(_delivery(mine) if projects else ()),
            ("invoiced", mine.filter(pl.col("bills") > 0), "billed"),
            ("paid", mine.filter("settled"), "paid"),
        ]
        funnels.append(
            {
                "currency": currency,
                "steps": [
                    {"step": step, "deals": rows.height, "amount": round(float(rows[amount].sum()), 2)}
                    for step, rows, amount in steps
                ],
            }
        )
    return sorted(funnels, key=lambda row: (-row["steps"][0]["amount"], row["currency"]))


def _delivery(deals: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame, str]]:
    yield "with a project", deals.filter(pl.col("projects") > 0), "worth"
    yield "delivered", deals.filter(pl.col("done") > 0), "worth"


def _gap(deals: pl.DataFrame, exceptions: pl.DataFrame) -> list[Gap]:
    """Give per currency the bridge from what was won to what is billed; its steps add up to the cent."""
    about = exceptions.select(
        "kind", document=pl.col("documents").str.split("|").list.first(), rest=pl.col("documents")
    )
    key = pl.concat_str("system", pl.lit(":"), "object", pl.lit(":"), "record_id")
    named = deals.with_columns(document=key, off=(pl.col("billed") - pl.col("worth")).round(2))
    kinds = about.filter(pl.col("kind").is_in(["won_not_invoiced", "underbilled", "overbilled"])).select(
        "kind", "document"
    )
    delivered = about.filter(pl.col("kind") == "delivered_not_invoiced").select(
        pl.lit("delivered_not_invoiced").alias("kind"),
        document=pl.col("rest").str.split("|").list.get(1, null_on_oob=True),
    )
    exception_of = (
        pl.concat([kinds, delivered])
        .rename({"kind": "exception"})
        .drop_nulls()
        .unique("document", keep="first", maintain_order=True)
    )
    named = named.join(exception_of, on="document", how="left", maintain_order="left")
    due = (
        pl.when(pl.col("off") < 0)
        .then(pl.lit("not due yet, or in part"))
        .otherwise(pl.lit("billed a little more"))
    )
    reason = pl.coalesce("exception", pl.when(pl.col("same")).then(pl.lit("rounding")).otherwise(due))
    steps = (
        named.filter(pl.col("off") != 0)
        .group_by("currency", reason=reason)
        .agg(deals=pl.len(), amount=pl.col("off").sum().round(2))
        .sort("currency", "amount", "reason")
    )
    bridges: list[Gap] = []
    for (currency,), mine in deals.group_by("currency"):
        own = steps.filter(pl.col("currency") == currency).select("reason", "deals", "amount")
        rows = cast(list[GapStep], own.to_dicts())
        won = round(float(mine["worth"].sum()), 2)
        billed = round(float(mine["billed"].sum()), 2)
        off = round(billed - won - sum(row["amount"] for row in rows), 2)
        if off:
            rows.append({"reason": "rounding", "deals": 0, "amount": off})
        bridges.append({"currency": currency, "won": won, "billed": billed, "steps": rows})
    return sorted(bridges, key=lambda row: (-row["won"], row["currency"]))


def _times(known: Facts, deals: pl.DataFrame) -> list[Days]:
    """Give the days between the steps: median and the day by which nine of ten are through."""
    paid = deals.filter("settled")
    invoices = known.invoices.filter(pl.col("live") & pl.col("last_payment").is_not_null())
    projects = known.projects.filter(pl.col("any_won").fill_null(False) & pl.col("first").fill_null(False))
    spans = [
        ("win to kickoff", projects, "won", "day"),
        ("kickoff to delivery", known.projects.filter("done"), "day", "done_on"),
        ("delivery to last invoice", deals.filter(pl.col("done") > 0), "last_done", "last_bill"),
        ("win to first invoice", deals, "day", "first_bill"),
        ("invoice to payment", invoices, "day", "last_payment"),
        ("quote to cash: win to last payment", paid, "day", "last_payment"),
    ]
    times: list[Days] = []
    for name, table, start, end in spans:
        days = table.select((pl.col(end) - pl.col(start)).dt.total_days()).to_series().drop_nulls()
        if len(days):
            median, ninety = cast(float, days.median()), cast(float, days.quantile(0.9, "nearest"))
            times.append({"step": name, "count": len(days), "median": median, "p90": ninety})
    return times


def _kpis(known: Facts, exceptions: pl.DataFrame, money: Money) -> Kpis:
    """Give the figures by the names of the field."""
    money_of = money.told(exceptions.filter(pl.col("difference") > 0), "difference")

    def of(*kinds: str) -> dict[str, float]:
        return sums(money_of.filter(pl.col("kind").is_in(list(kinds))), "difference")

    judged = known.deals.filter((pl.col("state") == "deal_won") & known.windows.invoice.covers("day"))
    due = known.projects.filter(pl.col("any_won").fill_null(False))
    late = exceptions.filter(pl.col("kind") == HandoffKind.LATE_KICKOFF).height
    payments = known.table.filter(pl.col("kind") == "payment")
    return {
        "leakage": of(*_LEAKAGE),
        "unbilled_revenue": of("delivered_not_invoiced"),
        "overbilling": of("overbilled", "duplicate_invoice"),
        "overdue": of("overdue", "short_paid"),
        "unapplied_cash": of("payment_unapplied"),
        "won_to_invoiced_rate": _share(judged.filter(pl.col("bills") > 0).height, judged.height),
        "late_kickoff_rate": _share(late, due.height),
        "payments_applied_rate": _share(known.of("invoice_payment")["r"].n_unique(), payments.height),
        "credit_note_rate": _share(
            known.table.filter(pl.col("kind") == "credit").height,
            known.table.filter(pl.col("kind") == "invoice").height,
        ),
        "dso_days": _dso(known, money),
    }


def _dso(known: Facts, money: Money) -> dict[str, float]:
    """Give days sales outstanding per currency: receivables / sales of the last year × 365."""
    as_of = known.windows.as_of
    bills = known.invoices.filter(pl.col("live") & (pl.col("total") > 0))
    remains = pl.coalesce(
        "open", pl.when(pl.col("state") == "invoice_paid").then(0.0), pl.col("total") - pl.col("received")
    )
    bills = money.told(bills.with_columns(remains=remains.clip(lower_bound=0)), "total", "remains")
    owed = sums(bills, "remains")
    sold = sums(bills.filter(pl.col("day").is_between(as_of - timedelta(days=_YEAR), as_of)), "total")
    return {
        currency: round(amount / sold[currency] * _YEAR, 1)
        for currency, amount in owed.items()
        if sold.get(currency)
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 6) if whole else None


def _kinds(exceptions: pl.DataFrame, money: Money) -> list[KindFigures]:
    money_of = money.told(exceptions.with_columns(pl.col("difference").fill_null(0)), "difference")
    kinds: list[KindFigures] = []
    for kind in HandoffKind:
        mine = money_of.filter(pl.col("kind") == str(kind))
        if mine.height:
            kinds.append(
                {
                    "kind": str(kind),
                    "handoff": str(HANDOFF_OF[kind]),
                    "severity": mine["severity"][0],
                    "count": mine.height,
                    "amounts": sums(mine, "difference"),
                }
            )
    return kinds


def _largest(exceptions: pl.DataFrame, money: Money) -> list[LargeException]:
    """Give the exceptions with the most money at stake; information alone is left out."""
    grave = money.told(
        exceptions.filter((pl.col("difference") > 0) & (pl.col("severity") != "info")), "difference"
    )
    names = (
        "finding_id",
        "kind",
        "severity",
        "golden_id",
        "golden_name",
        "documents",
        "difference",
        "currency",
        "days",
        "fix_in",
        "why",
    )
    shown = grave.sort("difference", "finding_id", descending=[True, False]).head(_LARGEST).select(names)
    return cast(list[LargeException], shown.to_dicts())
