"""Golden ids over later exports: 5 % new and 5 % changed records leave the other customers alone."""

from __future__ import annotations

import random
from datetime import datetime
from pathlib import Path

import polars as pl

from sot import pipeline
from sot.model.run import Silent
from sot.model.sources import InputSpec
from sot.workspace.project import Project

SAMPLE = Path(__file__).parents[2] / "sample_data"
EXPORTS = {
    "salesforce": ("Account.csv", "Id", "utf-8"),
    "netsuite": ("CustomerSearchResults.csv", "Internal ID", "windows-1252"),
}


def write_exports(folder: Path) -> set[tuple[str, str]]:
    """Write the exports before and after, and give the keys of the records that are new or changed."""
    draw = random.Random(5)
    touched = set()
    for system, (file, key, encoding) in EXPORTS.items():
        table = pl.read_csv((SAMPLE / file).read_bytes().decode(encoding).encode(), infer_schema=False)
        ids = table[key].to_list()
        draw.shuffle(ids)
        share = len(ids) // 20
        new, changed = ids[:share], ids[share : 2 * share]
        touched |= {(system, record_id) for record_id in new + changed}
        renamed = pl.when(pl.col(key).is_in(changed)).then(pl.col("Name").str.to_uppercase() + " Intl")
        for name, rows in (
            ("before", table.filter(~pl.col(key).is_in(new))),
            ("after", table.with_columns(renamed.otherwise("Name").alias("Name"))),
        ):
            (folder / name).mkdir(exist_ok=True)
            rows.write_csv(folder / name / file)
    return touched


def golden_ids(folder: Path, name: str) -> dict[tuple[str, str], str]:
    run = pipeline.dedupe(
        [InputSpec(str(folder / name))],
        Project(folder),
        folder / f"out-{name}",
        Silent(),
        datetime(2026, 1, 1, 12),
    )
    rows = run.records.join(run.clustering.memberships, on="uid").select("system", "record_id", "golden_id")
    return {(system, record_id): golden_id for system, record_id, golden_id in rows.iter_rows()}


def test_untouched_customers_keep_their_ids(tmp_path):
    touched = write_exports(tmp_path)
    before, after = golden_ids(tmp_path, "before"), golden_ids(tmp_path, "after")
    stirred = {before[key] for key in before if key in touched}
    stirred |= {before[key] for key in before if after[key] in {after[other] for other in touched}}
    untouched = [key for key in before if before[key] not in stirred]
    kept = sum(after[key] == before[key] for key in untouched)
    assert len(untouched) > 800
    assert kept / len(untouched) >= 0.995
    redirects = pl.read_csv(tmp_path / "golden_redirects.csv")
    assert redirects.height and set(redirects["when"]) == {"2026-01-01"}
    assert not set(redirects.filter(pl.col("why") == "merged")["old"]) & set(after.values())
