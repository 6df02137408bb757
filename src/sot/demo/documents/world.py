"""All customers' stories, one after the other, and what follows from them for the CRM's accounts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import polars as pl

from sot.demo.documents.bi import bi_figures
from sot.demo.documents.book import Book, Customer
from sot.demo.documents.corrections import correct
from sot.demo.documents.dice import Dice
from sot.demo.documents.model import TODAY, World
from sot.demo.documents.other import (
    invoice_without_deal,
    lost_deal,
    old_deal,
    open_deal,
    project_without_deal,
    sale,
    small_invoice,
    support,
)
from sot.demo.documents.paying import pay, unapplied
from sot.demo.documents.trade import Trade, trade_habits
from sot.demo.documents.won import won_deal
from sot.demo.vocabulary import Vocabulary

_YEAR = timedelta(days=365)
_QUARTER = timedelta(days=90)


def make_world(
    words: Vocabulary, people: pl.DataFrame, records: dict[str, pl.DataFrame], trade: Trade, seed: int
) -> World:
    """Make the documents of all customers, out of what CRM and finance hold of them."""
    world, dice = World(), Dice(seed, "documents")
    habits = (trade_habits(), list(words.world.project_kinds))
    first = True
    for customer in _customers(people, records, trade):
        book = Book.open(world, dice, customer, trade, habits)
        if customer.finance and first:
            support(book, until_today=True)
            first = False
        _deals(book)
        _without_deals(book)
        correct(book)
        pay(book)
        _afterwards(book)
    world.bi = bi_figures(world, dice, trade, records["crm"]["entity"].unique(maintain_order=True).to_list())
    return _numbered(world)


def _customers(people: pl.DataFrame, records: dict[str, pl.DataFrame], trade: Trade) -> Iterator[Customer]:
    rows = {name: _rows(records[name]) for name in ("crm", "finance")}
    taxes = trade_habits().taxes if trade.taxed else {}
    for entity, country in people.select("entity", "country").sort("entity").iter_rows():
        yield Customer(
            entity,
            rows["crm"].get(entity, ()),
            rows["finance"].get(entity, ()),
            trade.currency_in(country),
            taxes.get(country, 0.0),
        )


def _rows(records: pl.DataFrame) -> dict[int, tuple[int, ...]]:
    rows_of: dict[int, list[int]] = {}
    for row, entity in enumerate(records["entity"].to_list()):
        rows_of.setdefault(entity, []).append(row)
    return {entity: tuple(rows) for entity, rows in rows_of.items()}


def _deals(book: Book) -> None:
    """Offer and sell, to customers that the CRM knows."""
    customer, dice, habits = book.customer, book.dice, book.habits
    if not customer.crm:
        return
    if not customer.finance:
        if dice.chance(habits.prospects):
            (open_deal if dice.chance(0.5) else lost_deal)(book)
        return
    if not dice.chance(habits.buyers):
        return
    if dice.chance(habits.before_the_window):
        old_deal(book)
    for _ in range(int(dice.pick(habits.deals) or "1")):
        state = dice.pick(habits.states)
        {"won": won_deal, "lost": lost_deal}.get(state or "open", open_deal)(book)


def _without_deals(book: Book) -> None:
    """Do and bill what no deal is for."""
    customer, dice = book.customer, book.dice
    if not customer.finance:
        return
    if book.happens("support"):
        support(book)
    won = any(deal.state == "won" for deal in book.deals)
    if won and book.happens("small_invoice"):
        small_invoice(book)
    if not book.deals and dice.chance(book.habits.walk_ins):
        sale(book)
    rates = book.trade.rates(book.habits.wrong.buyer)
    if won and dice.chance(rates.get("project_without_deal", 0)):
        project_without_deal(book)
    if won and dice.chance(rates.get("invoice_without_deal", 0)):
        invoice_without_deal(book)


def _afterwards(book: Book) -> None:
    """Receive money that fits nothing, and say what the CRM makes of the customer."""
    customer, dice, rates = book.customer, book.dice, book.trade.rates(book.habits.wrong.buyer)
    if book.invoices and dice.chance(rates.get("payment_unapplied", 0)):
        unapplied(book)
    if not customer.crm:
        return
    paid = [each.dated for each in reversed(book.world.payments[-200:]) if each.entity == customer.entity]
    billed = [each.dated for each in book.invoices if each.state == "live"]
    recently_paid = bool(paid) and max(paid) >= TODAY - _YEAR
    recently_billed = bool(billed) and max(billed) >= TODAY - _QUARTER
    standing = "customer" if recently_paid or recently_billed else "former" if paid else "prospect"
    if standing == "former" and dice.chance(0.5):
        standing = "customer"
    if recently_billed and dice.chance(rates.get("inactive_but_billed", 0)) and _still_live(book):
        standing = "former"
        book.world.accounts.append(("inactive_but_billed", customer.entity))
    elif recently_paid and dice.chance(rates.get("status_not_updated", 0)):
        standing = "prospect"
        book.world.accounts.append(("status_not_updated", customer.entity))
    book.world.standing[customer.entity] = standing


def _still_live(book: Book) -> bool:
    """Say whether a live invoice of the last quarter is there that no credit note cancelled."""
    cancelled = {id(note.cancels) for note in book.invoices if note.state == "credit"}
    return any(
        each.state == "live" and id(each) not in cancelled and each.dated >= TODAY - _QUARTER
        for each in book.invoices
    )


def _numbered(world: World) -> World:
    """Number the documents in the order in which they were made in their systems."""
    world.deals.sort(key=lambda deal: (deal.created, deal.order))
    world.projects.sort(key=lambda project: (project.start, project.entity))
    world.invoices.sort(key=lambda invoice: (invoice.dated, invoice.entity))
    world.payments.sort(key=lambda payment: (payment.dated, payment.entity))
    for documents in (world.deals, world.projects, world.invoices, world.payments):
        for number, document in enumerate(documents):
            document.number = number  # type: ignore[attr-defined]
    return world
