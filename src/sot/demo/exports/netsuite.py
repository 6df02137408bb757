"""NetSuite: saved searches of customers, invoices with credit memos, and payments; Windows-1252 with CRLF."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from sot.demo.documents.model import Invoice
from sot.demo.draw import Draw
from sot.demo.exports.company import (
    Company,
    Written,
    american,
    invoice_numbers,
    invoice_text,
    money,
    order_in_invoice,
    payment_text,
    table,
)
from sot.demo.exports.files import american_days, day, windows
from sot.demo.ids import numbered


def write(folder: Path, company: Company, projects: Written) -> Written:
    """Write CustomerSearchResults.csv, InvoiceSearchResults.csv and PaymentSearchResults.csv."""
    world = company.world
    ids = numbered("", 1001, company.records["finance"].height, 0)
    invoices = numbered("", 500001, len(world.invoices), 0).to_list()
    payments = numbered("", 800001, len(world.payments), 0).to_list()
    numbers = invoice_numbers(world, "INV{number:06}", "CRED{number:05}")
    windows(folder / "CustomerSearchResults.csv", _customers(company, ids))
    windows(
        folder / "InvoiceSearchResults.csv", _invoices(company, ids.to_list(), invoices, numbers, projects)
    )
    windows(folder / "PaymentSearchResults.csv", _payments(company, ids.to_list(), payments, numbers))
    return Written("netsuite", ids.to_list(), {"invoice": invoices, "payment": payments})


def _customers(company: Company, ids: pl.Series) -> pl.DataFrame:
    finance, draw = company.records["finance"], Draw(company.seed, "customer search")
    rows = finance.height
    owed = [0] * rows
    for invoice in company.world.invoices:
        owed[invoice.row] += invoice.remaining
    countries = company.customers["country"].gather(finance["entity"])
    return finance.select(
        ids.alias("Internal ID"),
        numbered("C", 1, rows, 5).alias("ID"),
        pl.col("name").alias("Name"),
        draw.one_of(rows, ["Net 30", "Net 30", "Net 60", "Due on receipt", None]).alias("Terms"),
        pl.when(draw.chance(rows, 0.06)).then(pl.lit("Yes")).otherwise(pl.lit("No")).alias("Inactive"),
        pl.col("street").str.replace("\n", ", ", literal=True).alias("Billing Address 1"),
        pl.col("city").alias("Billing City"),
        pl.col("region").alias("Billing State/Province"),
        pl.col("postcode").alias("Billing Zip"),
        pl.col("country").alias("Billing Country"),
        pl.col("phone").alias("Phone"),
        pl.col("email").alias("Email"),
        pl.col("tax_id").alias("Tax Number"),
        american_days(day(pl.col("created"))).alias("Date Created"),
        pl.Series("Balance", [money(cents) for cents in owed]),
        pl.Series("Currency", [company.trade.currency_in(country) for country in countries]),
    )


_INVOICE = [
    "Internal ID", "Date", "Type", "Document Number", "Customer", "Customer Internal ID", "Due Date/Receive By",
    "Status", "Amount (Net of Tax)", "Amount (Tax)", "Amount", "Amount Remaining", "Currency", "PO/Check Number",
    "Memo", "Created From",
]  # fmt: skip


def _invoices(
    company: Company, customers: list[str], ids: list[str], numbers: list[str], projects: Written
) -> pl.DataFrame:
    names = company.records["finance"]["name"].to_list()
    rows: list[dict[str, str | None]] = []
    for invoice, record_id in zip(company.world.invoices, ids, strict=True):
        credit = invoice.state == "credit"
        rows.append(
            {
                "Internal ID": record_id,
                "Date": american(invoice.dated),
                "Type": "Credit Memo" if credit else "Invoice",
                "Document Number": numbers[invoice.number],
                "Customer": names[invoice.row],
                "Customer Internal ID": customers[invoice.row],
                "Due Date/Receive By": None if credit else american(invoice.due),
                "Status": _status(invoice),
                "Amount (Net of Tax)": money(invoice.net),
                "Amount (Tax)": money(invoice.tax),
                "Amount": money(invoice.total),
                "Amount Remaining": money(invoice.remaining),
                "Currency": invoice.currency,
                "PO/Check Number": order_in_invoice(invoice),
                "Memo": invoice_text(invoice, projects.documents["project"]),
                "Created From": f"Invoice #{numbers[invoice.cancels.number]}" if invoice.cancels else None,
            }
        )
    return table(rows, _INVOICE)


def _status(invoice: Invoice) -> str:
    if invoice.state == "credit":
        return "Fully Applied"
    if invoice.state == "void":
        return "Voided"
    if invoice.state == "draft":
        return "Pending Approval"
    return "Open" if invoice.remaining else "Paid In Full"


_PAYMENT = [
    "Internal ID", "Date", "Type", "Document Number", "Customer", "Customer Internal ID", "Applied To", "Amount",
    "Currency",
]  # fmt: skip


def _payments(company: Company, customers: list[str], ids: list[str], numbers: list[str]) -> pl.DataFrame:
    names = company.records["finance"]["name"].to_list()
    rows: list[dict[str, str | None]] = [
        {
            "Internal ID": record_id,
            "Date": american(payment.dated),
            "Type": "Payment",
            "Document Number": f"PYMT{number:06}",
            "Customer": names[payment.row],
            "Customer Internal ID": customers[payment.row],
            "Applied To": payment_text(payment, numbers),
            "Amount": money(payment.amount),
            "Currency": payment.currency,
        }
        for number, (payment, record_id) in enumerate(zip(company.world.payments, ids, strict=True), 1)
    ]
    return table(rows, _PAYMENT)
