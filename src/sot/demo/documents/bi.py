"""The figures of the BI table: revenue by customer, and why some of them are not the ledger's."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from sot.demo.documents.dice import Dice
from sot.demo.documents.model import TODAY, BiFigure, Invoice, World
from sot.demo.documents.trade import Trade, trade_habits

RATE = 1.0837
"""The rate at which the BI table converts what it shows in the company's currency instead of the customer's."""


@dataclass
class Ledger:
    """What finance knows of one customer."""

    live: list[Invoice] = field(default_factory=list)
    credits: list[Invoice] = field(default_factory=list)
    voided: list[Invoice] = field(default_factory=list)

    @property
    def net(self) -> int:
        """Live invoices less credit notes, without tax."""
        return sum(each.net for each in self.live) + sum(each.net for each in self.credits)

    @property
    def tax(self) -> int:
        """The tax on them."""
        return sum(each.tax for each in self.live) + sum(each.tax for each in self.credits)


def ledgers(world: World) -> dict[int, Ledger]:
    """Give the ledger of each customer that was billed."""
    by_customer: dict[int, Ledger] = {}
    for invoice in world.invoices:
        ledger = by_customer.setdefault(invoice.entity, Ledger())
        if invoice.state == "live":
            ledger.live.append(invoice)
        elif invoice.state == "credit":
            ledger.credits.append(invoice)
        elif invoice.state == "void":
            ledger.voided.append(invoice)
    return by_customer


def bi_figures(world: World, dice: Dice, trade: Trade, accounts: list[int]) -> list[BiFigure]:
    """Give the lines of the BI table, and those that it lacks (reason not_in_bi).

    Customers that were billed in two currencies are left out: one line can't be right for them.
    """
    books = ledgers(world)
    figures: list[BiFigure] = []
    for entity in sorted(books):
        ledger = books[entity]
        currencies = {each.currency for each in (*ledger.live, *ledger.credits)}
        if ledger.net > 0 and len(currencies) == 1:
            figures += _customer(entity, ledger, currencies.pop(), dice, trade)
    share = trade_habits().bi["not_in_ledger"] * trade.exceptions
    for entity in accounts:
        if entity not in books and dice.chance(share):
            amount = dice.whole(50000, 3000000)
            figures.append(BiFigure(entity, amount, trade.currency, "not_in_ledger"))
    return figures


def _customer(entity: int, ledger: Ledger, currency: str, dice: Dice, trade: Trade) -> list[BiFigure]:
    possible = _possible(ledger, currency, trade)
    rates = {name: share * trade.exceptions for name, share in trade_habits().bi.items() if name in possible}
    reason = dice.pick(rates) or "agrees"
    right = ledger.net
    if reason == "agrees_together":
        part = round(right * dice.share(0.2, 0.6))
        return [
            BiFigure(entity, part, currency, "agrees"),
            BiFigure(entity, right - part, currency, "agrees", True),
        ]
    if reason == "duplicate_in_bi":
        return [BiFigure(entity, right, currency, reason), BiFigure(entity, right, currency, reason, True)]
    if reason == "currency":
        return [BiFigure(entity, round(right * RATE), trade.currency, reason)]
    if reason == "unexplained":
        return [BiFigure(entity, round(right * dice.share(0.55, 0.9)) + 1, currency, reason)]
    return [BiFigure(entity, possible.get(reason, right), currency, reason)]


def _possible(ledger: Ledger, currency: str, trade: Trade) -> dict[str, int]:
    """Give the reasons for which the figure of a customer can be another one, each with that figure."""
    right = ledger.net
    reasons = dict.fromkeys(("agrees_together", "duplicate_in_bi", "not_in_bi", "unexplained"), right)
    if ledger.tax:
        reasons["tax"] = right + ledger.tax
    if currency != trade.currency:
        reasons["currency"] = right
    if ledger.voided:
        reasons["void_counted"] = right + sum(each.net for each in ledger.voided)
    unpaid = sum(each.net for each in ledger.live if each.remaining and each.remaining == each.total)
    partly = any(0 < each.remaining != each.total for each in ledger.live)
    newest = max(ledger.live, key=lambda each: (each.dated, each.net))
    recent = newest.dated > TODAY - timedelta(days=60)
    alone = sum(each.dated == newest.dated for each in ledger.live) == 1
    credited = any(note.cancels is newest for note in ledger.credits)
    if unpaid and not partly and right > unpaid and abs(unpaid - newest.net) > 100:
        reasons["unpaid_left_out"] = right - unpaid
    if recent and alone and not credited and right > newest.net and abs(unpaid - newest.net) > 100:
        reasons["timing"] = right - newest.net
    return reasons
