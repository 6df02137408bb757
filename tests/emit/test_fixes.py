"""Fix files, taken all the way: apply them to the exports, run again, and take them back."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from sot import pipeline
from sot.model.run import Run, Silent
from sot.model.sources import InputSpec
from sot.workspace.project import Project

SAMPLE = Path(__file__).parents[2] / "sample_data"
EXPORTS = {
    "salesforce": ("Account.csv", "Id", "MasterId", ("LoserId1", "LoserId2")),
    "netsuite": (
        "CustomerSearchResults.csv",
        "Internal ID",
        "Master Internal ID",
        ("Duplicate Internal ID",),
    ),
}
"""File, key, and the headers of merges of the two systems."""
MARKER = {"salesforce": "#N/A"}


def read(path: Path) -> pl.DataFrame:
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("windows-1252")
    table = pl.read_csv(text.encode(), infer_schema=False, empty_string_is_null=False)
    return table.with_columns(pl.all().fill_null(""))


def update(table: pl.DataFrame, key: str, path: Path, marker: str | None) -> pl.DataFrame:
    """Do what an import does that leaves blank cells alone."""
    if not path.exists():
        return table
    changes = read(path)
    for column in changes.columns[1:]:
        cells = changes.filter(pl.col(column) != "").select(key, pl.col(column).replace(marker or "", ""))
        assert column in table.columns
        table = table.join(cells, on=key, how="left", suffix="_new", maintain_order="left").with_columns(
            pl.coalesce(f"{column}_new", column).alias(column)
        )
        table = table.drop(f"{column}_new")
    return table


def losers(fixes: Path, headers: tuple[str, ...]) -> list[str]:
    merges = read(fixes / "merges.csv")
    return [key for header in headers for key in merges[header] if key]


def run(exports: Path, project: Path, out: Path) -> Run:
    specs = [InputSpec(str(exports / file)) for file, *_ in EXPORTS.values()]
    return pipeline.dedupe(specs, Project(project), out, Silent(), datetime(2026, 1, 1, 12))


@pytest.fixture(scope="module")
def before(tmp_path_factory) -> tuple[Path, Run]:
    folder = tmp_path_factory.mktemp("fixes")
    (folder / "exports").mkdir()
    for file, *_ in EXPORTS.values():
        shutil.copy(SAMPLE / file, folder / "exports" / file)
    return folder, run(folder / "exports", folder, folder / "out")


@pytest.fixture(scope="module")
def after(before) -> Run:
    folder, _ = before
    (folder / "fixed").mkdir()
    for system, (file, key, _, headers) in EXPORTS.items():
        fixes = folder / "out" / "fixes" / system
        table = read(folder / "exports" / file)
        table = table.filter(~pl.col(key).is_in(losers(fixes, headers)))
        update(table, key, fixes / "corrections.csv", MARKER.get(system)).write_csv(folder / "fixed" / file)
    return run(folder / "fixed", folder, folder / "out2")


def keys(run: Run, table: pl.DataFrame, *more: str) -> set[tuple[str, ...]]:
    return set(table.join(run.records, on="uid").select("system", "record_id", *more).iter_rows())


def test_merges_name_each_loser_once_and_never_a_survivor(before):
    folder, first = before
    for system, (_, _, survivor, headers) in EXPORTS.items():
        fixes = folder / "out" / "fixes" / system
        gone = losers(fixes, headers)
        assert gone and len(gone) == len(set(gone))
        assert not set(gone) & set(read(fixes / "merges.csv")[survivor])
    doubtful = first.clustering.memberships.filter(pl.col("linked_by") == "doubt")
    assert doubtful.height and first.resolution.merges.join(doubtful, on="uid").is_empty()


def test_after_loading_them_nothing_is_left_to_merge_or_to_correct(before, after):
    _, first = before
    assert first.resolution.merges.height > 50
    assert keys(first, first.resolution.merges).isdisjoint(
        after.records.select("system", "record_id").iter_rows()
    )
    done = keys(first, first.resolution.corrections, "field")
    assert done and done.isdisjoint(keys(after, after.resolution.corrections, "field"))
    left = after.resolution.merges.height
    assert left <= first.resolution.merges.height * 0.05, "corrected records may show a few more duplicates"


def test_the_conflicts_that_were_fixed_are_gone_and_customers_keep_their_ids(before, after):
    _, first = before
    fixed = first.resolution.corrections.select("golden_id", "field").filter(pl.col("field") == "tax_id")
    open_before = first.resolution.conflicts.filter(
        (pl.col("kind") == "authority_blank") & (pl.col("field") == "tax_id")
    ).join(fixed, on="golden_id", how="semi")
    still = after.resolution.conflicts.join(open_before, on=["kind", "golden_id", "field"], how="semi")
    assert still.is_empty()
    ids = dict(first.clustering.ledger.select(pl.concat_str("system", "record_id"), "golden_id").iter_rows())
    now = after.clustering.memberships.join(after.records, on="uid")
    kept = [
        ids[f"{row[0]}{row[1]}"] == row[2]
        for row in now.select("system", "record_id", "golden_id").iter_rows()
    ]
    assert sum(kept) / len(kept) > 0.98


def test_the_inverse_gives_the_exports_back(before, after):
    folder, _ = before
    for system, (file, key, *_) in EXPORTS.items():
        undo = folder / "out" / "fixes" / system / "undo"
        table = update(read(folder / "fixed" / file), key, undo / "corrections.csv", MARKER.get(system))
        if (undo / "by_hand.csv").exists():
            columns = after.imported.sources
            headers = {field: name for source in columns if source.system == system
                       for field, name in source.fields.items()}  # fmt: skip
            for cell in read(undo / "by_hand.csv").iter_rows(named=True):
                header = headers[cell["field"]].split(" || ")[0].split(" ++ ")[0]
                table = table.with_columns(
                    pl.when(pl.col(key) == cell["key"])
                    .then(pl.lit(cell["after"]))
                    .otherwise(header)
                    .alias(header)
                )
        merged = read(undo / f"merged {Path(file).stem}.csv")
        restored = pl.concat([table, merged.select(table.columns)]).sort(key)
        assert restored.equals(read(folder / "exports" / file).sort(key))


def test_every_folder_says_how_to_load_it(before):
    folder, _ = before
    text = (folder / "out" / "fixes" / "salesforce" / "README.md").read_text()
    assert "MasterId" in text and "matched on `Id`" in text and "#N/A" in text
