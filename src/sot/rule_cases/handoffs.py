"""Cases of the handoffs: the documents of one customer, and the exceptions that there must be, or must not be."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from pydantic import Field, RootModel

from sot.handoffs import handoffs
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
    """Run the cases of a file; give a sentence for each that fails."""
    found = []
    for case in rules.get(name, RootModel[tuple[HandoffCase, ...]]).root:
        got = exceptions(case, rules, settings)
        if got != sorted(case.expect):
            found.append(f"{name}: {case.why}: gives {', '.join(got) or 'nothing'}, expected "
                         f"{', '.join(sorted(case.expect)) or 'nothing'}")  # fmt: skip
    return found


def exceptions(case: HandoffCase, rules: Rulebook, settings: Settings) -> list[str]:
    """Give "kind id" of each exception about the customer of a case."""
    records = _records(case.account)
    members = records.select("uid", golden_id=pl.col("record_id").str.slice(0, 1)).with_columns(
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
    golden = pl.DataFrame(
        [{name: None for name in GOLDEN} | {"golden_id": one, "name": one} for one in ("A", "B")],
        schema=dict(GOLDEN),
    )
    rows = [_document(row, "A", i) for i, row in enumerate(case.documents)]
    rows += [_document(row, "B", 100 + i) for i, row in enumerate(AROUND)]
    documents = pl.DataFrame(rows, schema=dict(DOCUMENTS))
    result = handoffs(documents, records, clustering, golden, no_constraints(), settings, rules)
    mine = result.exceptions.filter(pl.col("golden_id") == "A").select("kind", "documents")
    return sorted(f"{kind} {documents.split('|')[0].split(':')[2]}" for kind, documents in mine.iter_rows())


def _records(status: str) -> pl.DataFrame:
    rows: list[dict[str, Any]] = []
    for system, department in sorted(DEPARTMENTS.items()):
        for one, said in (("A", status), ("B", "Customer")):
            name = {"A": "Alder Works", "B": "Birch Mills"}[one]
            rows.append(
                {"uid": len(rows), "system": system, "record_id": f"{one}-{system}", "department": department,
                 "object": "account", "name": name, "status": (said or None) if system == "crm" else None,
                 "n_country": "DE"}
            )  # fmt: skip
    schema = {**RECORDS, **NORMALISED}
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema)


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
