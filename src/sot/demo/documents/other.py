"""Deals that were not won, and what is billed or done without a deal."""

from __future__ import annotations

from datetime import timedelta

from sot.demo.documents.book import Book
from sot.demo.documents.model import START, TODAY, Deal
from sot.demo.documents.plans import months_after

_WINDOW = (TODAY - START).days


def old_deal(book: Book) -> None:
    """Win a deal so long ago that nothing of what followed is in the exports."""
    closed = START - timedelta(days=book.dice.whole(95, 500))
    book.deal("won", book.worth(), book.dice.after(closed, -120, -15), closed)


def lost_deal(book: Book) -> None:
    """Lose a deal; now and then it is billed all the same."""
    closed = TODAY - timedelta(days=book.dice.whole(3, _WINDOW - 80))
    deal = book.deal("lost", book.worth(), book.dice.after(closed, -150, -40), closed)
    if (TODAY - closed).days > 60:
        _went_on(book, deal)


def open_deal(book: Book) -> None:
    """Offer something; now and then the work has begun or was billed before it was won."""
    created = TODAY - timedelta(days=book.dice.whole(2, 200))
    deal = book.deal("open", book.worth(), created, book.dice.after(TODAY, 1, 120))
    if (TODAY - created).days > 70:
        _went_on(book, deal)


def _went_on(book: Book, deal: Deal) -> None:
    if not book.customer.finance:
        return
    wrong = book.dice.pick(book.trade.rates(book.habits.wrong.not_won))
    if wrong is None:
        return
    begin = deal.created if deal.state == "open" else deal.closed
    projects = []
    if wrong != "billed_not_won":
        start = book.dice.after(begin, 10, 30)
        projects.append(book.project([deal], deal.kind, start, book.dice.after(TODAY, 5, 90), "active"))
        book.wrong("project_before_win", projects[0])
    if wrong != "project_before_win":
        share = book.dice.of((1.0, 0.5))
        text = "" if share == 1.0 else "50 % on order"
        book.invoice(round(deal.amount * share), book.dice.after(begin, 15, 55), text, [deal], projects)
        book.wrong("billed_not_won", deal)


def project_without_deal(book: Book) -> None:
    """Work for a customer without any deal."""
    start = TODAY - timedelta(days=book.dice.whole(15, _WINDOW - 60))
    kind = book.kinds.pop() if len(book.kinds) > 1 else book.kinds[0]
    length = book.dice.whole(20, 90)
    project = book.project([], kind, start, start + timedelta(days=length))
    if project.status == "done":
        book.invoice(book.worth(), book.dice.after(project.end, -10, 0), "", [], [project])
    book.wrong("project_without_deal", project)


def invoice_without_deal(book: Book) -> None:
    """Bill work of which sales know nothing."""
    dated = TODAY - timedelta(days=book.dice.whole(1, _WINDOW - 60))
    amount = max(book.worth(), 300000)
    amount += 137 * book.dice.whole(11, 99)
    invoice = book.invoice(amount, dated, book.dice.of(book.habits.extra_texts), [], [])
    book.wrong("invoice_without_deal", invoice)


def small_invoice(book: Book) -> None:
    """Bill expenses or a licence, far below what a deal is worth."""
    dated = TODAY - timedelta(days=book.dice.whole(1, _WINDOW - 10))
    book.invoice(book.dice.whole(1900, 17900), dated, book.dice.of(book.habits.small_texts), [], [])


def sale(book: Book) -> None:
    """Bill a customer that the CRM does not know."""
    dated = TODAY - timedelta(days=book.dice.whole(1, _WINDOW - 10))
    amount = round(book.dice.amount(150000, 1.0)) + 100
    book.invoice(amount, dated, book.dice.of(book.habits.generic_texts), [], [])


def support(book: Book, until_today: bool = False) -> None:
    """Bill the same amount every month, without a deal."""
    amount = book.dice.whole(8, 90) * 1000 + book.dice.of((0, 0, 500, 900))
    last = TODAY
    if not until_today:
        last = TODAY - timedelta(days=book.dice.whole(0, 30))
        if book.dice.chance(0.25):
            last = months_after(last, -book.dice.whole(3, 9))
    text = book.dice.of(book.habits.support_texts)
    for back in range(book.dice.whole(5, 12), -1, -1):
        dated = months_after(last, -back)
        invoice = book.invoice(amount, dated, f"{text} {dated:%m/%Y}", [], [])
        invoice.series = True
