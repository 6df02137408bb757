"""How customers pay: on time or late, in parts, several invoices at once, short, twice, or not at all."""

from __future__ import annotations

from datetime import date, timedelta

from sot.demo.documents.book import Book
from sot.demo.documents.model import TODAY, Invoice


def pay(book: Book) -> None:
    """Pay the customer's invoices as far as they would be paid by now."""
    credited: dict[int, int] = {}
    for note in book.invoices:
        if note.state == "credit" and note.cancels is not None:
            credited[id(note.cancels)] = credited.get(id(note.cancels), 0) - note.total
    owed = [
        (invoice, invoice.total - credited.get(id(invoice), 0))
        for invoice in book.invoices
        if invoice.state == "live"
    ]
    owed = sorted((each for each in owed if each[1] > 0), key=lambda each: (each[0].dated, each[0].total))
    repeated = _repeated(owed)
    troubled = {id(document) for kind, document in book.mistakes if kind == "duplicate_invoice"}
    while owed:
        invoice, amount = owed.pop(0)
        plain = invoice.series or id(invoice) in troubled or id(invoice) in credited
        wrong = None if plain or invoice.due > TODAY - timedelta(days=5) else _wrong(book)
        if wrong is not None:
            _pay_wrongly(book, invoice, amount, wrong)
        elif invoice.due >= TODAY:
            _early(book, invoice, amount)
        else:
            _settle(book, invoice, amount, owed, id(invoice) in repeated)


def _repeated(owed: list[tuple[Invoice, int]]) -> set[int]:
    """Give the invoices whose amount another one of the customer has too: their payments say which they mean."""
    seen: dict[int, list[int]] = {}
    for invoice, amount in owed:
        seen.setdefault(amount, []).append(id(invoice))
    return {invoice_id for same in seen.values() if len(same) > 1 for invoice_id in same}


def _wrong(book: Book) -> str | None:
    return book.dice.pick(book.trade.rates(book.habits.wrong.invoice))


def _names_it(book: Book) -> bool:
    return book.dice.chance(book.habits.payment_references)


def _on(book: Book, invoice: Invoice) -> date:
    late = book.happens("late")
    day = book.dice.after(invoice.due, 1, 40) if late else book.dice.after(invoice.due, -12, 0)
    return min(max(day, invoice.dated), TODAY)


def _early(book: Book, invoice: Invoice, amount: int) -> None:
    """Pay an invoice that is not due yet, in part, whole, or not; a part is never wrong before the due date."""
    fate = book.dice.share(0, 1)
    since = (TODAY - invoice.dated).days
    if since < 3 or fate < 0.6:
        invoice.remaining = amount
    elif fate < 0.75:
        part = round(amount * book.dice.of((0.3, 0.5)))
        book.pay(part, book.dice.after(invoice.dated, 1, since), [invoice], True)
        invoice.paid, invoice.remaining = part, amount - part
    else:
        book.pay(amount, book.dice.after(invoice.dated, 1, since), [invoice], _names_it(book))
        invoice.paid = amount


def _settle(
    book: Book, invoice: Invoice, amount: int, owed: list[tuple[Invoice, int]], repeated: bool
) -> None:
    """Pay an invoice that is due: in one payment, in two, with the next one, or short by what the bank took."""
    names_it = _names_it(book) or repeated
    invoice.paid = amount
    if book.happens("part_payments"):
        part = round(amount * book.dice.of((0.3, 0.4, 0.5)))
        first = min(book.dice.after(invoice.dated, 2, 20), TODAY)
        book.pay(part, first, [invoice], True)
        book.pay(amount - part, max(first, _on(book, invoice)), [invoice], True)
        return
    if owed and book.happens("together"):
        other, more = owed[0]
        if (
            other.due < TODAY
            and other.currency == invoice.currency
            and other.dated < invoice.due + timedelta(days=40)
        ):
            owed.pop(0)
            other.paid = more
            dated = min(max(_on(book, invoice), other.dated), TODAY)
            book.pay(amount + more, dated, [invoice, other], names_it)
            return
    fee = 0
    if amount > 60000 and book.happens("bank_fee"):
        fee = min(book.dice.of((500, 1000, 1500, 2500)), amount // 250)
        invoice.paid = amount - fee
    book.pay(amount - fee, _on(book, invoice), [invoice], names_it or fee > 0)


def _pay_wrongly(book: Book, invoice: Invoice, amount: int, wrong: str) -> None:
    book.wrong(wrong, invoice)
    if wrong == "overdue":
        invoice.remaining = amount
        return
    if wrong == "paid_but_open":
        book.pay(amount, _on(book, invoice), [invoice], _names_it(book))
        invoice.remaining = amount
        return
    if wrong == "overpaid":
        twice = book.dice.chance(0.4)
        more = amount if twice else max(round(amount * book.dice.share(0.03, 0.2)), 500)
        day = _on(book, invoice)
        book.pay(amount if twice else amount + more, day, [invoice], True)
        if twice:
            book.pay(amount, min(book.dice.after(day, 1, 20), TODAY), [invoice], True)
        invoice.paid = amount + more
        return
    part = round(amount * book.dice.share(0.4, 0.95))
    part = min(part, amount - 500)
    book.pay(part, _on(book, invoice), [invoice], True)
    invoice.paid = part
    invoice.remaining = 0 if book.dice.chance(0.3) else amount - part


def unapplied(book: Book) -> None:
    """Receive money that fits no invoice and names none."""
    amounts = {invoice.total for invoice in book.invoices}
    amount = book.dice.whole(20000, 900000) + 13
    while any(abs(amount - each) < 0.03 * each for each in amounts):
        amount = round(amount * 1.07) + 7
    dated = TODAY - timedelta(days=book.dice.whole(5, 400))
    book.wrong("payment_unapplied", book.pay(amount, dated, [], False))
