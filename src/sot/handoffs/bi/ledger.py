"""What the ledger says of each customer: its invoices and credit notes, in cents, by currency."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import polars as pl

_COLUMNS = (
    "golden_id",
    "currency",
    "system",
    "object",
    "record_id",
    "kind",
    "state",
    "total",
    "net",
    "tax",
    "open",
    "day",
)


@dataclass(frozen=True)
class Bill:
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


@dataclass
class Account:
    """The bills of one customer in one currency."""

    bills: list[Bill] = field(default_factory=list)
    voided: list[Bill] = field(default_factory=list)
    _totals: dict[tuple[str, int], int] = field(default_factory=dict, repr=False, compare=False)
    """What was added up before, by basis and the number of bills that there were."""

    def total(self, basis: str) -> int:
        """Live invoices less credit notes."""
        key = basis, len(self.bills)
        if key not in self._totals:
            self._totals[key] = sum(bill.amount(basis) for bill in self.bills)
        return self._totals[key]

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
    rows = rows.select(_COLUMNS).sort("golden_id", "system", "object", "record_id", nulls_last=True)
    for (
        golden_id,
        currency,
        system,
        what,
        record_id,
        kind,
        state,
        total,
        net,
        tax,
        remaining,
        day,
    ) in rows.iter_rows():
        sign = -1 if kind == "credit" else 1
        gross = sign * abs(cents(total))
        without = None if net is None else sign * abs(cents(net))
        if without is None and tax is not None:
            without = gross - sign * abs(cents(tax))
        yield (
            golden_id,
            currency or "",
            Bill(
                f"{system}:{what}:{record_id}",
                gross,
                without,
                0 if kind == "credit" else cents(remaining),
                day,
                state == "invoice_void",
                kind == "credit",
            ),
        )
