"""What belongs together and what went wrong, in the ids of the exports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from sot.demo.documents.model import HANDOFF_OF, Document, World

Key = tuple[str, str, str]
"""System, object and record id."""


@dataclass(frozen=True)
class Ids:
    """The ids of the exports: of each kind of document by its number, of CRM accounts by their row."""

    crm: str
    finance: str
    project: str
    documents: dict[str, list[str]]
    accounts: list[str]

    def key(self, document: Document) -> Key:
        """Give the key of a document."""
        kind, number = document.key
        system = {"deal": self.crm, "project": self.project}.get(kind, self.finance)
        return system, kind, self.documents[kind][number]


def links(world: World, ids: Ids) -> pl.DataFrame:
    """Give the pairs of documents that belong to one transaction."""
    columns = ["system_l", "object_l", "record_id_l", "system_r", "object_r", "record_id_r"]
    pairs = sorted({(*ids.key(left), *ids.key(right)) for left, right in _pairs(world)})
    return pl.DataFrame(pairs, schema=dict.fromkeys(columns, pl.String), orient="row")


def _pairs(world: World) -> Iterator[tuple[Document, Document]]:
    for project in world.projects:
        for deal in project.deals:
            yield deal, project
    for invoice in world.invoices:
        for deal in invoice.deals:
            yield deal, invoice
        for project in invoice.projects:
            yield project, invoice
    for payment in world.payments:
        for invoice in payment.invoices:
            yield invoice, payment


def handoffs(world: World, ids: Ids, account_of: dict[int, int]) -> pl.DataFrame:
    """Give the exceptions, each with the document that it is about; `account_of` names the CRM row of a customer."""
    rows = [(HANDOFF_OF[kind], kind, *ids.key(document)) for kind, document in world.wrong]
    rows += [
        (HANDOFF_OF[kind], kind, ids.crm, "account", ids.accounts[account_of[entity]])
        for kind, entity in world.accounts
    ]
    columns = ["handoff", "kind", "system", "object", "record_id"]
    return pl.DataFrame(sorted(rows), schema=dict.fromkeys(columns, pl.String), orient="row")
