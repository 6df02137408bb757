"""The tables of a finished run in a lake: written by a Spark Connect server, each a folder of Parquet."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from sot.engine.batches import on_engine
from sot.engine.spark import Spark

RESULTS = (
    "golden", "provenance", "conflicts", "related", "questions", "handoff_links", "handoffs", "bi_reconciliation",
)  # fmt: skip
"""Tables of a run that are written as they are, if they hold rows: not every server writes a table without."""
CURRENT, CROSSWALK, FILES = "current", "crosswalk", "files"
LEDGER, REDIRECTS = "ledger", "redirects"
_KEY, _MEMBER = ("uid", "system", "record_id", "name"), ("uid", "golden_id", "match_probability", "linked_by")
AT_ONCE = 1_000_000
"""So many rows are read at a time."""


def write(
    engine: Spark,
    tables: Path,
    address: str,
    digest: str,
    survivors: pl.Series,
    kept: Mapping[str, pl.DataFrame],
    files: Mapping[str, str],
) -> list[str]:
    """Write the results of the run in `tables` below ADDRESS/DIGEST, and last ADDRESS/current, which names the run.

    `survivors` are the uids of the records whose names the customers bear; `kept` are tables of the project; `files`
    are small files by name.
    """
    place = f"{address.rstrip('/')}/{digest}"
    rows = {CROSSWALK: _crosswalk(tables, survivors)}
    rows |= {name: table.lazy() for name, table in kept.items() if table.height}
    rows[FILES] = pl.LazyFrame(
        list(files.items()), schema={"name": pl.String, "content": pl.String}, orient="row"
    )
    for name in RESULTS:
        if _filled(tables / f"{name}.parquet"):
            rows[name] = pl.scan_parquet(tables / f"{name}.parquet")
    for name, table in rows.items():
        _write(engine, table, f"{place}/{name}")
    current = pl.LazyFrame({"run": [digest], "tables": ["|".join(rows)]})
    _write(engine, current, f"{address.rstrip('/')}/{CURRENT}")
    return list(rows)


def _filled(path: Path) -> bool:
    return path.exists() and bool(pl.scan_parquet(path).select(pl.len()).collect().item())


def _crosswalk(tables: Path, survivors: pl.Series) -> pl.LazyFrame:
    """Give the golden customer of every record, in the order of records."""
    records = pl.scan_parquet(tables / "records.parquet").select(_KEY)
    members = pl.scan_parquet(tables / "memberships.parquet").select(_MEMBER)
    survives = survivors.to_frame("uid").lazy().with_columns(is_survivor=pl.lit(True))
    both = records.join(members, on="uid", maintain_order="left").join(
        survives, on="uid", how="left", maintain_order="left"
    )
    return both.drop("uid").with_columns(pl.col("is_survivor").fill_null(False))


def _write(engine: Spark, rows: pl.LazyFrame, address: str) -> None:
    columns = on_engine(rows.collect_schema())
    typed = rows.select(pl.col(name).cast(kind) for name, kind in columns.items())
    for number, part in enumerate(typed.collect_batches(chunk_size=AT_ONCE, maintain_order=True)):
        engine.give("result", part)
        engine.write("result", address, more=number > 0)
    engine.drop("result")
