"""Invoices that were voided or credited and issued again, or corrected by a credit note: nothing that is wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from sot.demo.documents.book import Book
from sot.demo.documents.model import TODAY, Document, Invoice


def correct(book: Book) -> None:
    """Correct some of the customer's invoices."""
    wrong = {id(each) for _, document in book.mistakes[-40:] for each in _involved(document)}
    ways = ("void", "credited", "corrected") if book.trade.voids else ("credited", "corrected")
    for invoice in list(book.invoices):
        if invoice.state != "live" or invoice.series or invoice.dated > TODAY - timedelta(days=14):
            continue
        way = book.dice.pick({name: book.habits.usual[name] for name in ways})
        if way is None or any(id(each) in wrong for each in _involved(invoice)):
            continue
        if way == "corrected":
            _too_much(book, invoice)
        else:
            _issued_again(book, invoice, way)


def _involved(document: Document) -> list[Document]:
    """Give the document, and of an invoice the deals and projects that it bills."""
    return [document, *document.deals, *document.projects] if isinstance(document, Invoice) else [document]


def _issued_again(book: Book, invoice: Invoice, way: str) -> None:
    """Take the invoice back whole and issue it again: the new one takes its place in every respect."""
    dated = book.dice.after(invoice.dated, 2, 12)
    book.again(invoice, dated)
    if way == "void":
        invoice.state = "void"
    else:
        _credit(book, invoice, invoice.net, invoice.tax, book.dice.after(invoice.dated, 1, 12))


def _too_much(book: Book, invoice: Invoice) -> None:
    """Bill too much at first, and credit the difference."""
    share = book.dice.of((0.05, 0.1, 0.2))
    net, tax = round(invoice.net * share), round(invoice.tax * share)
    invoice.net, invoice.tax = invoice.net + net, invoice.tax + tax
    _credit(book, invoice, net, tax, book.dice.after(invoice.dated, 2, 13))


def _credit(book: Book, invoice: Invoice, net: int, tax: int, dated: date) -> None:
    note = replace(
        invoice,
        net=-net,
        tax=-tax,
        dated=dated,
        due=dated,
        state="credit",
        cancels=invoice,
        deals=list(invoice.deals),
        projects=list(invoice.projects),
    )
    book.keep(note)
