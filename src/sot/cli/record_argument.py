"""Which record of a run a person means by SYSTEM:ID, or by an id alone."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from sot.errors import UsageError
from sot.model.safe import clean

CLOSEST, LIKE = 3, 0.5
"""So many records are named where there is none of an id, and how alike their ids must be to it."""
NAMED = 10
"""So many records are named where several have an id."""


def which(records: pl.DataFrame, members: pl.DataFrame, text: str) -> int:
    """Give the uid of the one record that `text` means; UsageError tells which ones there are, or come near."""
    matches = _meant(records, text)
    if matches.height == 1:
        return int(matches["uid"][0])
    if matches.height:
        raise UsageError(
            f"{text}: {matches.height} records have this id", f"say which: {_listed(_keys(matches))}"
        )
    inside = members.filter(pl.col("golden_id") == text)
    if inside.height:
        of_it = _keys(records.join(inside, on="uid", how="semi"))
        raise UsageError(f"{text} is a customer, not a record", f"name one of its records: {_listed(of_it)}")
    what = "record" if ":" in text else "customer and no such record"
    raise UsageError(f"{text}: there is no such {what} in the run", closest(records, text))


def customer_named(run: Path, records: pl.DataFrame, members: pl.DataFrame, text: str) -> str:
    """Give the golden id that `text` means: the id itself, or that of a record, or of the customer of this name."""
    if members.filter(pl.col("golden_id") == text).height:
        return text
    if _meant(records, text).height:
        return str(members.filter(pl.col("uid") == which(records, members, text))["golden_id"][0])
    golden = pl.read_parquet(run / "tables" / "golden.parquet", columns=["golden_id", "name"])
    names = records.select("uid", "name").join(members, on="uid").select("golden_id", "name")
    ids = _called(pl.concat([golden.select("golden_id", "name"), names.select("golden_id", "name")]), text)
    if len(ids) == 1:
        return ids[0]
    if ids:
        shown = golden.filter(pl.col("golden_id").is_in(ids[:NAMED])).sort("golden_id")
        listed = [f"{golden_id} ({clean(name or '')})" for golden_id, name in shown.iter_rows()]
        more = f" and {len(ids) - NAMED:,} more" if len(ids) > NAMED else ""
        raise UsageError(
            f"{text}: {len(ids)} customers have this name", f"say which: {', '.join(listed)}{more}"
        )
    return str(which(records, members, text))  # says what comes near


def pairs_of_case(run: Path, text: str) -> list[tuple[int, int]]:
    """Give the pairs of records (their uids) that the case of this id asks about; none if there is no such case."""
    questions = pl.scan_parquet(run / "tables" / "questions.parquet").filter(pl.col("case_id") == text)
    return questions.select("uid_l", "uid_r").sort("uid_l", "uid_r").collect().rows()


def _called(names: pl.DataFrame, text: str) -> list[str]:
    """Give the golden ids of those who bear the name, else of those whose name holds it."""
    wanted = re.sub(r"[\W_]+", "", text.casefold())
    if not wanted:
        return []
    key = pl.col("name").str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]+", "")
    for test in (key == wanted, key.str.contains(wanted, literal=True)):
        ids = names.filter(test.fill_null(False))["golden_id"].unique().sort().to_list()
        if ids:
            return ids
    return []


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
