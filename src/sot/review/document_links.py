"""The links between documents that are in doubt, as questions: which, how likely, and why they were made."""

from __future__ import annotations

import hashlib
from typing import Any

import polars as pl

from sot.model.amounts import money
from sot.model.document_links import is_link_question
from sot.review.run_reader import FinishedRun

_ASKS = {
    ("deal", "project"): "Is {r} the work of {l}?",
    ("deal", "invoice"): "Does {r} bill {l}?",
    ("project", "invoice"): "Does {r} bill {l}?",
    ("invoice", "payment"): "Does {r} pay {l}?",
}
_HOW = {
    "nearest": "of several, these two are nearest in time; nothing else links them",
    "only candidate": "the customer has no other that fits; nothing else links them",
    "leftover": "both were left over; nothing links them but the customer",
    "last part": "one amount looks like a part, and the other still lacks a part",
    "near amount": "the amounts are near, not equal",
    "instalment": "the amount is a usual part of the other",
    "shared words": "they share words, not the amount",
    "equal amount": "the amounts are equal, but others fit nearly as well",
    "sum": "several amounts together make up the other; that may be chance",
}


def doubtful_links(run: FinishedRun) -> list[dict[str, Any]]:
    """Give the links to ask about, most money in doubt first: case_id, ends as keys, question, why and amounts."""
    if not (run.folder / "tables" / "handoff_links.parquet").is_file():
        return []
    links = run.scan("handoff_links").filter(is_link_question()).collect()
    if links.is_empty():
        return []
    for end in ("l", "r"):
        place = run.documents.select(
            *(pl.col(name).alias(f"{name}_{end}") for name in ("system", "object", "record_id")),
            pl.struct("name", "number", "record_id", "kind", "total", "currency", "day").alias(
                f"document_{end}"
            ),
        )
        links = links.join(
            place, on=[f"{name}_{end}" for name in ("system", "object", "record_id")], maintain_order="left"
        )
    names = run.scan("golden").select("golden_id", "name").collect()
    links = links.join(names, on="golden_id", how="left", maintain_order="left")
    doubt = (1 - pl.col("match_probability")) * pl.col("amount").fill_null(0)
    keys = [f"{name}_{end}" for end in ("l", "r") for name in ("system", "object", "record_id")]
    ordered = links.sort(doubt, *keys, descending=[True, *[False] * len(keys)])
    return [_case(row) for row in ordered.iter_rows(named=True)]


def _case(row: dict[str, Any]) -> dict[str, Any]:
    ends = tuple(
        (row[f"system_{end}"], f"{row[f'object_{end}']}:{row[f'record_id_{end}']}") for end in ("l", "r")
    )
    text = "\n".join(":".join(key) for key in ends)
    left, right = row["document_l"], row["document_r"]
    asks = _ASKS.get((row["object_l"], row["object_r"]), "Do {l} and {r} belong together?")
    return {
        "id": "L" + hashlib.sha256(text.encode()).hexdigest()[:10].upper(),
        "names": " | ".join(part for part in (row["name"], _short(right), _short(left)) if part),
        "asks": asks.format(l=_named(left), r=_named(right)) + " They are linked now.",
        "why": _HOW.get(row["step"], row["step"]),
        "golden_ids": (row["golden_id"],) if row["golden_id"] else (),
        "asked": (ends,),
        "probability": row["match_probability"],
        "exposure": row["amount"],
        "currency": row["currency"],
    }


def _short(document: dict[str, Any]) -> str:
    return str(document["name"] or document["number"] or document["record_id"])


def _named(document: dict[str, Any]) -> str:
    """Name a document in a sentence: its kind, name or number, amount and day."""
    amount = document["total"]
    money_text = money(amount, document["currency"], 2) if amount is not None else ""
    facts = ", ".join(part for part in (money_text, str(document["day"] or "")) if part)
    return f"{document['kind']} “{_short(document)}”" + (f" ({facts})" if facts else "")
