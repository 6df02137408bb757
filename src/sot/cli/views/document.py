"""What `sot explain` says of a document: its links and why, what else it could belong to, and its exceptions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from sot.model.amounts import money
from sot.model.safe import clean
from sot.review.document_candidates import candidates

Plain = dict[str, Any]

OTHERS = 5
"""So many other candidates are named."""
_PARTNERS = {
    "deal": ("project", "invoice"), "project": ("deal", "invoice"), "invoice": ("deal", "project", "payment"),
    "payment": ("invoice",),
}  # fmt: skip


def document_of(run: Path, text: str) -> Plain | None:
    """Give what a run knows of the document SYSTEM:OBJECT:ID; None where there is no such document."""
    tables = run / "tables"
    parts = text.split(":", 2)
    if len(parts) < 3 or not (tables / "handoff_documents.parquet").is_file():
        return None
    documents = pl.read_parquet(tables / "handoff_documents.parquet")
    if documents.is_empty():
        return None
    system, kind, record_id = parts
    mine = documents.filter(
        (pl.col("system") == system) & (pl.col("object") == kind) & (pl.col("record_id") == record_id)
    )
    if mine.is_empty():
        return None
    own = mine.row(0, named=True)
    links = _links(pl.read_parquet(tables / "handoff_links.parquet"), system, kind, record_id)
    exceptions = pl.read_parquet(tables / "handoffs.parquet").filter(
        pl.col("documents").str.split("|").list.contains(text)
    )
    shown = (
        "golden_id",
        "name",
        "number",
        "state",
        "currency",
        "total",
        "net",
        "open",
        "credited",
        "live",
        "day",
        "due_on",
    )
    return {
        "document": text,
        **{name: _plain(own[name]) for name in shown},
        "links": links,
        "others": _others(documents, own, {link["document"] for link in links}),
        "exceptions": exceptions.select(
            "kind", "severity", "difference", "days", "why", "documents"
        ).to_dicts(),
    }


def told(document: Plain) -> str:
    """Give it as lines for people."""
    amount = _money(document["total"], document["currency"])
    head = [
        document["document"],
        clean(document["name"] or document["number"] or ""),
        document["state"] or "",
        amount,
        document["day"] or "",
    ]
    lines = [
        "  ".join(part for part in head if part),
        f"customer: {document['golden_id'] or 'not known'}",
        "",
    ]
    lines.append("linked to" if document["links"] else "linked to nothing")
    for link in document["links"]:
        worth = _money(link["amount"], link["currency"])
        lines.append(
            f"  {link['document']}  {worth}  {link['linked_by']}, probability {link['match_probability']:.2f}"
            + ("  IN DOUBT" if link["doubt"] else "")
        )
        lines.append(f"      {clean(link['why'])}")
    if document["others"]:
        lines += ["", "could also have been, of the same customer"]
        lines += [
            f"  {row['document']}  {_money(row['total'], row['currency'])}  {row['day'] or ''}"
            for row in document["others"]
        ]
    if document["exceptions"]:
        lines += ["", "exceptions"]
        lines += [
            f"  {row['kind']} ({row['severity']}): {clean(row['why'])}" for row in document["exceptions"]
        ]
    return "\n".join(lines)


def _links(links: pl.DataFrame, system: str, kind: str, record_id: str) -> list[Plain]:
    made = []
    for end, other in (("l", "r"), ("r", "l")):
        mine = links.filter(
            (pl.col(f"system_{end}") == system)
            & (pl.col(f"object_{end}") == kind)
            & (pl.col(f"record_id_{end}") == record_id)
        )
        key = pl.concat_str(
            f"system_{other}", pl.lit(":"), f"object_{other}", pl.lit(":"), f"record_id_{other}"
        )
        made += mine.select(
            key.alias("document"),
            "linked_by",
            "match_probability",
            "amount",
            "currency",
            "step",
            "why",
            "doubt",
        ).to_dicts()
    return made


def _others(documents: pl.DataFrame, own: Plain, linked: set[str]) -> list[Plain]:
    """Give documents of the same customer that it could have been linked to, the nearest first."""
    near = candidates(documents, own, _PARTNERS.get(own["kind"], ()), linked, OTHERS)
    rows = near.select("document", "total", "currency", "day", "state")
    return [{name: _plain(value) for name, value in row.items()} for row in rows.to_dicts()]


def _plain(value: Any) -> Any:
    return str(value) if hasattr(value, "isoformat") else value


def _money(amount: float | None, currency: str | None) -> str:
    return "" if amount is None else money(amount, currency, 2)
