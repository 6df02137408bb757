"""Both documents of a link in doubt, side by side with what else each could have been linked to."""

from __future__ import annotations

from typing import Any

import polars as pl

from sot.model.amounts import money
from sot.review.case_detail import Detail
from sot.review.cases import Case
from sot.review.document_candidates import KEY, candidates
from sot.review.run_reader import FinishedRun

_OTHERS = 2
"""So many other candidates are shown for each of both documents."""
_TEXTS = ("reference", "memo", "line_text")


def document_detail(run: FinishedRun, case: Case) -> Detail:
    """Look up the documents of a case: first those asked about, then the other candidates, each a part of its own."""
    keys = [f"{system}:{key}" for system, key in case.keys]
    table = run.documents.with_columns(document=KEY)
    rows = {
        row["document"]: row for row in table.filter(pl.col("document").is_in(keys)).iter_rows(named=True)
    }
    pairs = [(f"{a[0]}:{a[1]}", f"{b[0]}:{b[1]}") for a, b in case.asked]
    shown = dict.fromkeys(key for pair in pairs for key in pair if key in rows)
    others: dict[str, dict[str, Any]] = {}
    for left, right in pairs:
        if left in rows and right in rows:
            for own, other in ((rows[right], rows[left]), (rows[left], rows[right])):
                off = abs((own["net"] or own["total"] or 0.0) - (other["net"] or other["total"] or 0.0))
                near = candidates(table, own, [other["kind"]], list(shown), _OTHERS, off)
                others |= {row["document"]: row for row in near.iter_rows(named=True)}
    texts = _texts(run, [*shown, *others])
    listed = [
        *(_record(rows[key], "", texts) for key in shown),
        *(_record(row, "or ", texts) for key, row in others.items() if key not in shown),
    ]
    return Detail(
        case=case,
        records=tuple(listed),
        parts=tuple(range(len(listed))),
        pairs=pl.DataFrame(schema={"uid_l": pl.Int32, "uid_r": pl.Int32}),
        evidence=(),
        related=(),
        titles=run.titles,
    )


def _record(row: dict[str, Any], before: str, texts: dict[str, str]) -> dict[str, Any]:
    """Give a document in the columns that the review shows."""
    return {
        "uid": row["doc"],
        "system": row["system"],
        "record_id": f"{row['object']}:{row['record_id']}",
        "document": f"{before}{row['kind']}",
        "name": row["name"],
        "number": row["number"],
        "customer": row["customer"],
        "amount": _money(row["total"], row["currency"]),
        "net": _money(row["net"], row["currency"]),
        "open": _money(row["open"], row["currency"]),
        "date": row["day"],
        "due": row["due_on"],
        "end": row["end"],
        "status": (row["state"] or "").replace("_", " ") or None,
        "text": texts.get(row["document"]),
    }


def _money(amount: float | None, currency: str | None) -> str | None:
    return None if amount is None else money(amount, currency, 2)


def _texts(run: FinishedRun, keys: list[str]) -> dict[str, str]:
    """Give what the exports say of documents beside their names: references, memos, lines."""
    texts = pl.concat_str(*_TEXTS, separator=" · ", ignore_nulls=True)
    rows = run.scan("documents").with_columns(document=KEY).filter(pl.col("document").is_in(keys))
    return {key: text for key, text in rows.select("document", texts).collect().iter_rows() if text}
