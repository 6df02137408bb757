"""How much of two documents each link explains: no document is linked to more than it amounts to."""

from __future__ import annotations

import polars as pl


def allocated(links: pl.DataFrame, table: pl.DataFrame) -> pl.DataFrame:
    """Give the links with `amount`, the surest link first; null where neither document says an amount.

    Deals and invoices are compared net of tax, invoices and payments with it.
    """
    columns = links.columns
    live_net = pl.when("live").then("billed_net").otherwise(0.0)
    is_bill = pl.col("kind").is_in(["invoice", "credit"])
    values = table.select(
        "doc",
        worth=pl.when(is_bill).then(live_net).otherwise(pl.coalesce("net", "total")),
        gross=pl.when(is_bill)
        .then((pl.col("total") - pl.col("credited")).clip(lower_bound=0))
        .otherwise("total"),
    )
    money = pl.col("pair") == "invoice_payment"
    for end in ("l", "r"):
        links = links.join(values, left_on=end, right_on="doc", how="left", maintain_order="left")
        links = links.with_columns(pl.when(money).then("gross").otherwise("worth").alias(f"of_{end}"))
        links = links.drop("worth", "gross")
    alone = (pl.len().over("pair", "l") == 1) & (pl.len().over("pair", "r") == 1)
    links = links.with_row_index("place").with_columns(
        alone=alone, amount=pl.min_horizontal("of_l", "of_r").clip(lower_bound=0).round(2)
    )
    shared = links.filter(~pl.col("alone")).sort(
        "pair", "probability", "l", "r", descending=[False, True, False, False]
    )
    links = links.join(_shared(shared), on="place", how="left", maintain_order="left")
    amount = pl.when("alone").then("amount").otherwise("amount_right").alias("amount")
    return links.select(*columns, amount)


def _shared(links: pl.DataFrame) -> pl.DataFrame:
    """Give (place, amount) for links of documents that have several, each with what those before leave."""
    left: dict[tuple[str, str, int], float] = {}
    amounts: dict[int, float | None] = {}
    for place, pair, l_doc, r_doc, of_l, of_r in links.select(
        "place", "pair", "l", "r", "of_l", "of_r"
    ).iter_rows():
        end_l, end_r = (pair, "l", l_doc), (pair, "r", r_doc)
        rest_l, rest_r = left.get(end_l, of_l), left.get(end_r, of_r)
        least = rest_r if rest_l is None else rest_l if rest_r is None else min(rest_l, rest_r)
        if least is None:
            amounts[place] = None
            continue
        amounts[place] = amount = round(max(least, 0.0), 2)
        if rest_l is not None:
            left[end_l] = round(rest_l - amount, 2)
        if rest_r is not None:
            left[end_r] = round(rest_r - amount, 2)
    return pl.DataFrame(
        [
            pl.Series("place", list(amounts), dtype=links.schema["place"]),
            pl.Series("amount", list(amounts.values()), dtype=pl.Float64),
        ]
    )
