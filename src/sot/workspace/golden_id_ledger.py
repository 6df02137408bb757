"""The ledger of golden ids: which record belongs to which golden customer, and what became of retired ids.

It lies in the project folder as two plain files that fit into git: `golden_ids.csv` (system, record_id,
golden_id) and beside it `golden_redirects.csv` (old, new, when, why).
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from sot.errors import InputError
from sot.model.tables import Schema, empty
from sot.workspace.project import REDIRECTS

MEMBERS: Schema = {"system": pl.String, "record_id": pl.String, "golden_id": pl.String}
MOVED: Schema = {"old": pl.String, "new": pl.String, "when": pl.String, "why": pl.String}
CHANGES: Schema = {"old": pl.String, "new": pl.String, "why": pl.String, "decided": pl.Boolean}
"""The redirects of one run. why: `merged` (old is no customer any more, it went on as new) or `split`
(records of old are now in new). decided: stewards decided it."""


@dataclass(frozen=True)
class Ledger:
    """MEMBERS, every record that was ever seen once; MOVED, oldest first."""

    members: pl.DataFrame
    redirects: pl.DataFrame


def no_ledger() -> Ledger:
    """Give the ledger of a project that has had no run yet."""
    return Ledger(empty(MEMBERS), empty(MOVED))


def redirects_path(ledger: Path) -> Path:
    """Give the file of the redirects that lies beside a ledger."""
    return ledger.with_name(REDIRECTS)


def load(path: Path) -> Ledger:
    """Read the ledger at `path` (golden_ids.csv) with its redirects; what is not there is empty."""
    members = _read(path, MEMBERS)
    repeated = members.filter(pl.struct("system", "record_id").is_duplicated()).sort("system", "record_id")
    if repeated.height:
        system, record_id, _ = repeated.row(0)
        raise InputError(
            f"{path}: the record {system}:{record_id} occurs more than once",
            "keep the line with the golden id that it should have, and delete the other",
        )
    return Ledger(members, _read(redirects_path(path), MOVED))


def content(members: pl.DataFrame) -> bytes:
    """Give what `golden_ids.csv` holds for the members of a run."""
    return _csv(members.select(list(MEMBERS)).sort("system", "record_id"))


def files(
    path: Path, history: pl.DataFrame, members: pl.DataFrame, changes: pl.DataFrame, when: str
) -> dict[str, bytes]:
    """Give what the files of the ledger at `path` are to hold after a run with these members and `changes`.

    `history` are the redirects that the run knew (MOVED).
    """
    contents = {path.name: content(members)}
    if changes.height or (history.height and not redirects_path(path).is_file()):
        added = changes.select("old", "new", pl.lit(when).alias("when"), "why").sort("old", "new", "why")
        known = added.join(history, on=["old", "new", "when", "why"], how="anti", maintain_order="left")
        contents[redirects_path(path).name] = _csv(pl.concat([history, known]))
    return contents


def on_disk(path: Path) -> dict[str, bytes]:
    """Give what the files of the ledger at `path` hold now; a file that is not there holds nothing."""
    both = (path, redirects_path(path))
    return {file.name: file.read_bytes() if file.is_file() else b"" for file in both}


def churn(before: Ledger, present: pl.Series, changes: pl.DataFrame) -> dict[str, int]:
    """Count what became of the golden ids that the ledger held, in a run with the ids `present`.

    kept and new     ids of this run that the ledger held, and that it did not
    merged and split ids that went on as another one, and ids that gave records to others, without a decision
    decided          ids of which decisions did that
    absent           ids that live on in the ledger alone: no record of theirs was in this run
    """
    known, now = set(before.members["golden_id"]), set(present)
    own = changes.filter(~pl.col("decided"))
    moved = {why: set(own.filter(pl.col("why") == why)["old"]) for why in ("merged", "split")}
    went_on = set(changes.filter(pl.col("why") == "merged")["old"])
    return {
        "before": len(known),
        "kept": len(known & now),
        "new": len(now - known),
        "merged": len(moved["merged"]),
        "split": len(moved["split"]),
        "decided": len(set(changes["old"]) - moved["merged"] - moved["split"]),
        "absent": len(known - now - went_on),
    }


def _read(path: Path, schema: Schema) -> pl.DataFrame:
    if not path.is_file():
        return empty(schema)
    try:
        # An empty text is a text here: a record id may hold anything but nothing.
        table = pl.read_csv(path, infer_schema=False, empty_string_is_null=False)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise InputError(
            f"{path}: can't be read as a ledger: {error}", "restore the last version from git"
        ) from error
    missing = [name for name in schema if name not in table.columns]
    if missing:
        raise InputError(
            f"{path}: the column {missing[0]} is missing", f"the first line must be {','.join(schema)}"
        )
    return table.select(list(schema))


def _csv(table: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    table.write_csv(buffer)
    return buffer.getvalue()
