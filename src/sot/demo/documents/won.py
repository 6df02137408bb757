"""Deals that were won: their projects and invoices, as it should be and as it goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from sot.demo.documents.book import Book
from sot.demo.documents.model import START, TODAY, Deal, Invoice, Project
from sot.demo.documents.plans import PARTS, Instalment, end_of, instalments

_FIRST = START + timedelta(days=70)
_AGES = {
    "deal_without_project": 35, "nothing_followed": 95, "late_kickoff": 125, "delivered_not_invoiced": 200,
    "cancelled_but_invoiced": 75, "won_not_invoiced": 95, "underbilled": 225, "overbilled": 200,
    "duplicate_invoice": 200, "currency_mismatch": 60,
}  # fmt: skip
"""How many days ago a deal must have been won for that to have gone wrong with it."""
_ONE_OFF = {"whole": 0.5, "halves": 0.25, "thirds": 0.25}


@dataclass
class Chain:
    """A won deal on its way to the money."""

    deal: Deal
    plan: str
    parts: int
    start: date
    end: date

    def schedule(self, book: Book) -> list[Instalment]:
        """Give the instalments of the plan."""
        return instalments(book.dice, self.plan, self.start, self.end, self.parts)


def won_deal(book: Book) -> None:
    """Win a deal, and let everything follow from it."""
    wrong = book.dice.pick(book.trade.rates(book.habits.wrong.won))
    plan = book.dice.pick(book.habits.plans if wrong is None else _ONE_OFF) or "whole"
    if wrong == "currency_mismatch":
        plan = "whole"
    parts = book.dice.of(PARTS.get(plan, (1,)))
    age = book.dice.whole(_AGES.get(wrong or "", 0), (TODAY - _FIRST).days)
    won = TODAY - timedelta(days=age)
    deal = book.deal("won", book.worth(parts=parts), book.dice.after(won, -150, -15), won)
    start = book.dice.after(won, 1, 20)
    chain = Chain(deal, plan, parts, start, end_of(book.dice, plan, start, parts))
    _STORIES.get(wrong or "", _as_it_should_be)(book, chain)


def _billed(
    book: Book, chain: Chain, projects: list[Project], schedule: list[Instalment] | None = None
) -> list[Invoice]:
    """Issue the invoices that are due by now."""
    scale = 0.99 if book.happens("discount") and chain.parts == 1 else 1.0
    made = []
    for number, part in enumerate(chain.schedule(book) if schedule is None else schedule):
        soon = part.dated <= TODAY + timedelta(days=14) and book.happens("draft") and book.trade.voids
        if part.dated > TODAY and not soon:
            continue
        net = round(chain.deal.amount * part.share * scale)
        mine = projects[number : number + 1] if len(projects) > 1 else projects
        invoice = book.invoice(net, min(part.dated, TODAY), part.text, [chain.deal], mine)
        invoice.series = chain.plan in PARTS
        if part.dated > TODAY:
            invoice.state = "draft"
        made.append(invoice)
    return made


def _as_it_should_be(book: Book, chain: Chain) -> None:
    deal = chain.deal
    cancelled = book.dice.after(chain.start, 3, 30)
    if book.trade.statuses and cancelled <= TODAY and book.happens("cancelled_unbilled"):
        book.project([deal], deal.kind, chain.start, cancelled, "cancelled")
        return
    if chain.start > TODAY and book.dice.chance(0.5):
        return
    if chain.plan == "joint":
        _two_deals_one_invoice(book, chain)
        return
    projects = [book.project([deal], deal.kind, chain.start, chain.end)]
    if chain.plan == "halves" and book.happens("second_project"):
        projects.append(book.project([deal], deal.kind + " phase 2", chain.start, chain.end))
    elif projects[0].status == "active" and book.dice.chance(0.08):
        projects[0].status = "hold"
    _billed(book, chain, projects)


def _two_deals_one_invoice(book: Book, chain: Chain) -> None:
    first = chain.deal
    won = min(book.dice.after(first.closed, 0, 12), TODAY)
    second = book.deal("won", book.worth(), book.dice.after(won, -90, -15), won)
    projects = [book.project([first], first.kind, chain.start, chain.end)]
    start = book.dice.after(won, 1, 20)
    projects.append(book.project([second], second.kind, start, end_of(book.dice, "whole", start, 1)))
    dated = book.dice.after(won, 5, 25)
    if dated <= TODAY:
        book.invoice(first.amount + second.amount, dated, "", [first, second], projects)


def _deal_without_project(book: Book, chain: Chain) -> None:
    _billed(book, chain, [])
    book.wrong("deal_without_project", chain.deal)


def _nothing_followed(book: Book, chain: Chain) -> None:
    book.wrong("deal_without_project", chain.deal)
    book.wrong("won_not_invoiced", chain.deal)


def _project_before_win(book: Book, chain: Chain) -> None:
    project = book.project([chain.deal], chain.deal.kind, chain.start, chain.end)
    project.start = book.dice.after(chain.deal.closed, -60, -9)
    if project.status == "planned":
        project.status = "active"
    _billed(book, chain, [project])
    book.wrong("project_before_win", project)


def _late_kickoff(book: Book, chain: Chain) -> None:
    won = chain.deal.closed
    early = [Instalment(book.dice.after(won, 5, 40), 1.0, "")]
    if chain.plan in ("halves", "thirds"):
        chain.plan = "halves"
    chain.start = book.dice.after(won, 33, 80)
    chain.end = end_of(book.dice, chain.plan, chain.start, 1)
    if chain.plan == "halves":
        early = [Instalment(early[0].dated, 0.5, "50 % on order"), chain.schedule(book)[1]]
    project = book.project([chain.deal], chain.deal.kind, chain.start, chain.end)
    _billed(book, chain, [project], early)
    book.wrong("late_kickoff", project)


def _delivered_not_invoiced(book: Book, chain: Chain) -> None:
    book.wrong(
        "delivered_not_invoiced", book.project([chain.deal], chain.deal.kind, chain.start, chain.end, "done")
    )


def _cancelled_but_invoiced(book: Book, chain: Chain) -> None:
    end = book.dice.after(chain.start, 12, 40)
    project = book.project([chain.deal], chain.deal.kind, chain.start, end, "cancelled")
    first = chain.schedule(book)[0]
    dated = book.dice.after(chain.start, 0, 11)
    _billed(book, chain, [project], [Instalment(dated, first.share, first.text)])
    book.wrong("cancelled_but_invoiced", project)


def _won_not_invoiced(book: Book, chain: Chain) -> None:
    book.project([chain.deal], chain.deal.kind, chain.start, book.dice.after(TODAY, 10, 200), "active")
    book.wrong("won_not_invoiced", chain.deal)


def _underbilled(book: Book, chain: Chain) -> None:
    project = book.project([chain.deal], chain.deal.kind, chain.start, chain.end)
    schedule = chain.schedule(book)
    if len(schedule) > 1:
        schedule = schedule[:-1]
    else:
        schedule = [Instalment(schedule[0].dated, round(book.dice.share(0.6, 0.94), 3), "")]
    _billed(book, chain, [project], schedule)
    book.wrong("underbilled", chain.deal)


def _overbilled(book: Book, chain: Chain) -> None:
    project = book.project([chain.deal], chain.deal.kind, chain.start, chain.end)
    *before, last = chain.schedule(book)
    too_much = round(last.share + book.dice.share(0.06, 0.35), 3)
    _billed(book, chain, [project], [*before, Instalment(last.dated, too_much, last.text)])
    book.wrong("overbilled", chain.deal)


def _duplicate_invoice(book: Book, chain: Chain) -> None:
    project = book.project([chain.deal], chain.deal.kind, chain.start, chain.end)
    first = book.dice.of(_billed(book, chain, [project]))
    again = book.again(first, book.dice.after(first.dated, 1, 12))
    book.wrong("duplicate_invoice", again)


def _currency_mismatch(book: Book, chain: Chain) -> None:
    deal = chain.deal
    project = book.project([deal], deal.kind, chain.start, chain.end)
    dated = book.dice.after(deal.closed, 5, 40)
    invoice = book.invoice(deal.amount, dated, "", [deal], [project])
    others = sorted({book.trade.currency, *book.trade.currencies.values()} - {deal.currency})
    invoice.currency = book.dice.of(others)
    book.wrong("currency_mismatch", invoice)


_STORIES: dict[str, Callable[[Book, Chain], None]] = {
    "deal_without_project": _deal_without_project,
    "nothing_followed": _nothing_followed,
    "project_before_win": _project_before_win,
    "late_kickoff": _late_kickoff,
    "delivered_not_invoiced": _delivered_not_invoiced,
    "cancelled_but_invoiced": _cancelled_but_invoiced,
    "won_not_invoiced": _won_not_invoiced,
    "underbilled": _underbilled,
    "overbilled": _overbilled,
    "duplicate_invoice": _duplicate_invoice,
    "currency_mismatch": _currency_mismatch,
}
