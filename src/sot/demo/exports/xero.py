"""Xero: contacts, sales invoices with credit notes, payments; day/month/year and decimal commas."""

from __future__ import annotations

from pathlib import Path

from sot.demo.documents.model import Invoice
from sot.demo.exports.company import (
    Company,
    Written,
    invoice_numbers,
    invoice_text,
    money,
    order_in_invoice,
    payment_text,
    table,
)
from sot.demo.exports.names import only_names

_CONTACT = ["*ContactName", "AccountNumber", "EmailAddress", "POAddressLine1", "POCity", "PORegion", "POPostalCode",
            "POCountry", "PhoneNumber", "TaxNumber"]  # fmt: skip
_INVOICE = [
    "ContactName", "EmailAddress", "POCity", "POCountry", "InvoiceNumber", "Reference", "InvoiceDate", "DueDate",
    "Total", "TaxTotal", "InvoiceAmountPaid", "InvoiceAmountDue", "Description", "Quantity", "LineAmount", "Currency",
    "Type", "Sent", "Status",
]  # fmt: skip
_PAYMENT = ["Payment Date", "Payment ID", "Customer Name", "Invoice Number", "Amount", "Currency"]
_DAYS = "%d/%m/%Y"


def write(folder: Path, company: Company, projects: Written) -> Written:
    """Write Contacts.csv, SalesInvoices.csv and Payments.csv, all marked as Xero's."""
    world, finance = company.world, company.records["finance"]
    names = only_names(finance["name"].to_list())
    numbers = invoice_numbers(world, "INV-{number:04}", "CN-{number:04}")
    payments = [f"PMT-{payment.number + 1:05}" for payment in world.payments]
    contacts = finance.select("email", "street", "city", "region", "postcode", "country", "phone", "tax_id")
    rows: list[dict[str, str | None]] = [
        dict(zip(_CONTACT, (names[row], f"X{row + 1:04}", *values), strict=True))
        for row, values in enumerate(contacts.iter_rows())
    ]
    table(rows, _CONTACT).write_csv(folder / "xero_contacts.csv", separator=";")
    lines: list[dict[str, str | None]] = []
    for invoice in world.invoices:
        city, country = finance["city"][invoice.row], finance["country"][invoice.row]
        reference = (
            f"Credit for {numbers[invoice.cancels.number]}" if invoice.cancels else order_in_invoice(invoice)
        )
        values = (
            names[invoice.row], finance["email"][invoice.row], city, country, numbers[invoice.number], reference,
            f"{invoice.dated:{_DAYS}}", f"{invoice.due:{_DAYS}}", _comma(invoice.total), _comma(invoice.tax),
            _comma(invoice.paid), _comma(invoice.remaining), invoice_text(invoice, projects.documents["project"]), "1",
            _comma(invoice.net), invoice.currency,
            "Sales credit note" if invoice.state == "credit" else "Sales invoice", "Sent", _status(invoice),
        )  # fmt: skip
        lines.append(dict(zip(_INVOICE, values, strict=True)))
    table(lines, _INVOICE).write_csv(folder / "xero_sales_invoices.csv", separator=";")
    paid: list[dict[str, str | None]] = []
    for payment, number in zip(world.payments, payments, strict=True):
        of = (f"{payment.dated:{_DAYS}}", number, names[payment.row], payment_text(payment, numbers))
        paid.append(dict(zip(_PAYMENT, (*of, _comma(payment.amount), payment.currency), strict=True)))
    table(paid, _PAYMENT).write_csv(folder / "xero_payments.csv", separator=";")
    return Written("xero", names, {"invoice": numbers, "payment": payments})


def _comma(cents: int) -> str:
    """Write an amount with points between thousands and a decimal comma."""
    whole, rest = money(cents).split(".")
    return f"{int(whole):,}".replace(",", ".") + "," + rest if whole != "-0" else f"-0,{rest}"


def _status(invoice: Invoice) -> str:
    if invoice.state in ("void", "draft"):
        return "Voided" if invoice.state == "void" else "Draft"
    return "Awaiting Payment" if invoice.remaining else "Paid"
