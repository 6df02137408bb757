"""The definitions of exceptions, applied once more to exports and true links: a second opinion on the truth.

It does not know how the demo made them: it reads the files of Salesforce, NetSuite and the job list with the
csv module, and the links and customers of the truth.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from statistics import median

Key = tuple[str, str]


@dataclass
class Doc:
    id: str
    entity: str
    state: str
    amount: float
    currency: str
    on: date
    due: date | None = None
    end: date | None = None
    net: float = 0.0
    open: float = 0.0
    text: str = ""
    cancels: str = ""
    to: dict[str, list[Doc]] = field(default_factory=lambda: defaultdict(list))


def read(path: Path, encoding: str = "utf-8-sig", delimiter: str = ",") -> list[dict[str, str]]:
    with path.open(newline="", encoding=encoding) as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def us(text: str) -> date | None:
    return datetime.strptime(text, "%m/%d/%Y").date() if text else None


def eu(text: str) -> date | None:
    return datetime.strptime(text, "%d.%m.%Y").date() if text else None


class Company:
    def __init__(self, folder: Path) -> None:
        entity = {
            (row["system"], row["record_id"]): row["entity_id"] for row in read(folder / "truth/truth.csv")
        }
        self.accounts = {
            row["Id"]: (entity["salesforce", row["Id"]], row["Type"]) for row in read(folder / "Account.csv")
        }
        self.deals = {
            row["Id"]: Doc(
                row["Id"],
                entity["salesforce", row["AccountId"]],
                "won" if row["IsWon"] == "true" else "lost" if row["IsClosed"] == "true" else "open",
                float(row["Amount"]),
                row["CurrencyIsoCode"],
                date.fromisoformat(row["CloseDate"]),
            )
            for row in read(folder / "Opportunity.csv")
        }
        self.projects = {
            row["Job No"]: Doc(
                row["Job No"],
                entity["projects", row["Job No"]],
                row["Status"],
                0,
                "",
                eu(row["Start"]),
                end=eu(row["Delivered"]),
            )
            for row in read(folder / "projects.csv", delimiter=";")
        }
        rows = read(folder / "InvoiceSearchResults.csv", "cp1252")
        by_number = {row["Document Number"]: row["Internal ID"] for row in rows}
        self.invoices = {
            row["Internal ID"]: Doc(
                row["Internal ID"],
                entity["netsuite", row["Customer Internal ID"]],
                row["Status"] if row["Type"] == "Invoice" else "credit",
                float(row["Amount"]),
                row["Currency"],
                us(row["Date"]),
                us(row["Due Date/Receive By"]),
                net=float(row["Amount (Net of Tax)"]),
                open=float(row["Amount Remaining"]),
                text=row["Memo"] + row["PO/Check Number"],
                cancels=by_number.get(row["Created From"].removeprefix("Invoice #"), ""),
            )
            for row in rows
        }
        self.payments = {
            row["Internal ID"]: Doc(
                row["Internal ID"],
                entity["netsuite", row["Customer Internal ID"]],
                "",
                float(row["Amount"]),
                row["Currency"],
                us(row["Date"]),
            )
            for row in read(folder / "PaymentSearchResults.csv", "cp1252")
        }
        kinds = {
            "deal": self.deals, "project": self.projects, "invoice": self.invoices, "payment": self.payments,
        }  # fmt: skip
        for row in read(folder / "truth/links.csv"):
            left = kinds[row["object_l"]][row["record_id_l"]]
            right = kinds[row["object_r"]][row["record_id_r"]]
            left.to[row["object_r"]].append(right)
            right.to[row["object_l"]].append(left)
        self.today = max(
            [each.on for each in (*self.invoices.values(), *self.payments.values())]
            + [each.on for each in self.deals.values() if each.state != "open"]
        )
        self.credited: dict[str, float] = defaultdict(float)
        self.credited_net: dict[str, float] = defaultdict(float)
        for each in self.invoices.values():
            if each.state == "credit":
                self.credited[each.cancels] -= each.amount
                self.credited_net[each.cancels] -= each.net

    def live(self, docs: list[Doc]) -> list[Doc]:
        return [
            each
            for each in docs
            if each.state in ("Open", "Paid In Full") and each.amount - self.credited[each.id] > 0.005
        ]

    def ago(self, on: date | None) -> int:
        return (self.today - on).days if on else -1

    def done(self, project: Doc, days: int = 30) -> bool:
        return project.state == "Delivered" and self.ago(project.end) > days

    def series(self, invoice: Doc) -> bool:
        same = [
            each for each in self.invoices.values()
            if each.entity == invoice.entity and each.amount == invoice.amount and not each.to["deal"]
        ]  # fmt: skip
        return len(same) >= 4


def exceptions(company: Company) -> set[tuple[str, str]]:
    """Give (kind, record id of the document that it is about)."""
    found = {*_deals(company), *_projects(company), *_invoices(company), *_payments(company)}
    return found | set(_accounts(company))


def duplicates(company: Company) -> set[str]:
    groups = defaultdict(list)
    for each in company.live(list(company.invoices.values())):
        if not company.series(each):
            groups[each.entity, each.amount, each.currency, each.text].append(each)
    found = set()
    for same in groups.values():
        same.sort(key=lambda each: (each.on, each.id))
        found |= {later.id for first, later in pairwise(same) if (later.on - first.on).days <= 14}
    return found


def _deals(company: Company):
    twice = duplicates(company)
    for deal in company.deals.values():
        projects, live = deal.to["project"], company.live(deal.to["invoice"])
        age = company.ago(deal.on)
        first_day = min(each.on for each in company.invoices.values())
        if deal.state != "won":
            if live:
                yield "billed_not_won", deal.id
            continue
        if deal.on < first_day:
            continue
        if age > 30 and not projects:
            yield "deal_without_project", deal.id
        cancelled = bool(projects) and all(each.state == "Cancelled" for each in projects)
        if age > 90 and not live and not cancelled and not any(company.done(each, 0) for each in projects):
            yield "won_not_invoiced", deal.id
        if not live or any(each.currency != deal.currency for each in live):
            continue
        billed = sum(_share(company, each, deal) for each in live if each.id not in twice)
        all_done = bool(projects) and all(company.done(each) for each in projects)
        if (all_done or (not projects and age > 180)) and billed < min(0.98 * deal.amount, deal.amount - 1):
            yield "underbilled", deal.id
        if billed > max(1.02 * deal.amount, deal.amount + 1):
            yield "overbilled", deal.id


def _share(company: Company, invoice: Doc, deal: Doc) -> float:
    net = invoice.net - company.credited_net[invoice.id]
    return net * deal.amount / sum(each.amount for each in invoice.to["deal"])


def _projects(company: Company):
    for project in company.projects.values():
        deals, live = project.to["deal"], company.live(project.to["invoice"])
        if not deals:
            yield "project_without_deal", project.id
        for deal in deals:
            late = (project.on - deal.on).days
            started = project.on <= company.today
            if (late < -7) if deal.state == "won" else started:
                yield "project_before_win", project.id
            if deal.state == "won" and late > 30:
                yield "late_kickoff", project.id
        if company.done(project) and not live:
            yield "delivered_not_invoiced", project.id
        if project.state == "Cancelled" and live:
            yield "cancelled_but_invoiced", project.id


def _invoices(company: Company):
    usual = median(each.amount for each in company.deals.values() if each.state == "won")
    buyers = {each.entity for each in company.deals.values() if each.state == "won"}
    for invoice_id in duplicates(company):
        yield "duplicate_invoice", invoice_id
    for invoice in company.live(list(company.invoices.values())):
        owed = invoice.amount - company.credited[invoice.id]
        paid = sum(_applied(company, invoice, each) for each in invoice.to["payment"])
        alone = not invoice.to["deal"] and not invoice.to["project"]
        if alone and not company.series(invoice) and invoice.net >= usual / 10 and invoice.entity in buyers:
            yield "invoice_without_deal", invoice.id
        if any(deal.currency != invoice.currency for deal in invoice.to["deal"]):
            yield "currency_mismatch", invoice.id
        limit = max(1, owed / 100)
        past_due = invoice.due is not None and invoice.due < company.today
        if invoice.open > 0 and past_due and paid == 0:
            yield "overdue", invoice.id
        if 0 < paid < owed - limit and (past_due or invoice.open == 0):
            yield "short_paid", invoice.id
        if paid > owed + limit:
            yield "overpaid", invoice.id
        if invoice.open > 0 and paid >= owed - 0.005:
            yield "paid_but_open", invoice.id


def _applied(company: Company, invoice: Doc, payment: Doc) -> float:
    """What of a payment is for this invoice: all of it, or its part of what it was for."""
    if len(payment.to["invoice"]) == 1:
        return payment.amount
    owed = {each.id: each.amount - company.credited[each.id] for each in payment.to["invoice"]}
    return payment.amount * owed[invoice.id] / sum(owed.values())


def _payments(company: Company):
    for payment in company.payments.values():
        if not payment.to["invoice"]:
            yield "payment_unapplied", payment.id


def _accounts(company: Company):
    types = defaultdict(set)
    for entity, said in company.accounts.values():
        types[entity].add(said)
    first = {entity: record for record, (entity, _) in reversed(list(company.accounts.items()))}
    paid = {each.entity for each in company.payments.values() if company.ago(each.on) <= 365}
    live = company.live(list(company.invoices.values()))
    billed = {each.entity for each in live if company.ago(each.on) <= 90}
    for entity, said in types.items():
        if entity in paid and said <= {"Prospect", ""}:
            yield "status_not_updated", first[entity]
        if entity in billed and "Former Customer" in said and "Customer" not in said:
            yield "inactive_but_billed", first[entity]
