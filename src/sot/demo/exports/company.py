"""What is exported, and the texts in which one document names another."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from sot.demo.documents.model import Deal, Invoice, Payment, Project, World
from sot.demo.documents.trade import Trade, trade_habits
from sot.demo.vocabulary import Vocabulary

_MEMOS = (
    "{order}: {text}",
    "{text}, {order}",
    "{text} ({order})",
    "Your order {order}",
    "Ref. {order} {text}",
)
_ORDERS = (
    "SO-{number}",
    "SO-{number}",
    "SO-{number}",
    "SO-{number}",
    "SO-{number}",
    "SO {number}",
    "so-{number}",
    "SO{number}",
)


@dataclass(frozen=True)
class Company:
    """Everything that is exported: the customers, what each system holds of them, and their documents."""

    words: Vocabulary
    customers: pl.DataFrame
    records: dict[str, pl.DataFrame]
    world: World
    trade: Trade
    seed: int


@dataclass(frozen=True)
class Written:
    """The ids that a system gave: to its records, row by row, and to its documents, by kind and number."""

    system: str
    records: list[str]
    documents: dict[str, list[str]] = field(default_factory=dict)
    entities: list[int] | None = None
    """The customers of `records`, where these are not the rows that were made for the system."""


def order_number(deal: Deal) -> str:
    """Give the number of the order that a deal became."""
    return f"SO-{20000 + deal.order}"


def _variant(*parts: object) -> int:
    """Give a number that is the same for the same parts: a habit, not chance."""
    return zlib.crc32("|".join(map(str, parts)).encode())


def _order_as_typed(deal: Deal, variant: int) -> str:
    return _ORDERS[variant % len(_ORDERS)].format(number=20000 + deal.order)


def project_name(project: Project) -> str:
    """Call a project after what it delivers, or by a word that fits any."""
    if project.says == "" and project.deals:
        generic = trade_habits().generic_projects
        return f"{generic[_variant(project.number) % len(generic)]} {project.start.year}"
    ways = ("{kind} {year}", "{kind}", "{kind} - rollout", "{year} {kind}")
    return ways[_variant(project.kind, project.number) % len(ways)].format(
        kind=project.kind, year=project.start.year
    )


def order_in_project(project: Project) -> str | None:
    """Give the order number in a project's own column for it."""
    if project.says != "order":
        return None
    return _order_as_typed(project.deals[0], _variant(project.number))


def order_in_invoice(invoice: Invoice) -> str | None:
    """Give the order number in an invoice's own column for it."""
    if invoice.says != "order":
        return None
    return " / ".join(order_number(deal) for deal in invoice.deals)


def invoice_text(invoice: Invoice, project_numbers: list[str]) -> str:
    """Give the text of an invoice, with the references that stand in it."""
    generic = trade_habits().generic_texts
    variant = _variant(
        invoice.entity, invoice.text, invoice.says, invoice.net, *(deal.order for deal in invoice.deals)
    )
    text = invoice.text
    if not text or (invoice.deals and invoice.says != "title"):
        text = f"{generic[variant % len(generic)]} {text}".strip()
    if invoice.says == "memo":
        orders = " + ".join(_order_as_typed(deal, variant) for deal in invoice.deals)
        return _MEMOS[variant % len(_MEMOS)].format(order=orders, text=text)
    if invoice.says == "project":
        return f"{' + '.join(project_numbers[project.number] for project in invoice.projects)} {text}"
    if invoice.says == "title":
        kinds = [deal.kind for deal in invoice.deals] or [project.kind for project in invoice.projects]
        return f"{' and '.join(kinds)} {invoice.text}".strip()
    return text


def payment_text(payment: Payment, invoice_numbers: list[str]) -> str | None:
    """Give the numbers of the invoices that a payment names."""
    if not payment.says:
        return None
    return ", ".join(invoice_numbers[invoice.number] for invoice in payment.invoices)


def invoice_numbers(world: World, invoice: str, credit: str) -> list[str]:
    """Number invoices and credit notes, each in a row of its own; the patterns hold `{number}`."""
    counts = {invoice: 0, credit: 0}
    numbers = []
    for each in world.invoices:
        pattern = credit if each.state == "credit" else invoice
        counts[pattern] += 1
        numbers.append(pattern.format(number=counts[pattern]))
    return numbers


def money(cents: int) -> str:
    """Write an amount with two decimals."""
    sign, cents = ("-", -cents) if cents < 0 else ("", cents)
    return f"{sign}{cents // 100}.{cents % 100:02}"


def american(day: date) -> str:
    """Write a day as month/day/year."""
    return f"{day.month}/{day.day}/{day.year}"


def table(rows: list[dict[str, str | None]], columns: list[str]) -> pl.DataFrame:
    """Give rows of text as a table, also where there are none."""
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")
