"""Cases of the handoffs: the documents of one customer, and the exceptions that there must be, or must not be."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl
from pydantic import Field, RootModel

from sot.handoffs.stage import handoffs
from sot.model.decisions import no_constraints
from sot.model.run import Clustering
from sot.model.tables import (
    CLUSTERS,
    DOCUMENTS,
    GOLDEN,
    MEMBERSHIPS,
    NORMALISED,
    QUESTIONS,
    RECORDS,
    RELATED,
    conform,
    empty,
)
from sot.rules import Rulebook
from sot.rules.loader import RuleModel
from sot.rules.project import Settings

SYSTEMS = {"deal": "crm", "project": "tasks", "invoice": "books", "payment": "books"}
DEPARTMENTS = {"crm": "crm", "tasks": "project", "books": "finance"}
COLUMNS = {
    "amount": "amount_value", "open": "open_amount_value", "net": "net_value", "tax": "tax_value",
    "date": "dated_on", "due": "due_on", "start": "started_on", "end": "ended_on",
    "planned_end": "planned_end_on", "created": "created_on", "type": "document_type",
}  # fmt: skip
"""Short names in cases: the columns of DOCUMENTS."""

_NAMING = frozenset({"id", "deal_ref", "project_ref", "invoice_ref", "name", "memo"})
"""Cells of a case that name documents by their ids."""

AROUND = (
    {"id": "D0", "object": "deal", "state": "deal_won", "amount": "5000", "date": "2025-01-02", "currency": "EUR"},
    {"id": "P0", "object": "project", "state": "project_done", "start": "2025-01-02", "end": "2025-02-20",
     "deal_ref": "D0"},
    {"id": "I0", "object": "invoice", "state": "invoice_paid", "amount": "5000", "net": "5000", "open": "0",
     "date": "2025-01-15", "due": "2025-02-15", "currency": "EUR", "deal_ref": "D0"},
    {"id": "Z0", "object": "payment", "amount": "5000", "date": "2025-02-10", "currency": "EUR", "invoice_ref": "I0"},
    {"id": "D9", "object": "deal", "state": "deal_won", "amount": "9000", "date": "2026-10-05", "currency": "EUR"},
    {"id": "P9", "object": "project", "state": "project_open", "start": "2026-10-10", "deal_ref": "D9"},
    {"id": "I5", "object": "invoice", "state": "invoice_paid", "amount": "60", "net": "60", "open": "0",
     "date": "2025-12-01", "due": "2025-12-30", "currency": "EUR", "project_ref": "P0"},
    {"id": "Z5", "object": "payment", "amount": "60", "date": "2025-12-10", "currency": "EUR", "invoice_ref": "I5"},
    {"id": "I9", "object": "invoice", "state": "invoice_paid", "amount": "70", "net": "70", "open": "0",
     "date": "2026-10-30", "due": "2026-11-30", "currency": "EUR", "project_ref": "P0"},
    {"id": "Z9", "object": "payment", "amount": "70", "date": "2026-10-31", "currency": "EUR", "invoice_ref": "I9"},
)  # fmt: skip
"""Documents of another customer, so that the exports cover 2025-01-02 to 2026-10-31."""


class HandoffCase(RuleModel):
    """The documents of a customer, and "kind id" of each exception about them."""

    why: str
    documents: tuple[dict[str, str], ...]
    account: str = "Customer"
    """The status of the customer's account in the CRM."""
    expect: tuple[str, ...] = Field(default=())


def failures(name: str, rules: Rulebook, settings: Settings) -> list[str]:
    """Run the cases of a file; give a sentence for each that fails.

    All of them together are the customers of one run; a case that comes out differently there is run alone.
    """
    cases = rules.get(name, RootModel[tuple[HandoffCase, ...]]).root
    failed = []
    for case, together in zip(cases, exceptions(cases, rules, settings), strict=True):
        wanted = sorted(case.expect)
        got = wanted if together == wanted else exceptions([case], rules, settings)[0]
        if got != wanted:
            failed.append(f"{name}: {case.why}: gives {', '.join(got) or 'nothing'}, expected "
                         f"{', '.join(wanted) or 'nothing'}")  # fmt: skip
    return failed


def exceptions(cases: Sequence[HandoffCase], rules: Rulebook, settings: Settings) -> list[list[str]]:
    """Give "kind id" of each exception about the customer of each case."""
    records = _records([case.account for case in cases])
    members = records.select("uid", golden_id=pl.col("record_id").str.split("-").list.first()).with_columns(
        cluster=pl.col("uid").min().over("golden_id"), match_probability=1.0, linked_by=pl.lit("exact")
    )
    clusters = members.group_by("cluster", "golden_id").agg(size=pl.len()).sort("cluster")
    clusters = clusters.with_columns(match_probability=1.0, status=pl.lit("auto"))
    none = pl.DataFrame()
    clustering = Clustering(
        conform(members, MEMBERSHIPS),
        conform(clusters, CLUSTERS),
        empty(RELATED),
        empty(QUESTIONS),
        none,
        none,
    )
    customers = [_golden_id(number) for number in range(len(cases) + 1)]
    golden = pl.DataFrame(
        [
            {name: None for name in GOLDEN} | {"golden_id": customer, "name": customer}
            for customer in customers
        ],
        schema=dict(GOLDEN),
    )
    rows = [row for number, case in enumerate(cases) for row in _documents(case.documents, number)]
    rows += _documents(AROUND, len(cases))
    documents = pl.DataFrame(rows, schema=dict(DOCUMENTS))
    result = handoffs((records, documents), clustering, golden, no_constraints(), settings, rules)
    by_customer: dict[str, list[str]] = {customer: [] for customer in customers}
    for customer, kind, about in result.exceptions.select("golden_id", "kind", "documents").iter_rows():
        named = about.split("|")[0].split(":")[2]
        by_customer[customer].append(f"{kind} {named.partition('x')[0].replace(customer, 'A')}")
    return [sorted(by_customer[customer]) for customer in customers[:-1]]


def _golden_id(number: int) -> str:
    return f"A{number:04d}"


def _records(statuses: Sequence[str]) -> pl.DataFrame:
    """Give the accounts of the customers, with their `statuses` in the CRM, and those of one more."""
    rows: list[dict[str, Any]] = []
    for system, department in sorted(DEPARTMENTS.items()):
        for number, status in enumerate((*statuses, "Customer")):
            # Names have no word in common: what is one customer's is not looked for with another.
            name = f"Alder{_letters(number)} Works" if number < len(statuses) else "Birch Mills"
            rows.append(
                {"uid": len(rows), "system": system, "record_id": f"{_golden_id(number)}-{system}",
                 "department": department, "object": "account", "name": name,
                 "status": (status or None) if system == "crm" else None, "n_country": "DE"}
            )  # fmt: skip
    schema = {**RECORDS, **NORMALISED}
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema)


def _letters(number: int) -> str:
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


def _documents(rows: Sequence[dict[str, str]], number: int) -> list[dict[str, Any]]:
    """Give the documents of a customer, with ids that no other customer has."""
    ids = sorted({row["id"] for row in rows}, key=len, reverse=True)
    an_id = re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, ids))})(?![\w-])")
    documents = []
    for row, cells in enumerate(rows):
        own = {
            name: an_id.sub(rf"\1x{number:03d}", text) if name in _NAMING else text
            for name, text in cells.items()
        }
        documents.append(_document(own, _golden_id(number), 1000 * number + row))
    return documents


def _document(cells: dict[str, str], customer: str, row: int) -> dict[str, Any]:
    known: dict[str, Any] = {COLUMNS.get(name, name): value for name, value in cells.items() if name != "id"}
    for name, value in known.items():
        if name.endswith("_value"):
            known[name] = float(value)
        elif name.endswith("_on"):
            known[name] = date.fromisoformat(value)
    system = SYSTEMS[cells["object"]]
    state = "payment" if cells["object"] == "payment" else known.get("state")
    known |= {"system": system, "record_id": cells["id"], "number": cells["id"], "source": "case", "row": row,
              "customer_id": f"{customer}-{system}", "state": state, "department": DEPARTMENTS[system]}  # fmt: skip
    return {name: known.get(name) for name in DOCUMENTS}
