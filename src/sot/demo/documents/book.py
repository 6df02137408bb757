"""The books of one customer, in which a story is written down: new deals, projects and invoices."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from sot.demo.documents.dice import Dice
from sot.demo.documents.model import TODAY, Deal, Document, Invoice, Payment, Project, World
from sot.demo.documents.trade import Habits, Trade

_TERMS = (14, 30, 30, 30, 30, 45, 60)


@dataclass(frozen=True)
class Customer:
    """Who buys: the rows that it has in CRM and finance, its currency, tax rate and terms of payment."""

    entity: int
    crm: tuple[int, ...]
    finance: tuple[int, ...]
    currency: str
    tax: float


@dataclass
class Book:
    """What one customer and the company did; documents are written into `world`."""

    world: World
    dice: Dice
    customer: Customer
    habits: Habits
    trade: Trade
    kinds: list[str]
    terms: int = 30
    used: set[int] = field(default_factory=set)
    """Amounts of this customer so far: no two deals of it are worth the same."""
    invoices: list[Invoice] = field(default_factory=list)
    deals: list[Deal] = field(default_factory=list)
    mistakes: list[tuple[str, Document]] = field(default_factory=list)
    """What went wrong with this customer: the world holds that of all."""

    @classmethod
    def open(
        cls, world: World, dice: Dice, customer: Customer, trade: Trade, words: tuple[Habits, list[str]]
    ) -> Book:
        """Begin the books of a customer."""
        habits, kinds = words
        book = cls(world, dice, customer, habits, trade, list(kinds))
        book.terms = dice.of(_TERMS)
        return book

    def happens(self, what: str) -> bool:
        """Say whether something usual happens."""
        return self.dice.chance(self.habits.usual[what])

    def says(self, ways: tuple[str, ...]) -> str:
        """Choose how a document names the one before it: one of the ways by reference, a telling text, or nothing."""
        share = self.habits.references if self.trade.references is None else self.trade.references
        if self.dice.chance(share):
            return self.dice.of(ways)
        return "title" if self.dice.chance(self.habits.titles) else ""

    def worth(self, usual: float = 6000.0, parts: int = 1) -> int:
        """Give an amount in cents that no other deal of the customer has, in `parts` equal parts of whole units."""
        while True:
            each = max(1, round(self.dice.amount(usual, 1.0) / 50 / parts)) * 5000
            if each * parts not in self.used:
                self.used.add(each * parts)
                return each * parts
            usual *= 1.1

    def deal(self, state: str, amount: int, created: date, closed: date) -> Deal:
        """Write down a deal."""
        kind = (
            self.kinds.pop(int(self.dice.share(0, len(self.kinds)))) if len(self.kinds) > 1 else self.kinds[0]
        )
        made = Deal(
            self.customer.entity,
            self.dice.of(self.customer.crm),
            kind,
            state,
            amount,
            self.customer.currency,
            created,
            closed,
            order=len(self.world.deals),
        )
        self.world.deals.append(made)
        self.deals.append(made)
        return made

    def project(
        self, deals: list[Deal], kind: str, start: date, end: date, status: str | None = None
    ) -> Project:
        """Write down a project; without a status it is the one of its days."""
        if status is None:
            status = "planned" if start > TODAY else "done" if end <= TODAY else "active"
        made = Project(
            self.customer.entity, kind, deals, start, end, status, self.says(("order",)) if deals else ""
        )
        self.world.projects.append(made)
        return made

    def invoice(
        self, net: int, dated: date, text: str, deals: list[Deal], projects: list[Project]
    ) -> Invoice:
        """Write down an invoice."""
        ways = (
            ("order", "memo", "project")
            if projects and deals
            else ("order", "memo")
            if deals
            else ("project",)
        )
        says = self.says(ways) if deals or projects else ""
        made = Invoice(
            self.customer.entity,
            self.dice.of(self.customer.finance),
            net,
            round(net * self.customer.tax),
            deals[0].currency if deals else self.customer.currency,
            dated,
            dated + timedelta(days=self.terms),
            text,
            list(deals),
            list(projects),
            says,
        )
        return self.keep(made)

    def again(self, invoice: Invoice, dated: date) -> Invoice:
        """Write down the same invoice once more, at a later day."""
        return self.keep(
            replace(
                invoice,
                dated=dated,
                due=dated + timedelta(days=self.terms),
                deals=list(invoice.deals),
                projects=list(invoice.projects),
            )
        )

    def keep(self, invoice: Invoice) -> Invoice:
        """Put an invoice among those of the customer and of the world."""
        self.world.invoices.append(invoice)
        self.invoices.append(invoice)
        return invoice

    def pay(self, amount: int, dated: date, invoices: list[Invoice], says: bool) -> Payment:
        """Write down a payment."""
        first = invoices[0] if invoices else None
        made = Payment(
            self.customer.entity,
            first.row if first else self.dice.of(self.customer.finance),
            amount,
            first.currency if first else self.customer.currency,
            min(dated, TODAY),
            invoices,
            says,
        )
        self.world.payments.append(made)
        return made

    def wrong(self, kind: str, document: Document) -> None:
        """Note that something went wrong."""
        self.world.wrong.append((kind, document))
        self.mistakes.append((kind, document))
