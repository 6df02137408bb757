"""What findings learn of all documents once they are linked: what systems usually show, and what companies usually do.

Documents are counted (`counts`), whole groups of customers at a time, and the counts are added up (`Habits`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from sot.handoffs.exceptions.deal_to_project import judged_deals, judged_projects
from sot.handoffs.exceptions.facts import Facts
from sot.handoffs.exceptions.invoice_to_payment import judged_bills, not_covered
from sot.handoffs.exceptions.payment_to_crm import money_in
from sot.model.tables import Schema, conform
from sot.rules.handoffs import ExceptionLimits

COUNTS: Schema = {
    "about": pl.String,
    "key": pl.String,
    "amount": pl.Float64,
    "n": pl.Int64,
    "out_of": pl.Int64,
}
"""`n` documents of `out_of` are so, of a system or currency (`key`)."""

_NET, _TO_THE_CENT, _KICKED_OFF, _SOLD, _WORTH, _PAID, _DISCOUNT = (
    "net",
    "to the cent",
    "projects",
    "deals",
    "worth",
    "paid",
    "discount",
)
_CONVENTION = 0.8
_BILLS, _PAYMENTS = 5, 20
"""So many bills, or payments to the cent, and such a share of those that may hold a tax, show that none does."""
_TAKEN, _SLIGHTLY = 3, 0.06
"""So many payments that are short by a usual discount, and four in five of those that are short by no more than the
second, show that customers may take it off."""


@dataclass(frozen=True)
class Habits:
    """What is usual in the whole company.

    net_only   systems whose invoices bill deals by the amount of the deal itself, clearly and always
    untaxed    systems where nearly all payments are what their invoices say
    discounts  systems where payments that are a little short are usually so by a discount for early payment
    kicked_off whether deals have projects, `sold` whether projects have deals
    worth      the median of won deals in each currency, `worth_of_any` that of all
    paid       whether there are payments of late
    """

    net_only: frozenset[str]
    untaxed: frozenset[str]
    discounts: frozenset[str]
    kicked_off: bool
    sold: bool
    worth: Mapping[str | None, float]
    worth_of_any: float
    paid: bool

    @classmethod
    def of(cls, counts: pl.DataFrame, limits: ExceptionLimits) -> Habits:
        """Give what COUNTS tell, in any order, added up or not."""
        summed = counts.group_by("about", "key", "amount").agg(pl.col("n", "out_of").sum())

        def rows(about: str) -> pl.DataFrame:
            return summed.filter(pl.col("about") == about)

        net_only = _clear(rows(_NET), _BILLS)
        # A retainer needs no project; whether a deal is one hangs on what its bills usually say.
        deals = rows(_KICKED_OFF).filter(
            pl.col("key").is_null()
            | pl.col("key").map_elements(lambda key: not net_only.issuperset(key.split("|")), pl.Boolean)
        )
        worths = rows(_WORTH)
        return cls(
            net_only,
            _clear(rows(_TO_THE_CENT), _PAYMENTS),
            _clear(rows(_DISCOUNT), _TAKEN),
            _usual(deals, limits),
            _usual(rows(_SOLD), limits),
            {key: _median(own) for (key,), own in worths.group_by("key")},
            _median(worths),
            not rows(_PAID).is_empty(),
        )


def _clear(rows: pl.DataFrame, enough: int) -> frozenset[str]:
    n, out_of = pl.col("n"), pl.col("out_of")
    return frozenset(rows.filter((n >= enough) & (n >= _CONVENTION * out_of))["key"])


def _usual(rows: pl.DataFrame, limits: ExceptionLimits) -> bool:
    return int(rows["n"].sum()) >= limits.kept_share * int(rows["out_of"].sum())


def _median(worths: pl.DataFrame) -> float:
    every = worths.select(pl.col("amount").repeat_by(pl.col("n").cast(pl.UInt32))).to_series()
    median = every.explode(empty_as_null=True).median()
    return float(median) if isinstance(median, float) else 0.0


def counts(known: Facts) -> pl.DataFrame:
    """Give COUNTS of the documents of whole groups of customers."""
    deals = judged_deals(known)
    taxed = pl.when("by_tax").then(pl.col("bill_systems").list.join("|"))
    recurs = pl.col("recurs").fill_null(False) & ~pl.col("by_net")
    # What recurs and equals no amount of a deal is a retainer in any case.
    deals = deals.filter(~(recurs & ~pl.col("by_tax"))).with_columns(key=pl.when(recurs).then(taxed))
    won = known.deals.filter((pl.col("state") == "deal_won") & (pl.col("worth") > 0))
    bills = judged_bills(known)
    parts = [
        _counted(_NET, _conventions(known.shares)),
        _counted(_TO_THE_CENT, bills.group_by(key="system").agg(n=pl.col("equal").sum(), odd=pl.col("taxed").sum())),
        _counted(_DISCOUNT, _discounts(bills)),
        _kept(_KICKED_OFF, deals, "projects"),
        _kept(_SOLD, judged_projects(known).with_columns(key=pl.lit(None, pl.String)), "deals"),
        won.group_by(key="currency", amount="worth")
        .agg(n=pl.len(), out_of=pl.lit(0))
        .with_columns(about=pl.lit(_WORTH)),
        _payments(known),
    ]  # fmt: skip
    return pl.concat(conform(part, COUNTS) for part in parts)


def _counted(about: str, rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(
        "key",
        pl.lit(about).alias("about"),
        pl.lit(None, pl.Float64).alias("amount"),
        "n",
        out_of=pl.col("n") + pl.col("odd"),
    )


def _kept(about: str, rows: pl.DataFrame, links: str) -> pl.DataFrame:
    kept = rows.group_by("key").agg(n=(pl.col(links) > 0).sum(), out_of=pl.len())
    return kept.with_columns(about=pl.lit(about), amount=pl.lit(None, pl.Float64))


def _payments(known: Facts) -> pl.DataFrame:
    late = money_in(known).filter(pl.col("kind") == "payment").head(1)
    return late.select(
        pl.lit(_PAID).alias("about"), pl.lit(None, pl.String).alias("key"), pl.lit(None, pl.Float64).alias("amount"),
        pl.lit(1).alias("n"), pl.lit(1).alias("out_of"),
    )  # fmt: skip


def _discounts(bills: pl.DataFrame) -> pl.DataFrame:
    """Give (key, n, odd): the bills of a system that are short by a usual discount, and by another small share."""
    short = pl.col("owed") - pl.col("got")
    slightly = (short > pl.col("least")) & (short <= _SLIGHTLY * pl.col("owed")) & (pl.col("got") > 0)
    return (
        not_covered(bills)
        .filter(slightly)
        .group_by(key="system")
        .agg(n=pl.col("discount").sum(), odd=(~pl.col("discount")).sum())
    )


def _conventions(shares: pl.DataFrame) -> pl.DataFrame:
    """Give (key, n, odd): the bills of a system that equal their deal, and those that do with a tax."""
    single = shares.filter(pl.len().over("deal") == 1)
    off = (pl.col("part_net") - pl.col("worth")).abs() <= 0.02
    gross = ((pl.col("part_gross") - pl.col("worth")).abs() <= 0.02) & ~off
    taxed = [
        ((pl.col("part_net") / pl.col("worth") - 1 - rate / 1000).abs() <= 0.0002)
        for rate in range(40, 280, 5)
    ]
    return (
        single.filter(pl.col("worth") > 0)
        .group_by(key="bill_system")
        .agg(n=off.sum(), odd=(gross | pl.any_horizontal(taxed)).sum())
    )
