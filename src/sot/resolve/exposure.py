"""The money at stake: per record and per customer, each currency on its own."""

from __future__ import annotations

import polars as pl

from sot.model.currencies import Currencies, code_of, usual_currencies
from sot.model.kinds import NO_CURRENCY
from sot.resolve.members import Members
from sot.rules.governance import Exposure, owned

UNKNOWN = ""
"""The currency of an amount of which nobody said it."""


def amounts(
    members: Members,
    documents: pl.DataFrame,
    believed: Exposure,
    currencies: Currencies,
    company_currency: str | None,
) -> pl.DataFrame:
    """Give (uid, customer, currency, amount): open balance, open deals and revenue of every record.

    The open invoices of a record count only where it has no balance of its own, so that no money counts
    twice. A credit is money at stake as much as a debt is, so amounts count without their sign. An amount that names
    no currency is in that which `currencies` assumes, else in the company's own.
    """
    record = members.records.select("uid", "customer", "system", "record_id", "currency")
    no_balance = record.filter(members.records["balance_amount"].is_null())
    parts = [
        _own(members, "balance_amount", believed.balance),
        _documents(documents, no_balance, _open_invoices(), _believed(members, believed.open_invoices)),
        _documents(documents, record, _open_deals(), _believed(members, believed.open_deals)),
        _own(members, "revenue_amount", believed.revenue),
    ]
    named = pl.col("currency").str.strip_chars().str.to_uppercase()
    fallback = pl.coalesce(currencies.assumed(pl.col("system")), pl.lit(company_currency or UNKNOWN))
    return (
        pl.concat(parts)
        .with_columns(currency=pl.coalesce(code_of(pl.col("currency")), named, fallback))
        .group_by("uid", "customer", "currency").agg(pl.col("amount").abs().sum().round(2))
        .filter(pl.col("amount") > 0)
        .sort("uid", "currency")
    )  # fmt: skip


def _own(members: Members, column: str, believed: tuple[str, ...]) -> pl.DataFrame:
    slim = members.records.select("uid", "customer", "system", "currency", amount=column)
    rows = slim.filter((pl.col("amount") != 0) & _believed(members, believed))
    return rows.select("uid", "customer", "system", "currency", "amount")


def _documents(
    documents: pl.DataFrame, record: pl.DataFrame, amount: pl.Expr, believed: pl.Expr
) -> pl.DataFrame:
    owed = documents.select(
        "system",
        pl.col("customer_id").alias("record_id"),
        pl.col("currency").alias("paid_in"),
        amount.alias("amount"),
    ).filter((pl.col("amount") != 0) & pl.col("record_id").is_not_null())
    joined = owed.join(record.filter(believed), on=["system", "record_id"])
    paid_in = pl.coalesce("paid_in", "currency").alias("currency")
    return joined.select("uid", "customer", "system", paid_in, "amount")


def _open_invoices() -> pl.Expr:
    still_open = pl.when(pl.col("state") == "invoice_open").then(pl.col("amount_value"))
    return pl.when(pl.col("object") == "invoice").then(pl.coalesce("open_amount_value", still_open))


def _open_deals() -> pl.Expr:
    return pl.when(pl.col("state") == "deal_open").then(pl.col("amount_value"))


def _believed(members: Members, believed: tuple[str, ...]) -> pl.Expr:
    names = {system for system, department in members.systems if owned(believed, system, department)}
    return pl.col("system").is_in(sorted(names))


def totals(amounts: pl.DataFrame, by: str, company_currency: str | None) -> pl.DataFrame:
    """Give (`by`, exposure, exposure_currency, exposure_other): the main currency's sum, and the others as
    text.

    Amounts of several currencies are never added up. The main one is the company's own, else that of the most
    money.
    """
    sums = amounts.group_by(by, "currency").agg(pl.col("amount").sum().round(2))
    own = (pl.col("currency") == (company_currency or UNKNOWN)) & (pl.col("currency") != UNKNOWN)
    ordered = sums.with_columns(own.alias("own")).sort(
        by, "own", "amount", "currency", descending=[False, True, True, False]
    )
    text = pl.concat_str(
        pl.when(pl.col("currency") == UNKNOWN).then(pl.lit(NO_CURRENCY)).otherwise("currency"),
        pl.lit(" "), pl.col("amount").cast(pl.Decimal(38, 2)).cast(pl.String),
    )  # fmt: skip
    main = ordered.unique(by, keep="first", maintain_order=True)
    rest = ordered.filter(~pl.col(by).is_first_distinct()).group_by(by, maintain_order=True)
    return main.select(
        by,
        pl.col("amount").alias("exposure"),
        pl.when(pl.col("currency") != UNKNOWN).then("currency").alias("exposure_currency"),
    ).join(rest.agg(text.str.join("|").alias("exposure_other")), on=by, how="left", maintain_order="left")


def assumed_currencies(documents: pl.DataFrame, company_currency: str | None) -> Currencies:
    """Give the currencies that amounts of each system have where they name none, by all `documents`."""
    return usual_currencies(
        documents.filter(pl.coalesce("amount_value", "open_amount_value").is_not_null()).select(
            "system", "source", "sheet", currency=code_of(pl.col("currency"))
        ),
        company_currency,
    )
