"""Whether invoices that name neither tax nor net include tax, and how much: what the deals that they bill show."""

from __future__ import annotations

import polars as pl

from sot.model.shares import percent
from sot.rules.handoffs import LinkingRules

_ENOUGH = 3
"""So many deals must be billed with the same rate of tax before it is believed."""
_GROUP = ("system", "country", "currency")
"""What is billed abroad, in another currency, is often without tax."""
_CLEARLY = 2.0
"""And so many times as many as are billed without."""


def with_net(table: pl.DataFrame, rules: LinkingRules) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Give the table with the net of invoices filled in where the rate of tax is clear, and what was assumed.

    A rate is clear for the customers of one country, in one currency (of one system), where at least three won deals
    come up as that much more in an invoice, and at least twice as many as come up unchanged. `assumed` marks those
    amounts.
    """
    table = table.with_columns(assumed=pl.lit(False))
    bare = table.filter(
        pl.col("kind").is_in(["invoice", "credit"]) & pl.col("net").is_null() & (pl.col("total") > 0)
    )
    if bare.is_empty():
        return table, ()
    hits = _hits(table, bare, rules)
    by_country = _clear(hits, list(_GROUP))
    overall = _clear(hits, ["system"]).rename({"rate": "rate_overall"})
    rated = table.join(by_country, on=list(_GROUP), how="left", nulls_equal=True, maintain_order="left").join(
        overall, on="system", how="left", maintain_order="left"
    )
    seen = hits.group_by(_GROUP).agg(deals=pl.col("deal").n_unique())
    rated = rated.join(seen, on=list(_GROUP), how="left", nulls_equal=True, maintain_order="left")
    # What has deals of its own is judged by these; with too few it goes with the rest of the system.
    rate = pl.coalesce("rate", pl.when(pl.col("deals").fill_null(0) < _ENOUGH).then("rate_overall"))
    fill = pl.col("kind").is_in(["invoice", "credit"]) & pl.col("net").is_null() & (rate > 0)
    made = rated.with_columns(
        net=pl.when(fill).then((pl.col("total") / (1 + rate)).round(2)).otherwise("net"),
        assumed=fill.fill_null(False),
        believed=pl.when(fill).then(rate),
    )
    counted = made.filter("assumed").group_by("system", "believed").len().sort("system", "believed")
    notes = tuple(
        f"{count:,} amounts of {system} are taken to include {percent(rate, 1)} of tax: "
        "the deals that they bill show it"
        for system, rate, count in counted.iter_rows()
    )
    return made.select(table.columns), notes


def _hits(table: pl.DataFrame, bare: pl.DataFrame, rules: LinkingRules) -> pl.DataFrame:
    """Give (system, country, currency, rate, deal): won deals whose amount, with that tax or none, an invoice has."""
    window = rules.window["deal_invoice"]
    deals = table.filter((pl.col("kind") == "deal") & (pl.col("state") == "deal_won")).select(
        "party", deal="doc", won="day", worth=pl.coalesce("net", "total")
    )
    pairs = bare.select(*_GROUP, "party", "day", "total").join(
        deals.drop_nulls("party").filter(pl.col("worth") > 0), on="party", maintain_order="left"
    )
    delay = (pl.col("day") - pl.col("won")).dt.total_days()
    pairs = pairs.filter(delay.is_between(-window.before, window.after).fill_null(True))
    rates = sorted(
        {0.0, *rules.usual_rates, *(rate for listed in rules.tax_rates.values() for rate in listed)}
    )
    hits = [
        pairs.filter((pl.col("total") - pl.col("worth") * (1 + rate)).abs() <= 0.021).select(
            *_GROUP, "deal", rate=pl.lit(rate)
        )
        for rate in rates
    ]
    return pl.concat(hits)


def _clear(hits: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Give (by, rate) where one rate above 0 is clear."""
    counted = (
        hits.group_by(*by, "rate")
        .agg(n=pl.col("deal").n_unique())
        .sort(*by, "n", "rate", descending=[False] * len(by) + [True, False])
    )
    none = counted.filter(pl.col("rate") == 0).select(*by, without="n")
    taxed = counted.filter(pl.col("rate") > 0).unique(by, keep="first", maintain_order=True)
    both = taxed.join(none, on=by, how="left", nulls_equal=True)
    enough = (pl.col("n") >= _ENOUGH) & (pl.col("n") >= _CLEARLY * pl.col("without").fill_null(0))
    return both.filter(enough).select(*by, "rate")
