"""Records for matching tests: normalised as a run would have them."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from sot.model.tables import ACCOUNT_FIELDS, RECORDS
from sot.normalise import normalise
from sot.rules import Rulebook


def records(rows: Sequence[dict[str, str]]) -> pl.DataFrame:
    """Normalise rows of raw fields; system defaults to crm, record_id to the row's number."""
    full = [
        {"system": "crm", "record_id": f"{i:04}", "object": "account"} | dict.fromkeys(ACCOUNT_FIELDS) | row
        for i, row in enumerate(rows)
    ]
    ordered = sorted(full, key=lambda row: (str(row["system"]), str(row["record_id"])))
    table = pl.DataFrame([{"uid": i} | row for i, row in enumerate(ordered)], schema=dict(RECORDS))
    return normalise(table, Rulebook())


ADJECTIVES = ["Amber", "Brisk", "Copper", "Dapper", "Ember", "Fallow", "Gilded", "Hollow", "Indigo", "Jovial"]
NOUNS = [
    "Quarry",
    "Tannery",
    "Vineyard",
    "Foundry",
    "Orchard",
    "Harbour",
    "Bakery",
    "Smithy",
    "Dairy",
    "Mill",
]
TOWNS = ["Leeds", "Oxford", "Bristol", "Derby", "Norwich", "Exeter", "Lincoln"]


def crowd(size: int) -> list[dict[str, str]]:
    """Make customers that two systems know, three of four in both: names of two words, towns, some telephones."""
    rows = []
    for i in range(size):
        name = f"{ADJECTIVES[i % 10]}{'aeiouy'[i % 6]}{NOUNS[i // 10 % 10].lower()} {NOUNS[i * 7 % 10]}{i // 100 or ''}"
        row = {"name": name, "city": TOWNS[i % 7], "country": "GB"}
        if i % 3 == 0:
            row["phone"] = f"+44 20 7946 {i:04}"
        rows.append(row | {"system": "crm", "record_id": f"A{i:04}"})
        if i % 4:
            rows.append(row | {"system": "books", "record_id": f"B{i:04}", "name": name.upper() + " Ltd"})
    return rows
