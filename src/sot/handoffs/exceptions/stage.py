"""The definitions of exceptions, one handoff after the other, over documents of whole groups of customers."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from sot.handoffs.exceptions.deal_to_invoice import deal_to_invoice
from sot.handoffs.exceptions.deal_to_project import deal_to_project
from sot.handoffs.exceptions.delivery_to_invoice import delivery_to_invoice
from sot.handoffs.exceptions.facts import Facts
from sot.handoffs.exceptions.habits import Habits
from sot.handoffs.exceptions.invoice_to_payment import invoice_to_payment
from sot.handoffs.exceptions.payment_to_crm import payment_to_crm
from sot.handoffs.exceptions.report import rows


@dataclass(frozen=True)
class Findings:
    """ROWS of a report, and of how many documents of each kind the exports do not tell."""

    rows: pl.DataFrame
    not_auditable: dict[str, int]


def findings(known: Facts, habits: Habits, crm: pl.DataFrame) -> Findings:
    """Find the exceptions of documents and of the accounts of their customers; `crm` is what accounts() gives."""
    untold: dict[str, int] = {}
    about_documents = [
        *deal_to_project(known, habits, untold),
        *delivery_to_invoice(known, untold),
        *deal_to_invoice(known, habits, untold),
        *invoice_to_payment(known, habits, untold),
    ]
    about_accounts = payment_to_crm(known, habits, crm, untold)
    every = rows(about_documents, about_accounts, known.table)
    return Findings(every, {str(kind): count for kind, count in untold.items()})
