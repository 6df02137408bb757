"""What is known of each deal, project and invoice once documents are linked: billed, delivered, paid."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from sot.handoffs.refunds import sent_back
from sot.handoffs.windows import Windows
from sot.model.document_links import THROUGH_DEAL
from sot.rules.handoffs import ExceptionLimits, LinkingRules

_EXACT = 0.001
"""An amount that includes tax is the net one times a rate, up to this share."""


@dataclass(frozen=True)
class Facts:
    """Documents with what follows from their links.

    table     all documents, with `duplicate` (of which earlier invoice it is a copy); of projects `done` and `done_on`
    links     LINKS
    deals     one row per deal: projects, done, stopped (how many of them), first_start, last_done, bills, billed,
              by_net (billed in full), by_tax (so under a usual tax), mismatch (another currency), recurs (billed by a
              series)
    projects  one row per project: deals, won (earliest win), states of its deals, bills (live), deal_bills
    invoices  one row per invoice: deals, projects, received (payments, less what was sent back),
              last_payment
    shares    one row per deal and live invoice that bills it: the parts of that
    """

    table: pl.DataFrame
    links: pl.DataFrame
    deals: pl.DataFrame
    projects: pl.DataFrame
    invoices: pl.DataFrame
    shares: pl.DataFrame
    windows: Windows
    limits: ExceptionLimits

    def of(self, pair: str) -> pl.DataFrame:
        """Give (l, r) of the links of one pair of kinds."""
        return self.links.filter(pl.col("pair") == pair).select("l", "r")


def facts(
    table: pl.DataFrame, links: pl.DataFrame, windows: Windows, limits: ExceptionLimits, rules: LinkingRules
) -> Facts:
    """Work out what is known of each document."""
    table = _with_done(table, windows.as_of)
    shares = _billing(table, links)
    return Facts(
        table=table,
        links=links,
        deals=_deals(table, links, shares, limits, rules),
        projects=_projects(table, links),
        invoices=_invoices(table, links),
        shares=shares,
        windows=windows,
        limits=limits,
    )


def _with_done(table: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Say which projects are done: by their status, or by their end date where they have none."""
    past = (pl.col("state").is_null() & (pl.col("end") <= as_of)).fill_null(False)
    done = (pl.col("kind") == "project") & ((pl.col("state") == "project_done").fill_null(False) | past)
    return table.with_columns(done=done, done_on=pl.when(done).then(pl.min_horizontal("end", pl.lit(as_of))))


def _billing(table: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """Give (deal, invoice, net, gross, …): the part of each live invoice that bills each of its deals."""
    bills = table.filter(pl.col("live") & pl.col("duplicate").is_null()).select(
        "doc", "billed_net", "net", "tax", "total", "credited", "day", "series", "country", bill_currency="currency",
        bill_system="system",
    )  # fmt: skip
    deals = table.select(
        "doc", worth=pl.coalesce("net", "total"), deal_currency="currency", deal_system="system"
    )
    pairs = links.filter(pl.col("pair") == "deal_invoice").select(deal="l", invoice="r")
    both = pairs.join(bills, left_on="invoice", right_on="doc", maintain_order="left").join(
        deals, left_on="deal", right_on="doc", maintain_order="left"
    )
    worth = pl.col("worth").fill_null(0)
    whole, several = worth.sum().over("invoice"), pl.len().over("invoice")
    share = pl.when(whole > 0).then(worth / whole).otherwise(1 / several)
    left = pl.when(pl.col("total") > 0).then(1 - pl.col("credited") / pl.col("total")).otherwise(1.0)
    return both.with_columns(
        part_net=pl.col("billed_net") * share,
        part_gross=pl.col("total") * left * share,
        mismatch=(pl.col("bill_currency") != pl.col("deal_currency")).fill_null(False),
    )


def _deals(
    table: pl.DataFrame,
    links: pl.DataFrame,
    shares: pl.DataFrame,
    limits: ExceptionLimits,
    rules: LinkingRules,
) -> pl.DataFrame:
    deals = (
        table.filter(pl.col("kind") == "deal")
        .drop("done", "done_on")
        .with_columns(worth=pl.coalesce("net", "total"))
    )
    projects = links.filter(pl.col("pair") == "deal_project").join(
        table.select("doc", "state", "day", "done", "done_on"),
        left_on="r",
        right_on="doc",
        maintain_order="left",
    )
    of_projects = projects.group_by("l").agg(
        projects=pl.len(),
        done=pl.col("done").sum(),
        stopped=(pl.col("state") == "project_cancelled").sum(),
        first_start=pl.col("day").min(),
        last_done=pl.col("done_on").max(),
    )
    of_bills = shares.group_by("deal").agg(
        bills=pl.len(),
        billed=pl.col("part_net").sum().round(2),
        billed_gross=pl.col("part_gross").sum().round(2),
        untaxed=pl.col("net").is_null().any(),
        mismatch=pl.col("mismatch").any(),
        recurs=pl.col("series").is_not_null().any(),
        first_bill=pl.col("day").min(),
        last_bill=pl.col("day").max(),
        bill_systems=pl.col("bill_system").unique().sort(),
        bill_country=pl.col("country").first(),
    )
    deals = deals.join(of_projects, left_on="doc", right_on="l", how="left", maintain_order="left").join(
        of_bills, left_on="doc", right_on="deal", how="left", maintain_order="left"
    )
    deals = deals.with_columns(pl.col("projects", "done", "stopped", "bills").fill_null(0))
    return deals.with_columns(_billed_in_full(deals, limits, rules.tax_rates, rules.usual_rates))


def _billed_in_full(
    deals: pl.DataFrame,
    limits: ExceptionLimits,
    rates: Mapping[str, tuple[float, ...]],
    usual: tuple[float, ...],
) -> list[pl.Series]:
    """Whether a deal is billed in full: by its net (by_net), or by what tax on sales makes of it (by_tax)."""
    by_net, by_tax = [], []
    for row in deals.select("worth", "billed", "billed_gross", "untaxed", "bill_country").iter_rows(
        named=True
    ):
        worth, billed = row["worth"], row["billed"]
        net = tax = False
        if worth and billed is not None:
            net = abs(billed - worth) <= max(limits.billed_amount, limits.billed_share * worth)
        if worth and billed is not None and not net:
            near = max(limits.billed_amount, _EXACT * worth)
            known = rates.get(row["bill_country"] or "", usual)
            grossed = [worth * (1 + rate) for rate in known] if row["untaxed"] else []
            tax = any(abs(billed - figure) <= near for figure in grossed) or (
                abs(row["billed_gross"] - worth) <= near
            )
        by_net.append(net)
        by_tax.append(tax)
    return [
        pl.Series(name, values, dtype=pl.Boolean) for name, values in (("by_net", by_net), ("by_tax", by_tax))
    ]


def judged(known: Facts, net_only: Collection[str]) -> Facts:
    """Give facts whose deals say whether they are billed in full (same): systems that bill `net_only` add no tax."""
    taxed = pl.col("bill_systems").list.eval(~pl.element().is_in(list(net_only))).list.any().fill_null(False)
    same = pl.col("by_net") | (pl.col("by_tax") & taxed)
    return replace(known, deals=known.deals.with_columns(same=same))


def _projects(table: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    projects = table.filter(pl.col("kind") == "project")
    deals = links.filter(pl.col("pair") == "deal_project").join(
        table.select("doc", "state", "day", worth=pl.coalesce("net", "total"), deal_currency="currency"),
        left_on="l", right_on="doc", maintain_order="left",
    )  # fmt: skip
    siblings = deals.select("l", "r").join(
        table.select("doc", "state", "day"), left_on="r", right_on="doc", maintain_order="left"
    )
    siblings = siblings.with_columns(
        first=pl.col("day").rank("ordinal").over("l") == 1,
        all_cancelled=(pl.col("state") == "project_cancelled").fill_null(False).all().over("l"),
    )
    won = pl.col("state") == "deal_won"
    of_deals = deals.group_by("r").agg(
        deals=pl.len(),
        won=pl.col("day").filter(won).min(),
        any_won=won.any(),
        unwon=pl.col("state").is_in(["deal_open", "deal_lost"]).fill_null(False).all(),
        deal=pl.col("l").min(),
        deal_worth=pl.col("worth").sum(),
        deal_currency=pl.col("deal_currency").first(),
    )
    of_siblings = siblings.group_by("r").agg(
        first=pl.col("first").any(), all_cancelled=pl.col("all_cancelled").any()
    )
    bills = table.filter(pl.col("live")).select("doc")
    direct = links.filter((pl.col("pair") == "project_invoice") & (pl.col("step") != THROUGH_DEAL))
    own = (
        direct.join(bills, left_on="r", right_on="doc", how="semi")
        .group_by("l")
        .agg(own_bills=pl.len(), own_invoices=pl.col("r").sort())
    )
    any_bill = (
        links.filter(pl.col("pair") == "project_invoice")
        .join(bills, left_on="r", right_on="doc", how="semi")
        .group_by("l")
        .agg(bills=pl.len(), invoices=pl.col("r").sort())
    )
    deal_bills = (
        deals.select("l", "r")
        .join(links.filter(pl.col("pair") == "deal_invoice").select("l", invoice="r"), on="l")
        .join(bills, left_on="invoice", right_on="doc", how="semi")
        .group_by("r")
        .agg(deal_bills=pl.len())
    )
    for more, key in ((of_deals, "r"), (of_siblings, "r"), (own, "l"), (any_bill, "l"), (deal_bills, "r")):
        projects = projects.join(more, left_on="doc", right_on=key, how="left", maintain_order="left")
    return projects.with_columns(pl.col("deals", "own_bills", "bills", "deal_bills").fill_null(0))


def _invoices(table: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    invoices = table.filter(pl.col("kind") == "invoice")
    due = table.select("doc", owed=(pl.col("total") - pl.col("credited")).clip(lower_bound=0))
    paid = (
        links.filter(pl.col("pair") == "invoice_payment")
        .select("l", "r")
        .join(
            table.select("doc", amount="total", paid_on="day"),
            left_on="r",
            right_on="doc",
            maintain_order="left",
        )
        .join(due, left_on="l", right_on="doc", maintain_order="left")
    )
    whole = pl.col("owed").sum().over("r")
    several = pl.len().over("r")
    part = pl.when(several == 1).then("amount").when(whole > 0).then(
        pl.col("amount") * pl.col("owed") / whole
    ).otherwise(pl.col("amount") / several)  # fmt: skip
    paid = paid.with_columns(part=part)
    received = paid.group_by("l").agg(
        received=pl.col("part").sum().round(2), payments=pl.col("r").sort(), last_payment=pl.col("paid_on").max()
    )  # fmt: skip
    deals, projects = (
        links.filter(pl.col("pair") == pair)
        .group_by("r")
        .agg(pl.len().alias(name), pl.col("l").sort().alias(f"of_{name}"))
        for pair, name in (("deal_invoice", "deals"), ("project_invoice", "projects"))
    )
    invoices = invoices.join(received, left_on="doc", right_on="l", how="left", maintain_order="left")
    for more in (deals, projects):
        invoices = invoices.join(more, left_on="doc", right_on="r", how="left", maintain_order="left")
    return _without_refunds(
        invoices.with_columns(pl.col("received", "deals", "projects").fill_null(0)), table, paid
    )


def _without_refunds(invoices: pl.DataFrame, table: pl.DataFrame, paid: pl.DataFrame) -> pl.DataFrame:
    """Take off what was received what the customer paid too much and got back, and payments that were sent back whole.

    `paid` has what part of which payment (r) is of which invoice (l).
    """
    over = invoices.select(
        "doc", "party", "currency",
        more=(pl.col("received") - (pl.col("total") - pl.col("credited")).clip(lower_bound=0)).round(2),
        on="last_payment",
    ).filter(pl.col("more") > 0)  # fmt: skip
    payments = table.filter((pl.col("kind") == "payment") & (pl.col("total") > 0)).select(
        "doc", "party", "currency", more="total", on="day"
    )
    applied = pl.col("doc").is_in(paid["r"].unique().implode())
    back = sent_back(table, pl.concat([over, payments.filter(~applied)], how="vertical_relaxed"))
    others = table.join(back, left_on="doc", right_on="refund", how="anti", maintain_order="left")
    whole = paid.join(sent_back(others, payments.filter(applied)), left_on="r", right_on="doc", how="semi")
    off = pl.concat([back.select("doc", "back"), whole.select(doc="l", back="part")], how="vertical_relaxed")
    invoices = invoices.join(
        off.group_by("doc").agg(pl.col("back").sum()), on="doc", how="left", maintain_order="left"
    )
    received = (pl.col("received") - pl.col("back").fill_null(0)).round(2)
    return invoices.with_columns(received=received).drop("back")
