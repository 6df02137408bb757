"""The fingerprint of the evidence that a decision rested on, to see whether the records changed since."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from sot.model.decisions import Decision, RecordKey
from sot.model.tables import NORMALISED

RAW_FIELDS = (
    "name", "trade_name", "tax_id", "registration_id", "website", "email", "phone",
    "street", "city", "region", "postcode", "country", "parent_id", "parent_name",
)  # fmt: skip
"""What tells customers apart; money, owners, dates and status come and go without touching who it is."""

NORMAL_FIELDS = tuple(
    name
    for name in NORMALISED
    if name
    not in (
        "n_tokens",
        "n_tax_valid",
        "n_tax_company",
        "n_registration_company",
        "n_status",
        "n_marks",
        "n_habit",
    )
)

Halves = tuple[str, str]


def fingerprints(records: pl.DataFrame, keys: Iterable[RecordKey]) -> dict[RecordKey, Halves]:
    """Give two hashes of each record of `keys`: of its raw values folded, and of its normalised ones."""
    wanted = pl.DataFrame(
        sorted(set(keys)), schema={"system": pl.String, "record_id": pl.String}, orient="row"
    )
    columns = [name for name in (*RAW_FIELDS, *NORMAL_FIELDS) if name in records.columns]
    rows = records.select("system", "record_id", *columns).join(
        wanted, on=["system", "record_id"], how="semi"
    )
    return {
        (row["system"], row["record_id"]): (
            _hash(row, RAW_FIELDS, fold=True),
            _hash(row, NORMAL_FIELDS, fold=False),
        )
        for row in rows.iter_rows(named=True)
    }


def fingerprint(keys: Sequence[RecordKey], known: Mapping[RecordKey, Halves]) -> str | None:
    """Give the fingerprint of the evidence of a decision over `keys`; None if one of them is not known."""
    if any(key not in known for key in keys):
        return None
    return ".".join(_digest([list(key), known[key][half]] for key in sorted(keys)) for half in (0, 1))


def changed(decisions: Iterable[Decision], records: pl.DataFrame) -> list[Decision]:
    """Give the decisions whose records changed in what matters since they were made.

    Evidence counts as unchanged while either half of the fingerprint holds: an export that only writes the
    same values in another form keeps the normalised half, a new release of the normaliser the raw half.
    """
    decided = [decision for decision in decisions if decision.evidence]
    known = fingerprints(records, (key for decision in decided for key in decision.records))
    return [d for d in decided if _differs(d.evidence or "", fingerprint(d.records, known))]


def _differs(then: str, now: str | None) -> bool:
    return now is not None and not set(then.split(".")) & set(now.split("."))


def _hash(row: Mapping[str, object], names: Iterable[str], fold: bool) -> str:
    values = ((name, row.get(name)) for name in names)
    return _digest([name, _fold(str(value)) if fold else value] for name, value in values if value)


def _fold(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _digest(parts: Iterable[object]) -> str:
    return hashlib.sha256(json.dumps(list(parts), ensure_ascii=False).encode()).hexdigest()[:16]
