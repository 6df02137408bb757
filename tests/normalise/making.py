"""Records made of raw fields, for the tests of normalise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from sot.model.tables import RECORDS


def records(rows: Sequence[Mapping[str, str | None]]) -> pl.DataFrame:
    """Give RECORDS of the raw fields in `rows`; system and id are made up unless given."""
    made = [{"uid": uid, "system": "crm", "record_id": str(uid), **row} for uid, row in enumerate(rows)]
    return pl.DataFrame(made, schema=dict(RECORDS))
