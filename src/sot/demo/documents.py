"""Deals, invoices and payments of the customers, and what follows from them for balances and revenue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from sot.demo.draw import Draw, Pool
from sot.demo.vocabulary import Vocabulary

TODAY = date(2026, 10, 31)
"""The day on which the exports were made: fixed, so that the same seed gives the same bytes on any day."""

_DEALS = {"0": 0.55, "1": 0.3, "2": 0.15}
_INVOICES = {"0": 0.5, "1": 0.3, "2": 0.14, "3": 0.06}
_STAGES_OF_CUSTOMERS = {"Closed Won": 0.68, "Closed Lost": 0.14, "Prospecting": 0.05, "Qualification": 0.05,
                        "Proposal/Price Quote": 0.05, "Negotiation/Review": 0.03}  # fmt: skip
_STAGES_OF_PROSPECTS = {"Closed Won": 0.06, "Closed Lost": 0.44, "Prospecting": 0.2, "Qualification": 0.14,
                        "Proposal/Price Quote": 0.1, "Negotiation/Review": 0.06}  # fmt: skip
_CURRENCIES = {"US": "USD", "GB": "GBP", "CH": "CHF", "PL": "PLN", "SE": "SEK", "DK": "DKK", "NO": "NOK",
               "CA": "CAD", "AU": "AUD", "IN": "INR", "JP": "JPY", "CN": "CNY", "BR": "BRL",
               "MX": "MXN"}  # fmt: skip


@dataclass(frozen=True)
class Documents:
    """What was sold, billed and paid.

    deals: row (of the CRM record), title, stage, amount, closed. invoices: row (of the finance record),
    amount, remaining, status, dated, due. payments: invoice (row number), row, amount, paid.
    """

    deals: pl.DataFrame
    invoices: pl.DataFrame
    payments: pl.DataFrame


def make_documents(words: Vocabulary, records: dict[str, pl.DataFrame], seed: int) -> Documents:
    """Make the documents of all customers; those who stand in finance or projects bought something."""
    buyers = pl.concat([records["finance"]["entity"], records["project"]["entity"]]).unique()
    invoices = _invoices(Draw(seed, "invoices"), records["finance"])
    return Documents(
        deals=_deals(Draw(seed, "deals"), words, records["crm"], buyers),
        invoices=invoices,
        payments=_payments(Draw(seed, "payments"), invoices),
    )


def currencies(country: pl.Series) -> pl.Series:
    """Give the currency in which a customer of that country is billed."""
    return country.replace_strict(_CURRENCIES, default="EUR", return_dtype=pl.String)


def _repeated(draw: Draw, rows: int, counts: dict[str, float]) -> pl.Series:
    times = draw.pick(rows, Pool.weighted(counts)).cast(pl.Int64).to_numpy()
    return pl.Series("row", np.repeat(np.arange(rows), times))


def _amounts(draw: Draw, rows: int, step: float) -> pl.Series:
    """Give amounts as in life: many small ones, few large ones."""
    sizes = np.exp(
        np.sqrt(-2 * np.log1p(-draw.uniform(rows))) * np.cos(2 * np.pi * draw.uniform(rows)) * 1.1 + 8.7
    )
    return pl.Series(np.maximum(np.round(sizes / step), 1) * step)


def _days_ago(days: pl.Series) -> pl.Expr:
    return pl.lit(TODAY) - pl.duration(days=pl.lit(days))


def _deals(draw: Draw, words: Vocabulary, crm: pl.DataFrame, buyers: pl.Series) -> pl.DataFrame:
    row = _repeated(draw, crm.height, _DEALS)
    count = row.len()
    accounts = crm.select("entity", "name", "created")[row]
    bought = accounts["entity"].is_in(buyers.implode())
    won = draw.pick(count, Pool.weighted(_STAGES_OF_CUSTOMERS))
    lost = draw.pick(count, Pool.weighted(_STAGES_OF_PROSPECTS))
    ago = (pl.Series(draw.uniform(count)) * accounts["created"]).cast(pl.Int64)
    kind = draw.one_of(count, words.world.project_kinds)
    stage = pl.when(bought).then(won).otherwise(lost)
    still_open = ~stage.str.starts_with("Closed")
    return pl.select(
        row,
        pl.concat_str(accounts["name"].str.strip_chars(), pl.lit(" - "), kind).alias("title"),
        stage.alias("stage"),
        pl.lit(_amounts(draw, count, 250.0)).alias("amount"),
        pl.when(still_open)
        .then(pl.lit(TODAY) + pl.duration(days=pl.lit(ago) % 120))
        .otherwise(_days_ago(ago))
        .alias("closed"),
    )


def _invoices(draw: Draw, finance: pl.DataFrame) -> pl.DataFrame:
    row = _repeated(draw, finance.height, _INVOICES)
    count = row.len()
    ago = (pl.Series(draw.uniform(count)) * finance["created"].gather(row)).cast(pl.Int64) + 1
    fate = pl.Series(draw.uniform(count))
    amount = _amounts(draw, count, 0.01).round(2)
    # old invoices are mostly paid
    is_open = (fate < 0.14) | ((ago < 60) & (fate < 0.7))
    void = ~is_open & (fate > 0.98)
    part = draw.chance(count, 0.15)
    remaining = pl.when(~is_open).then(0.0).when(part).then((amount * 0.4).round(2)).otherwise(amount)
    closed = pl.when(void).then(pl.lit("Voided")).otherwise(pl.lit("Paid In Full"))
    status = pl.when(is_open).then(pl.lit("Open")).otherwise(closed)
    return pl.select(
        row,
        pl.lit(amount).alias("amount"),
        remaining.alias("remaining"),
        status.alias("status"),
        _days_ago(ago).alias("dated"),
        (_days_ago(ago) + timedelta(days=30)).alias("due"),
    ).sort("dated", "row", "amount", maintain_order=True)


def _payments(draw: Draw, invoices: pl.DataFrame) -> pl.DataFrame:
    received = invoices.with_row_index("invoice").with_columns(
        (pl.col("amount") - pl.col("remaining")).round(2).alias("amount")
    )
    received = received.filter((pl.col("amount") > 0) & (pl.col("status") != "Voided"))
    delay = pl.Series(draw.whole(received.height, -20, 45))
    return received.select(
        "invoice",
        "row",
        "amount",
        pl.min_horizontal(pl.col("due") + pl.duration(days=pl.lit(delay)), pl.lit(TODAY)).alias("paid"),
    ).sort("paid", "invoice")
