"""Which record of a run a person means by SYSTEM:ID, or by an id alone."""

from __future__ import annotations

import polars as pl
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from sot.errors import UsageError

CLOSEST, LIKE = 3, 0.5
"""So many records are named where there is none of an id, and how alike their ids must be to it."""
NAMED = 10
"""So many records are named where several have an id."""


def which(records: pl.DataFrame, members: pl.DataFrame, text: str) -> int:
    """Give the uid of the one record that `text` means; UsageError tells which ones there are, or come near."""
    found = _meant(records, text)
    if found.height == 1:
        return int(found["uid"][0])
    if found.height:
        raise UsageError(
            f"{text}: {found.height} records have this id", f"say which: {_listed(_keys(found))}"
        )
    inside = members.filter(pl.col("golden_id") == text)
    if inside.height:
        of_it = _keys(records.join(inside, on="uid", how="semi"))
        raise UsageError(f"{text} is a customer, not a record", f"name one of its records: {_listed(of_it)}")
    what = "record" if ":" in text else "customer and no such record"
    raise UsageError(f"{text}: there is no such {what} in the run", closest(records, text))


def _meant(records: pl.DataFrame, text: str) -> pl.DataFrame:
    """Give the record of SYSTEM:ID; where there is none, all records whose id is the whole text."""
    system, _, record_id = text.partition(":")
    exact = records.filter((pl.col("system") == system) & (pl.col("record_id") == record_id))
    return exact if exact.height else records.filter(pl.col("record_id") == text)


def closest(records: pl.DataFrame, text: str) -> str:
    """Say which records have ids most like that in `text`, or else how records are named."""
    system, colon, record_id = text.partition(":")
    systems = sorted(records["system"].unique())
    inside = records.filter(pl.col("system") == system) if colon and system in systems else records
    wanted = record_id if colon else text
    near = process.extract(
        wanted.lower(),
        inside["record_id"].str.to_lowercase().to_list(),
        scorer=DamerauLevenshtein.normalized_similarity,
        limit=CLOSEST,
        score_cutoff=LIKE,
    )
    if near:
        return f"did you mean {_listed(_keys(inside[[place for _, _, place in near]]))}?"
    return f"write SYSTEM:ID, as in crosswalk.csv; systems are {', '.join(systems)}"


def _keys(records: pl.DataFrame) -> list[str]:
    return [
        f"{system}:{record_id}" for system, record_id in records.select("system", "record_id").iter_rows()
    ]


def _listed(keys: list[str]) -> str:
    left = f" and {len(keys) - NAMED:,} more" if len(keys) > NAMED else ""
    return ", ".join(keys[:NAMED]) + left
