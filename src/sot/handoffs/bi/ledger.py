"""What the ledger says of each customer: its invoices and credit notes, in cents, by currency."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple

import polars as pl


class Bill(NamedTuple):
    """An invoice, or a credit note with amounts below zero; `net` is null where nothing says how much tax is in it."""

    key: str
    gross: int
    net: int | None
    open: int
    day: date | None
    void: bool
    credit: bool

    def amount(self, basis: str) -> int:
        """Give the amount with tax (gross) or without (net), as far as it is known."""
        return self.gross if basis == "gross" or self.net is None else self.net


@dataclass(frozen=True)
class Account:
    """The bills of one customer in one currency."""

    bills: list[Bill] = field(default_factory=list)
    voided: list[Bill] = field(default_factory=list)

    def total(self, basis: str) -> int:
        """Live invoices less credit notes."""
        return self._totals[basis == "gross"]

    @cached_property
    def _totals(self) -> tuple[int, int]:
        """What the bills amount to without and with tax: added up once, when all of them are known."""
        net = sum(bill.gross if bill.net is None else bill.net for bill in self.bills)
        return net, sum(bill.gross for bill in self.bills)

    @property
    def taxed(self) -> bool:
        """Whether tax makes a difference for this customer."""
        return self.total("gross") != self.total("net")

    @property
    def tax_known(self) -> bool:
        """Whether the ledger says of every bill how much tax is in it."""
        return all(bill.net is not None for bill in self.bills)

    @property
    def invoices(self) -> list[Bill]:
        """The invoices from the newest to the oldest, without credit notes."""
        dated = [bill for bill in self.bills if not bill.credit and bill.day is not None]
        return sorted(dated, key=lambda bill: (bill.day, bill.key), reverse=True)


Ledger = dict[tuple[str, str], Account]
"""(golden_id, currency) → account; the currency is empty where nothing says it."""


def cents(amount: float | None) -> int:
    """Give an amount in cents; nothing is none."""
    return round((amount or 0.0) * 100)


def ledger(documents: pl.DataFrame) -> Ledger:
    """Give the accounts of all customers out of the documents as the handoffs see them."""
    accounts: Ledger = defaultdict(Account)
    for golden_id, currency, bill in _bills(documents):
        account = accounts[golden_id, currency]
        (account.voided if bill.void else account.bills).append(bill)
    return dict(accounts)


def in_currency(book: Ledger, currency: str) -> Ledger:
    """Give the ledger with that currency where nothing says one."""
    accounts: Ledger = defaultdict(Account)
    for (golden_id, own), account in sorted(book.items()):
        accounts[golden_id, own or currency].bills.extend(account.bills)
        accounts[golden_id, own or currency].voided.extend(account.voided)
    return dict(accounts)


def _bills(documents: pl.DataFrame) -> Iterator[tuple[str, str, Bill]]:
    if documents.is_empty():
        return
    rows = documents.filter(
        pl.col("kind").is_in(["invoice", "credit"])
        & pl.col("golden_id").is_not_null()
        & pl.col("total").is_not_null()
        & (pl.col("state").fill_null("") != "invoice_draft")
    )
    sign = pl.when(pl.col("kind") == "credit").then(-1).otherwise(1)
    gross = sign * _in_cents("total").abs()
    net = pl.coalesce(sign * _in_cents("net").abs(), gross - sign * _in_cents("tax").abs())
    rows = rows.sort("golden_id", "system", "object", "record_id", nulls_last=True).select(
        "golden_id",
        pl.col("currency").fill_null(""),
        key=pl.concat_str(
            "system", pl.lit(":"), "object", pl.lit(":"), pl.col("record_id").fill_null("None")
        ),
        gross=gross,
        net=net,
        open=pl.when(pl.col("kind") == "credit").then(0).otherwise(_in_cents("open").fill_null(0)),
        day="day",
        void=(pl.col("state") == "invoice_void").fill_null(False),
        credit=pl.col("kind") == "credit",
    )
    for golden_id, currency, *bill in rows.iter_rows():
        yield golden_id, currency, Bill(*bill)


def _in_cents(name: str) -> pl.Expr:
    return (pl.col(name) * 100).round(mode="half_to_even").cast(pl.Int64)
