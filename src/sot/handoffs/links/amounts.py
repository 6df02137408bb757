"""The figures by which a document is compared with the other side of a link."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from sot.rules.handoffs import LinkingRules


def _untaxed(rates: Iterable[float]) -> list[float]:
    return [1 / (1 + rate) for rate in rates]


def compared_amounts(pair: str, end: str, rules: LinkingRules) -> pl.Expr:
    """Give the figures by which a document is compared, as a list; the surest one first."""
    if pair == "invoice_payment" and end == "l":
        part = pl.when((pl.col("paid") > 0) & (pl.col("paid") < pl.col("total"))).then("paid")
        return pl.concat_list(
            (pl.col("total") - pl.col("credited")).round(2), part.round(2)
        ).list.drop_nulls()
    if end == "r" and pair in ("deal_invoice", "project_invoice"):
        untaxed = pl.col("country").replace_strict(
            {code: _untaxed(rates) for code, rates in rules.tax_rates.items()},
            default=_untaxed(rules.usual_rates), return_dtype=pl.List(pl.Float64),
        )  # fmt: skip
        written = pl.when("in_part").then("total")
        without = (untaxed * pl.col("billed_net")).list.eval(pl.element().round(2))
        known = (
            pl.concat_list("billed_net", "net", "total").list.drop_nulls().list.unique(maintain_order=True)
        )
        return pl.when(pl.col("net").is_not_null()).then(known).otherwise(
            pl.concat_list(pl.concat_list("billed_net", written), without).list.drop_nulls()
        )  # fmt: skip
    return pl.concat_list(pl.coalesce("net", "total")).list.drop_nulls()
