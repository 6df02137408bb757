"""QuickBooks Online: reports with titles above and a footer below; customers are known by their display names alone."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from sot.demo.exports.company import (
    Company,
    Written,
    american,
    invoice_numbers,
    invoice_text,
    money,
    payment_text,
)
from sot.demo.exports.names import only_names

_TITLE = "Northlight Services"
_CUSTOMERS = ["Customer full name", "Phone numbers", "Email", "Full name", "Bill address", "Ship address"]
_LIST = ["Date", "Transaction type", "Num", "Name", "Memo/Description", "Due date", "Amount", "Open balance"]


def write(folder: Path, company: Company, projects: Written) -> Written:
    """Write the contact list and the list of transactions: invoices, credit memos and payments."""
    world, finance = company.world, company.records["finance"]
    names = only_names(finance["name"].to_list())
    numbers = invoice_numbers(world, "{number:04}", "CM-{number:03}")
    numbers = [number if number.startswith("CM") else str(1000 + int(number)) for number in numbers]
    payments = [f"R{70000 + payment.number}" for payment in world.payments]
    contacts = [
        [name, phone and f"Phone:{phone}", email, None, ", ".join(filter(None, place)) or None, None]
        for name, (phone, email, *place) in zip(
            names,
            finance.select("phone", "email", "street", "city", "region", "postcode", "country").iter_rows(),
            strict=True,
        )
    ]
    _report(folder / "Customer Contact List.csv", "Customer Contact List", _CUSTOMERS, contacts)
    lines: list[tuple[object, list[str | None]]] = []
    for invoice in world.invoices:
        credit = invoice.state == "credit"
        memo = invoice_text(invoice, projects.documents["project"])
        if invoice.cancels is not None:
            memo = f"Credit for invoice {numbers[invoice.cancels.number]}"
        lines.append(
            (
                invoice.dated,
                [
                    american(invoice.dated),
                    "Credit Memo" if credit else "Invoice",
                    numbers[invoice.number],
                    names[invoice.row],
                    memo,
                    None if credit else american(invoice.due),
                    money(invoice.total),
                    money(invoice.remaining),
                ],
            )
        )
    for payment, number in zip(world.payments, payments, strict=True):
        text = payment_text(payment, numbers)
        memo = f"Invoice {text}" if text else ""
        lines.append(
            (
                payment.dated,
                [
                    american(payment.dated),
                    "Payment",
                    number,
                    names[payment.row],
                    memo,
                    None,
                    money(payment.amount),
                    None,
                ],
            )
        )
    lines.sort(key=lambda line: str(line[0]))
    title = "Transaction List by Date"
    _report(folder / f"{title}.csv", title, _LIST, [line for _, line in lines])
    return Written("quickbooks_online", names, {"invoice": numbers, "payment": payments})


def _report(path: Path, title: str, columns: list[str], rows: list[list[str | None]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for head in ([_TITLE], [title], ["All Dates"], [], columns):
        writer.writerow(head)
    writer.writerows(rows)
    writer.writerow([])
    writer.writerow(["Accrual Basis Saturday, October 31, 2026 06:10 PM GMT-04:00"])
    path.write_text(text.getvalue(), encoding="utf-8")
