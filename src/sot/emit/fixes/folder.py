"""The folder `fixes/`: for each system what to merge, correct and create, how to load it, and the inverse."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from sot.emit.fixes import tables
from sot.emit.fixes.children import children, file_stem
from sot.emit.fixes.forms import Form, form_of
from sot.emit.fixes.readme import readme
from sot.model.kinds import CustomerStatus
from sot.model.run import Run
from sot.rules import Rulebook
from sot.rules.governance import load_governance, owned

MERGES, CORRECTIONS, HAND, CREATE = "merges.csv", "corrections.csv", "by_hand.csv", "create.csv"
BEFORE = "before.csv"
UNDO = "undo"


def write_fixes(folder: Path, run: Run, rules: Rulebook) -> None:
    """Write what should be done in each system into `folder`; a system with nothing to do has no folder."""
    accounts = run.records.filter(pl.col("object") == "account")
    for system in accounts["system"].unique().sort():
        form = form_of(system, run.imported.sources, rules)
        files = _files(form, run, _lacking(system, accounts, run, rules))
        if files:
            _write(
                folder / system, files, readme(form, {name: table.height for name, table in files.items()})
            )


def _files(form: Form, run: Run, lacking: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Give the tables of a system by their file names; empty ones are left out."""
    keys = tables.keyed(run.records, form)
    joins = run.resolution.merges.filter(pl.col("system") == form.system)
    cells = run.resolution.corrections.join(keys.select("uid"), on="uid", how="semi", maintain_order="left")
    cells = cells.join(joins.select("uid"), on="uid", how="anti", maintain_order="left")
    loaded = cells.filter(tables.importable(form, cells, "after"))
    rest = cells.join(loaded, on=["uid", "field"], how="anti", maintain_order="left")
    undone = loaded.filter(tables.importable(form, loaded, "before"))
    emptied = loaded.join(undone, on=["uid", "field"], how="anti").select(
        "uid", "field", pl.col("after").alias("before"), pl.col("before").alias("after"), "rule"
    )
    moves = list(children(form, run, joins))
    files = {
        **{name: table for name, table, _ in moves},
        MERGES: tables.merges(form, keys, joins),
        CORRECTIONS: tables.update(form, keys, loaded, run.records, "after"),
        BEFORE: tables.by_hand(keys, loaded),
        HAND: tables.by_hand(keys, rest),
        CREATE: tables.created(form, lacking),
        f"{UNDO}/{CORRECTIONS}": tables.update(form, keys, undone, run.records, "before"),
        f"{UNDO}/{HAND}": tables.by_hand(keys, emptied),
        f"{UNDO}/created.csv": lacking.select("golden_id", "name").sort("golden_id"),
        **{f"{UNDO}/{name}": back for name, _, back in moves},
        **_merged_away(run, joins),
    }
    return {name: table for name, table in files.items() if table.height}


def _merged_away(run: Run, joins: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Give the rows of the accounts that are to be merged away, as they stood in the exports."""
    gone = run.records.join(joins.select("uid"), on="uid", how="semi")
    files = {}
    for source in run.imported.sources:
        if source.frame is None:
            continue
        rows = gone.filter((pl.col("source") == source.path) & pl.col("sheet").eq_missing(source.sheet))
        found = source.frame.filter(pl.col("#row").is_in(rows["row"].implode())).drop("#row")
        if found.height:
            files[f"{UNDO}/merged {file_stem(source)}.csv"] = found
    return files


def _lacking(system: str, accounts: pl.DataFrame, run: Run, rules: Rulebook) -> pl.DataFrame:
    """Give the golden customers that should be known to `system` and have no account there.

    Only what is sure: no link in doubt, no open question whether the customer is known there after all, an
    account of a system in which every customer should be, and not inactive.
    """
    governance = load_governance(rules, run.settings.governance)
    expected = run.settings.company.core_systems or governance.expected_in
    pairs = accounts.select("system", "department").unique()
    core = sorted(name for name, department in pairs.iter_rows() if owned(expected, name, department))
    golden = run.resolution.golden.filter(
        pl.lit(system in core)
        & (pl.col("status") != CustomerStatus.NEEDS_REVIEW)
        & (pl.col("account_status").fill_null("active") == "active")
        & pl.col("name").is_not_null()
    )
    members = run.clustering.memberships.select("uid", "golden_id")
    known = accounts.select("uid", "system").join(members, on="uid")
    asked = pl.concat([run.clustering.questions["uid_l"], run.clustering.questions["uid_r"]])
    in_question = members.filter(pl.col("uid").is_in(asked.implode()))
    return (
        golden.join(known.filter(pl.col("system").is_in(core)), on="golden_id", how="semi")
        .join(known.filter(pl.col("system") == system), on="golden_id", how="anti")
        .join(in_question, on="golden_id", how="anti")
    )


def _write(folder: Path, files: Mapping[str, pl.DataFrame], text: str) -> None:
    for name, table in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        table.write_csv(path)
    (folder / "README.md").write_bytes(text.encode())
